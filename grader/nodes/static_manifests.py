"""The folder that a node's kubelet reads static pods from, and the manifests that lie in it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from grader.kubernetes.api import ApiUnreachable
from grader.kubernetes.component_flags import plain_flags
from grader.meaning.formats import NotInFormat, read_yaml
from grader.nodes.node_file import read_node_file
from grader.nodes.pod_processes import named_processes
from grader.round import Round, Unreadable
from labs.errors import SeatrialError

_MANIFESTS = """
[ -d "$1" ] || { echo none; exit 0; }
for file in "$1"/*; do
  [ -f "$file" ] || continue
  printf 'file %s\\n' "${file##*/}"
  head -c 200000 -- "$file" | base64 -w 0
  echo
done
echo end
"""


class UnreadableManifests(Unreadable):
    """The folder of static pods could not be found out, or not be read."""


class NoKubelet(SeatrialError):
    """No kubelet runs on the node: a state, in which no static pod is started."""


@dataclass(frozen=True, slots=True)
class StaticFolder:
    path: str
    """Empty when the kubelet reads static pods from nowhere."""
    said_by: str
    """The running kubelet, or its configuration."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A file of the folder. `pod` is None when it holds none, and `trouble` says why."""

    path: str
    pod: Mapping[str, Any] | None
    trouble: str = ""

    @property
    def name(self) -> str:
        return str(((self.pod or {}).get("metadata") or {}).get("name") or "")

    @property
    def namespace(self) -> str:
        return str(((self.pod or {}).get("metadata") or {}).get("namespace") or "default")


def static_folder(round_: Round, node: str) -> StaticFolder:
    """What is in force by the kubelet itself; without an API server, what it was started with.

    Raises NodeUnreachable, NoKubelet, UnreadableManifests.
    """
    try:
        answer = round_.request("GET", f"/api/v1/nodes/{node}/proxy/configz")
        if answer.status == 200:
            found = answer.body["kubeletconfig"].get("staticPodPath") or ""
            return StaticFolder(str(found), "the running kubelet")
    except ApiUnreachable:
        pass
    return _from_process(round_, node)


def _from_process(round_: Round, node: str) -> StaticFolder:
    argv = _kubelet_argv(round_, node)
    flags = plain_flags(argv)
    if flags.get("pod-manifest-path"):
        return StaticFolder(flags["pod-manifest-path"], "the kubelet's flags")
    path = flags.get("config", "")
    file = read_node_file(round_, node, path) if path else None
    try:
        document = read_yaml(file.content) if file else {}
    except NotInFormat as error:
        raise UnreadableManifests(f"{node}:{path}: {error.message}", "") from error
    found = document.get("staticPodPath") if isinstance(document, Mapping) else ""
    return StaticFolder(str(found or ""), path)


def _kubelet_argv(round_: Round, node: str) -> tuple[str, ...]:
    running = named_processes(round_, node, "kubelet")
    if not running:
        raise NoKubelet(f"no kubelet runs on {node}", "Is its service started?")
    return running[0].argv


def read_manifests(round_: Round, node: str, folder: str) -> tuple[Manifest, ...]:
    """Every file that the kubelet reads: any name but one that begins with a dot.

    Raises NodeUnreachable, UnreadableManifests.
    """
    result = round_.run(node, ["sh", "-s", folder], stdin=_MANIFESTS)
    lines = result.stdout.splitlines()
    if lines == ["none"]:
        return ()
    if not lines or lines[-1] != "end":
        raise UnreadableManifests(f"{node}:{folder} could not be read: {result.stderr}", "")
    found = []
    for line, content in zip(lines[:-1:2], lines[1:-1:2], strict=True):
        path = f"{folder.rstrip('/')}/{line.removeprefix('file ')}"
        text = base64.b64decode(content).decode(errors="replace")
        found.append(_manifest(path, text))
    return tuple(found)


def _manifest(path: str, text: str) -> Manifest:
    """As the kubelet decodes it: the first document of the file, which must be a Pod of v1."""
    try:
        document = next(yaml.safe_load_all(text), None)
    except yaml.YAMLError as error:
        return Manifest(path, None, f"it is not YAML: {' '.join(str(error).split())[:100]}")
    if not isinstance(document, Mapping):
        return Manifest(path, None, "it holds no Pod")
    kind, version = document.get("kind"), document.get("apiVersion")
    if (kind, version) != ("Pod", "v1"):
        named = document.get("metadata")
        pod = document if isinstance(named, Mapping) else None
        return Manifest(path, pod, f"it is {kind} of {version}, not Pod of v1")
    return Manifest(path, document)
