"""`component`: a program of the control plane, or kube-proxy, as it runs on a node."""

from typing import ClassVar, Literal

from labs.checks.model import CheckModel, Expectations


class ComponentCheck(CheckModel):
    """A component runs on a node with these flags, is Ready, healthy, and does its work."""

    example: ClassVar[str] = """
node: k8s-master
name: kube-apiserver
flags:
  authorization-mode: [Node, RBAC]
  profiling: false
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a manifest with the right flag that the kubelet has not run",
        "a component that is Running and crashes again and again",
        "a flag that is left out though its default is not what is asked for",
    )
    untold: ClassVar[tuple[str, ...]] = ("name", "node", "healthy", "active")

    node: str
    name: Literal[
        "kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kube-proxy"
    ]
    flags: Expectations = {}
    """Of the running process, by meaning: lists without order, booleans, numbers; a flag that is
    not given has its default."""
    healthy: bool = True
    """It says so itself: `/readyz` of the API server (etcd included), `/healthz` of the others."""
    active: bool = True
    """The controller manager or scheduler that leads renews its lease; one without leader
    election has none to renew."""
