"""`placement`: where pods run, and why there."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from labs.checks.model import CheckModel


class PlacementCheck(CheckModel):
    """Pods are Ready and lie only on the nodes allowed; or a PersistentVolume accepts only those.

    Allowed are all nodes that `nodes`, `node_selector` and `not_on` leave.
    """

    example: ClassVar[str] = """
namespace: shop
name: cache
node_selector: disk=ssd
rule: true
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a pod that came to the right node by luck, with no rule that keeps it there",
        "a label put on every node, so that the rule chooses none",
        "a pod that is bound to the right node and does not start there",
        "a DaemonSet that misses a node, its place taken by pods of somebody else",
        "a PersistentVolume that other nodes may use, too",
    )
    untold: ClassVar[tuple[str, ...]] = ("kind", "bound_by")

    kind: Literal[
        "Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "PersistentVolume"
    ] = "Pod"
    """Pods by `name` or `selector`; or those that the object `name` owns; or a volume."""
    namespace: str = ""
    name: str = ""
    selector: str = ""
    """Labels of the pods. With neither name nor selector: all that a drain would move."""
    nodes: list[str] = []
    """Names of the nodes that are allowed."""
    node_selector: str = ""
    """Labels of the nodes that are allowed."""
    not_on: list[str] = []
    """Names of nodes where none of the pods may be."""
    every_node: bool = False
    """Exactly one pod on each of the nodes allowed (as a DaemonSet does)."""
    rule: bool = False
    """A nodeSelector or required node affinity accepts the nodes allowed, and no other node."""
    node_name: bool = False
    """For `rule`: naming the node in `spec.nodeName` will do, too."""
    bound_by: Literal["anybody", "hand", "scheduler"] = "anybody"
    """Who chose the node; `hand`: by `spec.nodeName` or a Binding. Known for an hour (events)."""
    ready: bool = True
    """Whether the pods must be Ready; finished pods never count then."""
    min: int = 1
    """How many pods there must be."""

    @model_validator(mode="after")
    def _owners_are_named(self) -> Self:
        if self.kind != "Pod" and not self.name:
            raise ValueError(f"kind {self.kind} needs a name")
        if self.kind not in ("Pod", "PersistentVolume") and not self.namespace:
            raise ValueError(f"kind {self.kind} needs a namespace")
        if self.kind != "Pod" and self.selector:
            raise ValueError("selector chooses pods; kind says that they are found by their owner")
        return self
