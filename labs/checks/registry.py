"""Every check by the name it has in lab.yaml."""

from labs.checks.command import CommandCheck
from labs.checks.connect import ConnectCheck
from labs.checks.dns import DnsCheck
from labs.checks.endpoints import EndpointsCheck
from labs.checks.exec import ExecCheck
from labs.checks.file import FileCheck
from labs.checks.http import HttpCheck
from labs.checks.model import CheckModel
from labs.checks.module import ModuleCheck
from labs.checks.network_policy import NetworkPolicyCheck
from labs.checks.node import NodeCheck
from labs.checks.resource import ResourceCheck
from labs.checks.rollout import RolloutCheck
from labs.checks.service import ServiceCheck
from labs.checks.swap import SwapCheck
from labs.checks.sysctl import SysctlCheck
from labs.checks.unchanged import UnchangedCheck

CHECKS: dict[str, type[CheckModel]] = {
    "resource": ResourceCheck,
    "unchanged": UnchangedCheck,
    "node": NodeCheck,
    "rollout": RolloutCheck,
    "endpoints": EndpointsCheck,
    "http": HttpCheck,
    "network_policy": NetworkPolicyCheck,
    "connect": ConnectCheck,
    "dns": DnsCheck,
    "exec": ExecCheck,
    "command": CommandCheck,
    "file": FileCheck,
    "service": ServiceCheck,
    "sysctl": SysctlCheck,
    "module": ModuleCheck,
    "swap": SwapCheck,
}
