"""`node`: Kubernetes nodes."""

from typing import ClassVar

from labs.checks.model import CheckModel, Expectations


class NodeCheck(CheckModel):
    """Kubernetes nodes are Ready by condition *and* by a lease renewed since the check began."""

    example: ClassVar[str] = """
name: k8s-node1
schedulable: true
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a node that still says Ready because its kubelet stopped only seconds ago",
        "a sick node deleted, so that all that are left are Ready",
    )

    name: str = ""
    """One node; all of them (or those of `selector`) without it."""
    selector: str = ""
    min: int = 1
    ready: bool = True
    schedulable: bool | None = None
    """Whether it takes new pods: not cordoned."""
    expect: Expectations = {}
