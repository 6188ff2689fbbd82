"""Where containerd asks for images of a registry: its configuration in force and `hosts.toml`."""

from typing import Any

from grader.meaning.formats import NotInFormat, read_toml
from grader.nodes.containers import RuntimeState
from grader.nodes.node_file import read_node_file
from grader.round import Round

_CONFIG = "/etc/containerd/config.toml"
_USUAL = "/etc/containerd/certs.d"
_IMAGES = "io.containerd.cri.v1.images"


def mirrors_of(round_: Round, node: str, state: RuntimeState, registry: str) -> list[str]:
    """Addresses, those of `hosts.toml` first. Raises NodeUnreachable."""
    config = state.info.get("config")
    told = config.get("registry") if isinstance(config, dict) else None
    found: list[str] = []
    if isinstance(told, dict):
        mirrors = told.get("mirrors") or {}
        for host in (registry, "*"):
            found += (mirrors.get(host) or {}).get("endpoint") or []
        folders = str(told.get("configPath") or "")
    else:
        folders = _of_version_3(_document(round_, node, _CONFIG))
    for folder in filter(None, folders.split(":")):
        for name in (registry, "_default"):
            document = _document(round_, node, f"{folder}/{name}/hosts.toml")
            hosts = document.get("host") if document else None
            if isinstance(hosts, dict):
                found = [*hosts, *found]
            if document:
                break
    return found


def _of_version_3(document: dict[str, Any]) -> str:
    """containerd 2.x does not tell this over its socket."""
    plugin = (document.get("plugins") or {}).get(_IMAGES) or {}
    return str((plugin.get("registry") or {}).get("config_path") or _USUAL)


def _document(round_: Round, node: str, path: str) -> dict[str, Any]:
    file = read_node_file(round_, node, path)
    try:
        found = read_toml(file.content) if file else {}
    except NotInFormat:
        return {}
    return found if isinstance(found, dict) else {}
