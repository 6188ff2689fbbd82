"""Claims, volumes and mounts as objects: what is bound to what, and where pods mount it. Pure."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.kubernetes.api import Object

_SHORT = {
    "RWO": "ReadWriteOnce",
    "ROX": "ReadOnlyMany",
    "RWX": "ReadWriteMany",
    "RWOP": "ReadWriteOncePod",
}


@dataclass(frozen=True, slots=True)
class Mount:
    """Of a claim in a container."""

    container: str
    path: str
    sub_path: str
    read_only: bool


def access_mode(text: str) -> str:
    return _SHORT.get(text.upper(), text)


def binding_trouble(claim: Object, volume: Object | None) -> str:
    """Why claim and volume do not belong together for good; "" when they do."""
    name = str((claim.get("spec") or {}).get("volumeName") or "")
    phase = str((claim.get("status") or {}).get("phase") or "no phase")
    if phase != "Bound":
        return f"is {phase}, not Bound"
    if volume is None:
        return f"names volume {name or 'none'}, which does not exist"
    reference = (volume.get("spec") or {}).get("claimRef") or {}
    if reference.get("uid") != claim["metadata"]["uid"]:
        other = f"{reference.get('namespace')}/{reference.get('name')}"
        return f"names volume {name}, which is bound to {other} (another uid)"
    state = str((volume.get("status") or {}).get("phase") or "no phase")
    return "" if state == "Bound" else f"names volume {name}, which is {state}"


def resizing(claim: Object) -> str:
    """The condition that says a resize is not done, "" when there is none."""
    for found in (claim.get("status") or {}).get("conditions") or []:
        kinds = ("Resizing", "FileSystemResizePending")
        if found.get("type") in kinds and found.get("status") == "True":
            return str(found["type"])
    return ""


def mounts_of(pod: Object, claim: str) -> list[Mount]:
    """Every mount of the claim in the pod's containers, by whatever name the volume has there."""
    spec = pod.get("spec") or {}
    read_only: dict[str, bool] = {}
    for volume in spec.get("volumes") or []:
        source = volume.get("persistentVolumeClaim") or {}
        if source.get("claimName") == claim:
            read_only[str(volume["name"])] = bool(source.get("readOnly"))
    return [
        Mount(
            str(container["name"]),
            normal_path(str(mount.get("mountPath", ""))),
            str(mount.get("subPath") or mount.get("subPathExpr") or "").strip("/"),
            bool(mount.get("readOnly")) or read_only[str(mount["name"])],
        )
        for container in spec.get("containers") or []
        for mount in container.get("volumeMounts") or []
        if str(mount.get("name")) in read_only
    ]


def normal_path(path: str) -> str:
    return posixpath.normpath(path) if path else ""


def volume_at(pod: Object, path: str) -> str:
    """What kind of volume a container mounts at the path, for a sentence."""
    spec = pod.get("spec") or {}
    kinds: Mapping[str, Any] = {
        str(volume["name"]): next((key for key in volume if key != "name"), "emptyDir")
        for volume in spec.get("volumes") or []
    }
    for container in spec.get("containers") or []:
        for mount in container.get("volumeMounts") or []:
            if normal_path(str(mount.get("mountPath", ""))) == path:
                return str(kinds.get(str(mount.get("name")), "nothing known"))
    return "nothing"


def host_directory(volume: Object) -> str:
    """The directory of a local or hostPath volume; "" for any other."""
    spec = volume.get("spec") or {}
    for kind in ("local", "hostPath"):
        if spec.get(kind):
            return str(spec[kind].get("path") or "")
    return ""
