"""Pods, containers and images of a node as its container runtime sees them."""

import json
from dataclasses import dataclass, field
from typing import Any

from grader.nodes.cri import Runtime, RuntimeUnreadable
from grader.nodes.runtime_endpoint import runtime_socket
from grader.round import Round

_CONTAINER_STATES = ("CREATED", "RUNNING", "EXITED", "UNKNOWN")
_POD = "io.kubernetes.pod."


@dataclass(frozen=True, slots=True)
class Sandbox:
    id: str
    name: str
    namespace: str
    uid: str
    ready: bool
    labels: dict[str, str]
    handler: str


@dataclass(frozen=True, slots=True)
class Image:
    id: str
    tags: tuple[str, ...]
    digests: tuple[str, ...]
    pinned: bool

    @property
    def names(self) -> tuple[str, ...]:
        return self.tags + self.digests


@dataclass(frozen=True, slots=True)
class Container:
    id: str
    name: str
    namespace: str
    pod: str
    sandbox: str
    state: str
    attempt: int
    image: Image
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class NodeContainers:
    sandboxes: tuple[Sandbox, ...]
    containers: tuple[Container, ...]
    images: tuple[Image, ...]


@dataclass(frozen=True, slots=True)
class RuntimeState:
    name: str
    version: str
    conditions: dict[str, str]
    """Type to "" when it is true, else to its reason and message."""
    info: dict[str, Any] = field(default_factory=dict)
    """As the runtime says it, JSON texts read; containerd: `config`, `cniconfig`, `golang`."""
    cgroup_driver: str = ""
    """systemd or cgroupfs; "" when the runtime does not say."""


def read_containers(round_: Round, node: str, endpoint: str = "") -> NodeContainers:
    """Raises NodeUnreachable, RuntimeSilent, RuntimeUnreadable."""
    runtime = Runtime(round_, node, runtime_socket(round_, node, endpoint))
    images = read_images(round_, node, endpoint)
    sandboxes = []
    for item in _call(runtime, "RuntimeService", "ListPodSandbox").messages(1):
        metadata = item.message(2)
        names = metadata.text(1), metadata.text(3), metadata.text(2)
        ready = item.number(3) == 0
        sandboxes.append(Sandbox(item.text(1), *names, ready, item.text_map(5), item.text(7)))
    by_id = {one.id: one for one in sandboxes}
    containers = []
    for item in _call(runtime, "RuntimeService", "ListContainers").messages(1):
        labels, pod = item.text_map(8), by_id.get(item.text(2))
        containers.append(
            Container(
                id=item.text(1),
                name=item.message(3).text(1),
                namespace=labels.get(f"{_POD}namespace", pod.namespace if pod else ""),
                pod=labels.get(f"{_POD}name", pod.name if pod else ""),
                sandbox=item.text(2),
                state=_CONTAINER_STATES[min(item.number(6), 3)],
                attempt=item.message(3).number(2),
                image=_image(images, [item.text(5), item.message(4).text(1), item.text(10)]),
                labels=labels,
            )
        )
    return NodeContainers(tuple(sandboxes), tuple(containers), images)


def read_images(round_: Round, node: str, endpoint: str = "") -> tuple[Image, ...]:
    """Raises as `read_containers`."""
    runtime = Runtime(round_, node, runtime_socket(round_, node, endpoint))
    found = _call(runtime, "ImageService", "ListImages").messages(1)
    return tuple(
        Image(one.text(1), tuple(one.texts(2)), tuple(one.texts(3)), bool(one.number(8)))
        for one in found
    )


def read_state(round_: Round, node: str, endpoint: str = "") -> RuntimeState:
    """Raises as `read_containers`."""
    runtime = Runtime(round_, node, runtime_socket(round_, node, endpoint))
    version = _call(runtime, "RuntimeService", "Version")
    status = _call(runtime, "RuntimeService", "Status", b"\x08\x01")
    conditions = {
        one.text(1): "" if one.number(2) else f"{one.text(3)} {one.text(4)}".strip() or "false"
        for one in status.message(1).messages(1)
    }
    info = {key: _read(text) for key, text in status.text_map(2).items()}
    driver = _driver_of_config(info.get("config"))
    if not driver:
        config = runtime.call("RuntimeService", "RuntimeConfig")
        driver = ("systemd", "cgroupfs", "")[min(config.message(1).number(1), 2)] if config else ""
    return RuntimeState(version.text(2), version.text(3), conditions, info, driver)


def _call(runtime: Runtime, service: str, method: str, request: bytes = b"") -> Any:
    answer = runtime.call(service, method, request)
    if answer is None:
        raise RuntimeUnreadable(f"the runtime of {runtime.node} does not know {method}", "")
    return answer


def _image(images: tuple[Image, ...], references: list[str]) -> Image:
    """The image that a container was made of; of its references at least one is known."""
    known = [one for one in references if one]
    for image in images:
        if set(known) & {image.id, *image.names}:
            return image
    return Image(known[0] if known else "", tuple(known), (), False)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _driver_of_config(config: Any) -> str:
    """containerd's `SystemdCgroup` of the default runtime: of 1.x and 2.x, which only moved it in
    the file. CRI-O and others say nothing here."""
    containerd = config.get("containerd") if isinstance(config, dict) else None
    if not isinstance(containerd, dict):
        return ""
    runtimes = containerd.get("runtimes") or {}
    runtime = runtimes.get(containerd.get("defaultRuntimeName") or "runc") or {}
    options = runtime.get("options") or {}
    systemd = options.get("SystemdCgroup", config.get("systemdCgroup", False))
    return "systemd" if systemd in (True, "true") else "cgroupfs"
