"""Every check by the name it has in lab.yaml."""

from labs.checks.admission import AdmissionCheck
from labs.checks.answer import AnswerCheck
from labs.checks.audit import AuditCheck
from labs.checks.can_i import CanICheck
from labs.checks.cel import CelCheck
from labs.checks.certificate import CertificateCheck
from labs.checks.command import CommandCheck
from labs.checks.component import ComponentCheck
from labs.checks.connect import ConnectCheck
from labs.checks.dns import DnsCheck
from labs.checks.endpoints import EndpointsCheck
from labs.checks.etcd import EtcdCheck
from labs.checks.etcd_snapshot import EtcdSnapshotCheck
from labs.checks.event import EventCheck
from labs.checks.exec import ExecCheck
from labs.checks.file import FileCheck
from labs.checks.function import FunctionCheck
from labs.checks.http import HttpCheck
from labs.checks.kubeconfig import KubeconfigCheck
from labs.checks.kubelet import KubeletCheck
from labs.checks.log import LogCheck
from labs.checks.model import CheckModel
from labs.checks.module import ModuleCheck
from labs.checks.mount import MountCheck
from labs.checks.network_policy import NetworkPolicyCheck
from labs.checks.node import NodeCheck
from labs.checks.package import PackageCheck
from labs.checks.placement import PlacementCheck
from labs.checks.port import PortCheck
from labs.checks.process import ProcessCheck
from labs.checks.resource import ResourceCheck
from labs.checks.rollout import RolloutCheck
from labs.checks.runtime import RuntimeCheck
from labs.checks.service import ServiceCheck
from labs.checks.static_pod import StaticPodCheck
from labs.checks.storage import StorageCheck
from labs.checks.swap import SwapCheck
from labs.checks.sysctl import SysctlCheck
from labs.checks.unchanged import UnchangedCheck

CHECKS: dict[str, type[CheckModel]] = {
    "resource": ResourceCheck,
    "unchanged": UnchangedCheck,
    "node": NodeCheck,
    "placement": PlacementCheck,
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
    "kubelet": KubeletCheck,
    "mount": MountCheck,
    "package": PackageCheck,
    "port": PortCheck,
    "process": ProcessCheck,
    "runtime": RuntimeCheck,
    "static_pod": StaticPodCheck,
    "component": ComponentCheck,
    "storage": StorageCheck,
    "etcd_snapshot": EtcdSnapshotCheck,
    "etcd": EtcdCheck,
    "kubeconfig": KubeconfigCheck,
    "answer": AnswerCheck,
    "cel": CelCheck,
    "function": FunctionCheck,
    "certificate": CertificateCheck,
    "audit": AuditCheck,
    "can_i": CanICheck,
    "admission": AdmissionCheck,
    "event": EventCheck,
    "log": LogCheck,
}
