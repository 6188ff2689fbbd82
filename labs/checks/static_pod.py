"""`static_pod`: a pod that a node's kubelet runs from a manifest."""

from typing import ClassVar

from labs.checks.model import CheckModel, Expectations


class StaticPodCheck(CheckModel):
    """A static pod: its manifest lies where the node's kubelet reads them, it runs, it is Ready."""

    example: ClassVar[str] = """
node: k8s-master
name: web
expect:
  spec.containers[name=web].image: nginx:1.22
  spec.containers[name=web].resources.requests.cpu: 100m
"""
    catches: ClassVar[tuple[str, ...]] = (
        "an ordinary pod with the name of a static pod, annotated as one",
        "a manifest that the kubelet rejects, or that lies on another node",
        "a manifest that was changed while the old pod still runs",
    )
    untold: ClassVar[tuple[str, ...]] = ("absent",)

    node: str
    name: str
    """As in the manifest, without the node's name."""
    namespace: str = "default"
    absent: bool = False
    """No manifest, no mirror pod and no process of it is left, though the kubelet runs."""
    expect: Expectations = {}
    """Of the running pod, which must be what the manifest says."""
