"""Every check by its name in lab.yaml: arguments, how it looks, what it records after setup."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.checks import (
    command,
    endpoints,
    file,
    http,
    kubelet,
    module,
    mount,
    node,
    package,
    port,
    process,
    resource,
    rollout,
    runtime,
    service,
    swap,
    sysctl,
    unchanged,
)
from grader.checks import exec as pod_exec
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.command import CommandCheck
from labs.checks.endpoints import EndpointsCheck
from labs.checks.exec import ExecCheck
from labs.checks.file import FileCheck
from labs.checks.http import HttpCheck
from labs.checks.kubelet import KubeletCheck
from labs.checks.model import CheckModel
from labs.checks.module import ModuleCheck
from labs.checks.mount import MountCheck
from labs.checks.node import NodeCheck
from labs.checks.package import PackageCheck
from labs.checks.port import PortCheck
from labs.checks.process import ProcessCheck
from labs.checks.resource import ResourceCheck
from labs.checks.rollout import RolloutCheck
from labs.checks.runtime import RuntimeCheck
from labs.checks.service import ServiceCheck
from labs.checks.swap import SwapCheck
from labs.checks.sysctl import SysctlCheck
from labs.checks.unchanged import UnchangedCheck


@dataclass(frozen=True, slots=True)
class Check:
    """`look` judges once; `baseline` reads what `look` will compare with, as a JSON value."""

    model: type[CheckModel]
    look: Callable[[Any, Surroundings], Finding]
    baseline: Callable[[Any, Surroundings], Any] | None = None


REGISTRY: dict[str, Check] = {
    "resource": Check(ResourceCheck, resource.look),
    "unchanged": Check(UnchangedCheck, unchanged.look, unchanged.baseline),
    "node": Check(NodeCheck, node.look),
    "rollout": Check(RolloutCheck, rollout.look, rollout.baseline),
    "endpoints": Check(EndpointsCheck, endpoints.look),
    "http": Check(HttpCheck, http.look),
    "exec": Check(ExecCheck, pod_exec.look),
    "command": Check(CommandCheck, command.look),
    "file": Check(FileCheck, file.look, file.baseline),
    "service": Check(ServiceCheck, service.look, service.baseline),
    "sysctl": Check(SysctlCheck, sysctl.look),
    "module": Check(ModuleCheck, module.look),
    "swap": Check(SwapCheck, swap.look),
    "kubelet": Check(KubeletCheck, kubelet.look),
    "mount": Check(MountCheck, mount.look),
    "package": Check(PackageCheck, package.look),
    "port": Check(PortCheck, port.look),
    "process": Check(ProcessCheck, process.look, process.baseline),
    "runtime": Check(RuntimeCheck, runtime.look),
}
