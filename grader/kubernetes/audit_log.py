"""Where API servers write their audit logs, and the entries of one request. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.kubernetes.api import Object
from grader.kubernetes.component_flags import plain_flags
from grader.kubernetes.objects import title

SERVER = "kube-apiserver"


@dataclass(frozen=True, slots=True)
class AuditLog:
    """`path` is the node's; `trouble` says why there is none, else ""."""

    node: str
    pod: str
    path: str = ""
    trouble: str = ""

    @property
    def to_stdout(self) -> bool:
        return self.path == "-"

    def __str__(self) -> str:
        return f"the log of pod {self.pod}" if self.to_stdout else f"{self.node}:{self.path}"


def audit_log(pod: Object) -> AuditLog:
    """The log of one API server, by the flags of its pod."""
    spec = pod["spec"]
    node, name = str(spec.get("nodeName", "")), str(pod["metadata"]["name"])
    container = _container(spec)
    argv = [str(word) for key in ("command", "args") for word in container.get(key) or []]
    flags = plain_flags(argv or [SERVER])
    path = flags.get("audit-log-path", "")
    if not flags.get("audit-policy-file"):
        trouble = f"{title(pod)} has no --audit-policy-file, so it logs nothing"
        return AuditLog(node, name, "", trouble)
    if not path:
        return AuditLog(node, name, "", f"{title(pod)} has no --audit-log-path")
    if path == "-":
        return AuditLog(node, name, path)
    on_node = _on_node(path, container, spec)
    trouble = "" if on_node else f"{path} is inside {title(pod)} only: no hostPath volume holds it"
    return AuditLog(node, name, on_node, trouble)


def _container(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    containers: list[Mapping[str, Any]] = spec.get("containers") or [{}]
    return next((one for one in containers if one.get("name") == SERVER), containers[0])


def _on_node(path: str, container: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    """The node's path of a container's file, by the innermost volume; "" when it has none."""
    volumes = {
        volume["name"]: str((volume.get("hostPath") or {}).get("path", ""))
        for volume in spec.get("volumes") or []
    }
    best, found = "", ""
    for mount in container.get("volumeMounts") or []:
        inside = str(mount["mountPath"]).rstrip("/")
        if (path == inside or path.startswith(inside + "/")) and len(inside) >= len(best):
            outside = volumes.get(mount["name"], "").rstrip("/")
            sub_path = str(mount.get("subPath") or "").strip("/")
            best = inside
            whole = "/".join(part for part in (outside, sub_path) if part)
            found = whole + path[len(inside) :] if outside else ""
    return found


def entries(lines: Iterable[str], mark: str) -> list[dict[str, Any]] | None:
    """Entries whose request carries the mark; None when lines with it are in no known format."""
    found, strange = [], False
    for line in lines:
        if mark not in line:
            continue
        try:
            entry = json.loads(line[line.find("{") :])
            uri = str(entry["requestURI"])
        except (ValueError, KeyError, TypeError):
            strange = True
            continue
        if mark in uri and entry.get("kind", "Event") == "Event":
            found.append(entry)
    return None if strange and not found else found
