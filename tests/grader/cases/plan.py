"""How a world comes about on a cluster: `worlds/<name>.yaml`, read strictly."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from tests.grader.cases.world import WORLDS


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Apply(Strict):
    """Manifests for `kubectl apply`."""

    apply: str


class Run(Strict):
    """A script for the first node, with an administrator's KUBECONFIG."""

    run: str


class Tidy(Strict):
    """A script that removes again what is not in the world's namespaces."""

    tidy: str


Step = Annotated[Apply | Run | Tidy | Literal["settle", "baseline"], Field(union_mode="smart")]
"""`settle` waits until nothing changes; `baseline` keeps this moment as the world's `before`."""


class ExecPlan(Strict):
    namespace: str
    selector: str
    container: str = ""
    argv: list[str]
    told: str | None = None
    """What it prints, where no container really runs."""


class LogPlan(Strict):
    namespace: str
    selector: str
    container: str


class NodePlan(Strict):
    files: list[str] = []
    """Paths, with the shell's patterns."""
    units: list[str] = []
    commands: list[list[str]] = []


class WebPlan(Strict):
    node: str
    url: str
    requests: int = 1


class Plan(Strict):
    recorded_from: Literal["kubeadm-1", "kubeadm-3", "native"]
    namespaces: list[str]
    cluster_wide: list[str] = []
    """Further objects to keep, as `Kind name`; Nodes and their leases are always kept."""
    steps: list[Step]
    execs: list[ExecPlan] = []
    logs: list[LogPlan] = []
    events: bool = False
    """Whether events are kept; they are many, and few checks ask."""
    nodes: dict[str, NodePlan] = {}
    web: list[WebPlan] = []


def load_plan(name: str, folder: Path = WORLDS) -> Plan:
    """Raises pydantic.ValidationError, FileNotFoundError."""
    return Plan.model_validate(yaml.safe_load((folder / f"{name}.yaml").read_text()))
