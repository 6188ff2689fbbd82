"""`rollout`: a workload that finished rolling out."""

from typing import ClassVar, Literal

from labs.checks.model import CheckModel


class RolloutCheck(CheckModel):
    """A Deployment, StatefulSet or DaemonSet is rolled out: observed, updated, available."""

    example: ClassVar[str] = """
namespace: shop
name: web
replicas: 3
"""
    catches: ClassVar[tuple[str, ...]] = (
        "replicas that are asked for and not there",
        "pods that run but are not Ready, or keep restarting",
        "a rollout that is stuck or paused, while old pods serve",
        "with `new_pods`: one pod made anew, while the others still have the old configuration",
    )
    untold: ClassVar[tuple[str, ...]] = ("kind",)

    kind: Literal["Deployment", "StatefulSet", "DaemonSet"] = "Deployment"
    namespace: str
    name: str
    replicas: int | None = None
    """How many the object asks for, and how many are available."""
    newer_than_baseline: bool = False
    """A rollout happened after the lab was set up (revision or generation is higher)."""
    new_pods: bool = False
    """All pods were made after the lab was set up: by a rollout, a restart, or deleting them."""
