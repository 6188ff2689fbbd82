"""The folder that a node's kubelet reads static pods from, and the manifests that lie in it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from grader.kubernetes.api import ApiUnreachable
from grader.meaning.formats import NotInFormat, read_yaml
from grader.nodes.node_file import read_node_file
from grader.round import Round
from labs.errors import SeatrialError

_KUBELET = """
proc=/proc
for folder in "$proc"/[0-9]*; do
  read -r name <"$folder/comm" || continue
  [ "$name" = kubelet ] || continue
  base64 -w 0 <"$folder/cmdline" && echo
done 2>/dev/null
echo end
"""
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


class UnreadableManifests(SeatrialError):
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
    flags = dict(
        word.lstrip("-").partition("=")[::2] if "=" in word else (word.lstrip("-"), following)
        for word, following in zip(argv[1:], [*argv[2:], ""], strict=True)
        if word.startswith("-")
    )
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


def _kubelet_argv(round_: Round, node: str) -> list[str]:
    lines = round_.run(node, ["sh", "-s"], stdin=_KUBELET).stdout.splitlines()
    if not lines or lines[-1] != "end":
        raise UnreadableManifests(f"the processes of {node} could not be listed", "")
    if len(lines) < 2:
        raise NoKubelet(f"no kubelet runs on {node}", "Is its service started?")
    return base64.b64decode(lines[0]).decode(errors="replace").rstrip("\0").split("\0")


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
