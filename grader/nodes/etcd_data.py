"""Where etcd's data lie on the node: by the process, by its manifest, told apart by inodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.kubernetes.component_flags import flags_document
from grader.nodes.etcd import EtcdProcess, EtcdTrouble
from grader.nodes.static_manifests import (
    NoKubelet,
    UnreadableManifests,
    read_manifests,
    static_folder,
)
from grader.round import Round

_PLACES = """
for path in "$@"; do
  stat -L -c '%d:%i' -- "$path" 2>/dev/null || echo none
done
"""


@dataclass(frozen=True, slots=True)
class DataDirectory:
    inside: str
    """As the process calls it."""
    mounted: str
    """The node's path by the manifest; "" for an etcd that no manifest describes."""
    not_the_same: tuple[tuple[str, str], ...]
    """Paths of the node that should be the process's directory and are not, each with why."""


def data_directory(round_: Round, etcd: EtcdProcess, wanted: Sequence[str]) -> DataDirectory:
    """`wanted` are further paths that should be it.

    Raises NodeUnreachable, UnreadableManifests, and EtcdTrouble where the manifest is not obeyed.
    """
    inside = str(etcd.flags["data-dir"])
    mounted = _mounted(round_, etcd.node, inside)
    paths = [*wanted, *([mounted] if mounted else [])]
    used = f"/proc/{etcd.process.pid}/root{inside}"
    places = round_.run(etcd.node, ["sh", "-s", used, *paths], stdin=_PLACES).stdout.split()
    if len(places) != len(paths) + 1 or places[0] == "none":
        raise UnreadableManifests(f"etcd's data directory on {etcd.node} cannot be looked at", "")
    others = []
    for path, place in zip(paths, places[1:], strict=True):
        if place != places[0]:
            state = "is not there" if place == "none" else "is not what the running etcd uses"
            others.append((path, state))
    return DataDirectory(inside, mounted, tuple(others))


def _mounted(round_: Round, node: str, inside: str) -> str:
    try:
        folder = static_folder(round_, node)
    except NoKubelet:
        return ""
    for manifest in read_manifests(round_, node, folder.path) if folder.path else ():
        spec = (manifest.pod or {}).get("spec") or {}
        for container in spec.get("containers") or []:
            argv = [*(container.get("command") or []), *(container.get("args") or [])]
            if argv and str(argv[0]).rpartition("/")[2] == "etcd":
                said = flags_document("etcd", [str(word) for word in argv])["data-dir"]
                if said != inside:
                    raise EtcdTrouble(
                        f"{manifest.path} says data-dir {said}, but etcd runs with {inside}", ""
                    )
                return _host_path(spec, container, inside, manifest.path)
    return ""


def _host_path(
    spec: Mapping[str, Any], container: Mapping[str, Any], inside: str, manifest: str
) -> str:
    mounts: list[tuple[str, Mapping[str, Any]]] = [
        (str(mount.get("mountPath", "")).rstrip("/"), mount)
        for mount in container.get("volumeMounts") or []
    ]
    fitting = [one for one in mounts if inside == one[0] or inside.startswith(one[0] + "/")]
    fitting.sort(key=lambda one: len(one[0]))
    for volume in spec.get("volumes") or []:
        at, mount = fitting[-1] if fitting else ("", {})
        if mount and volume.get("name") == mount.get("name") and volume.get("hostPath"):
            base = str(volume["hostPath"].get("path", "")).rstrip("/")
            below = str(mount.get("subPath") or "")
            return base + (f"/{below}" if below else "") + inside[len(at) :]
    raise EtcdTrouble(
        f"{manifest} mounts no directory of the host at etcd's data-dir {inside}: "
        "its data would be lost with the container",
        "",
    )
