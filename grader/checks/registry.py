"""Every check by its name in lab.yaml: arguments, how it looks, what it records after setup."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.checks import (
    command,
    endpoints,
    file,
    http,
    module,
    node,
    resource,
    rollout,
    service,
    swap,
    sysctl,
    unchanged,
)
from grader.checks import exec as pod_exec
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs import checks as models


@dataclass(frozen=True, slots=True)
class Check:
    """`look` judges once; `baseline` reads what `look` will compare with, as a JSON value."""

    model: type[models.CheckModel]
    look: Callable[[Any, Surroundings], Finding]
    baseline: Callable[[Any, Surroundings], Any] | None = None


REGISTRY: dict[str, Check] = {
    "resource": Check(models.ResourceCheck, resource.look),
    "unchanged": Check(models.UnchangedCheck, unchanged.look, unchanged.baseline),
    "node": Check(models.NodeCheck, node.look),
    "rollout": Check(models.RolloutCheck, rollout.look, rollout.baseline),
    "endpoints": Check(models.EndpointsCheck, endpoints.look),
    "http": Check(models.HttpCheck, http.look),
    "exec": Check(models.ExecCheck, pod_exec.look),
    "command": Check(models.CommandCheck, command.look),
    "file": Check(models.FileCheck, file.look, file.baseline),
    "service": Check(models.ServiceCheck, service.look),
    "sysctl": Check(models.SysctlCheck, sysctl.look),
    "module": Check(models.ModuleCheck, module.look),
    "swap": Check(models.SwapCheck, swap.look),
}
