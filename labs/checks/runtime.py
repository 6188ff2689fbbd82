"""`runtime`: a node's container runtime."""

from typing import ClassVar

from labs.checks.model import CheckModel, Expectations, Expected, Selection


class RuntimePods(CheckModel):
    """Pods (sandboxes) as the runtime lists them."""

    example: ClassVar[str] = "{namespace: default, labels: {app: courier}, match: none}"
    catches: ClassVar[tuple[str, ...]] = ()

    namespace: str = ""
    name: str = ""
    labels: dict[str, str] = {}
    ready: bool | None = True
    """Whether they are ready; null when that does not matter."""
    match: Selection = "any"
    min: int = 1
    max: int | None = None


class RuntimeContainers(CheckModel):
    """Containers as the runtime lists them."""

    example: ClassVar[str] = "{namespace: default, name: courier, state: running}"
    catches: ClassVar[tuple[str, ...]] = ()

    namespace: str = ""
    pod: str = ""
    name: str = ""
    labels: dict[str, str] = {}
    image: str = ""
    """A reference or a digest, compared by meaning."""
    state: str = "running"
    """created, running, exited; empty when it does not matter."""
    match: Selection = "any"
    min: int = 1
    max: int | None = None
    id_file: str = ""
    """A file of the node that holds the id of one of them: whole, or 12 digits at least."""


class RuntimeImages(CheckModel):
    """Images as the runtime lists them."""

    example: ClassVar[str] = "{reference: nginx:1.22}"
    catches: ClassVar[tuple[str, ...]] = ()

    reference: str
    """`nginx` is `docker.io/library/nginx:latest`; a digest alone (`sha256:…`) is one, too."""
    exists: bool = True


class RuntimeCheck(CheckModel):
    """A container runtime as it runs: asked through its own socket, not by the node's crictl."""

    example: ClassVar[str] = """
node: k8s-node1
kubelet_uses: true
cgroup_driver: systemd
sandbox_image: k8s.gcr.io/pause:3.2
containers: {namespace: default, name: courier, state: running}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a configuration file that the runtime has not read",
        "a runtime that the kubelet does not use",
        "a container that CRI knows nothing of",
        "the id of a container that has been replaced since",
    )
    untold: ClassVar[tuple[str, ...]] = ("node", "match", "min", "state", "kubelet_uses")

    node: str
    endpoint: str = ""
    """A socket; without it the one that the kubelet uses."""
    kubelet_uses: bool = False
    """A kubelet runs, and its endpoint is this runtime's."""
    name: Expected = None
    """containerd, cri-o, docker."""
    version: Expected = None
    network_ready: bool | None = None
    cgroup_driver: str = ""
    """systemd or cgroupfs, as the runtime uses it."""
    sandbox_image: str = ""
    config: Expectations = {}
    """Expectations of the configuration in force, as the runtime tells it (`crictl info`)."""
    mirrors: dict[str, str] = {}
    """Registry to the address of a mirror that it is asked at."""
    pods: RuntimePods | None = None
    containers: RuntimeContainers | None = None
    images: list[RuntimeImages] = []
