"""Every check by its name in lab.yaml: arguments, how it looks, what it records after setup."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.checks import (
    admission,
    answer,
    audit,
    can_i,
    cel,
    certificate,
    command,
    component,
    connect,
    dns,
    endpoints,
    etcd,
    etcd_snapshot,
    event,
    file,
    function,
    http,
    kubeconfig,
    kubelet,
    log,
    module,
    mount,
    network_policy,
    node,
    package,
    placement,
    port,
    process,
    resource,
    rollout,
    runtime,
    service,
    static_pod,
    storage,
    swap,
    sysctl,
    unchanged,
)
from grader.checks import exec as pod_exec
from grader.surroundings import Surroundings
from grader.verdict import Finding
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


@dataclass(frozen=True, slots=True)
class Check:
    """`look` judges once; `baseline` reads what `look` will compare with, as a JSON value."""

    model: type[CheckModel]
    look: Callable[[Any, Surroundings], Finding]
    baseline: Callable[[Any, Surroundings], Any] | None = None


REGISTRY: dict[str, Check] = {
    "resource": Check(ResourceCheck, resource.look, resource.baseline),
    "unchanged": Check(UnchangedCheck, unchanged.look, unchanged.baseline),
    "node": Check(NodeCheck, node.look),
    "placement": Check(PlacementCheck, placement.look),
    "rollout": Check(RolloutCheck, rollout.look, rollout.baseline),
    "endpoints": Check(EndpointsCheck, endpoints.look),
    "http": Check(HttpCheck, http.look),
    "network_policy": Check(NetworkPolicyCheck, network_policy.look),
    "connect": Check(ConnectCheck, connect.look),
    "dns": Check(DnsCheck, dns.look),
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
    "certificate": Check(CertificateCheck, certificate.look, certificate.baseline),
    "kubeconfig": Check(KubeconfigCheck, kubeconfig.look),
    "etcd": Check(EtcdCheck, etcd.look, etcd.baseline),
    "etcd_snapshot": Check(EtcdSnapshotCheck, etcd_snapshot.look, etcd_snapshot.baseline),
    "storage": Check(StorageCheck, storage.look, storage.baseline),
    "component": Check(ComponentCheck, component.look),
    "answer": Check(AnswerCheck, answer.look),
    "cel": Check(CelCheck, cel.look),
    "function": Check(FunctionCheck, function.look),
    "static_pod": Check(StaticPodCheck, static_pod.look),
    "audit": Check(AuditCheck, audit.look),
    "can_i": Check(CanICheck, can_i.look),
    "admission": Check(AdmissionCheck, admission.look),
    "event": Check(EventCheck, event.look, event.baseline),
    "log": Check(LogCheck, log.look, log.baseline),
}
