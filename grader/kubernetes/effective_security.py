"""The security context that a container really gets: its own over its pod's, defaults evaluated."""

from collections.abc import Iterable, Mapping
from typing import Any

_FROM_THE_POD = ("runAsUser", "runAsGroup", "seLinuxOptions", "fsGroup", "supplementalGroups")
_LEGACY_POD = "seccomp.security.alpha.kubernetes.io/pod"
_LEGACY_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_LEGACY_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_LEGACY_TYPES = {
    "runtime/default": "RuntimeDefault",
    "docker/default": "RuntimeDefault",
    "unconfined": "Unconfined",
}
DEFAULT_CAPABILITIES = frozenset(
    (
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_RAW"),
        *("NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    )
)
"""What containerd and Docker give a container that asks for nothing."""
ALL_CAPABILITIES = DEFAULT_CAPABILITIES | frozenset(
    (
        *("AUDIT_CONTROL", "AUDIT_READ", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE"),
        *("DAC_READ_SEARCH", "IPC_LOCK", "IPC_OWNER", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN"),
        *("MAC_OVERRIDE", "NET_ADMIN", "NET_BROADCAST", "PERFMON", "SYSLOG", "SYS_ADMIN"),
        *("SYS_BOOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO"),
        *("SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM"),
    )
)
Fields = Mapping[str, Any]


def container_security(container: Fields, spec: Fields, metadata: Fields) -> dict[str, Any]:
    own, pod = container.get("securityContext") or {}, spec.get("securityContext") or {}
    annotations = metadata.get("annotations") or {}
    name = str(container.get("name", ""))
    privileged = bool(own.get("privileged"))
    capabilities = _capabilities(own.get("capabilities") or {}, privileged)
    merged = {key: own.get(key, pod.get(key)) for key in _FROM_THE_POD}
    return {
        **{key: value for key, value in own.items() if value is not None},
        **{key: value for key, value in merged.items() if value is not None},
        "privileged": privileged,
        "capabilities": capabilities,
        "readOnlyRootFilesystem": bool(own.get("readOnlyRootFilesystem")),
        "allowPrivilegeEscalation": privileged
        or "SYS_ADMIN" in capabilities["add"]
        or "ALL" in capabilities["add"]
        or own.get("allowPrivilegeEscalation") is not False,
        "runAsNonRoot": _non_root(own, pod),
        "seccompProfile": {"type": "Unconfined"}
        if privileged
        else _seccomp(own, pod, annotations, name),
        "appArmorProfile": _profile(own.get("appArmorProfile") or pod.get("appArmorProfile"))
        or _legacy(annotations.get(_LEGACY_APPARMOR + name))
        or {"type": "Unconfined" if privileged else "RuntimeDefault"},
    }


def _non_root(own: Fields, pod: Fields) -> bool:
    """A user that is given decides; without one the kubelet refuses root if it is told to."""
    user = own.get("runAsUser", pod.get("runAsUser"))
    if user is not None:
        return bool(user != 0)
    asked = own.get("runAsNonRoot")
    return bool(pod.get("runAsNonRoot") if asked is None else asked)


def _capabilities(asked: Fields, privileged: bool) -> dict[str, list[str]]:
    """`add` and `drop` as written, in one spelling; `granted`: what a process of root has."""
    add, drop = _names(asked.get("add")), _names(asked.get("drop"))
    granted = ALL_CAPABILITIES if "ALL" in add or privileged else DEFAULT_CAPABILITIES
    if "ALL" in drop and "ALL" not in add and not privileged:
        granted = frozenset()
    if not privileged:
        granted = (granted | (add - {"ALL"})) - (drop - {"ALL"})
    return {"add": sorted(add), "drop": sorted(drop), "granted": sorted(granted)}


def _names(listed: Iterable[Any] | None) -> frozenset[str]:
    return frozenset(str(name).upper().removeprefix("CAP_") for name in listed or ())


def _seccomp(own: Fields, pod: Fields, annotations: Fields, name: str) -> dict[str, Any]:
    """The container's field, its annotation, the pod's field, the pod's annotation; or nothing."""
    return (
        _profile(own.get("seccompProfile"))
        or _legacy(annotations.get(_LEGACY_CONTAINER + name))
        or _profile(pod.get("seccompProfile"))
        or _legacy(annotations.get(_LEGACY_POD))
        or {"type": "Unconfined"}
    )


def _profile(profile: Any) -> dict[str, Any] | None:
    return dict(profile) if isinstance(profile, Mapping) and profile.get("type") else None


def _legacy(annotation: object) -> dict[str, Any] | None:
    if not isinstance(annotation, str):
        return None
    if annotation.startswith("localhost/"):
        return {"type": "Localhost", "localhostProfile": annotation.removeprefix("localhost/")}
    known = _LEGACY_TYPES.get(annotation)
    return {"type": known} if known else None
