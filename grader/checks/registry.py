"""Every check by its name in lab.yaml: arguments, how it looks, what it records after setup."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.checks import command, file, node, resource, service
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
    "node": Check(models.NodeCheck, node.look),
    "command": Check(models.CommandCheck, command.look),
    "file": Check(models.FileCheck, file.look, file.baseline),
    "service": Check(models.ServiceCheck, service.look),
}
