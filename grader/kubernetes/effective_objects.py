"""What Services, quotas, limit ranges and Secrets come to. Pure, but for the pods of a Service."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from grader.kubernetes.api import Object
from grader.meaning.quantity import parse_quantity

_REQUESTS = ("cpu", "memory", "ephemeral-storage")
_COUNTED = frozenset(
    (
        *("configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas"),
        *("secrets", "services"),
    )
)
"""Names of objects in a quota that mean the same as `count/NAME` (`pods` does not)."""


def effective_service(
    spec: Mapping[str, Any], pods: Callable[[], Sequence[Object]]
) -> dict[str, Any]:
    """The ports, protocols and numbers of target ports filled in."""
    ports = [dict(port) for port in spec.get("ports") or []]
    for port in ports:
        port["protocol"] = port.get("protocol") or "TCP"
        target: Any = port.get("targetPort") or port.get("port")
        if isinstance(target, str) and not target.isdecimal():
            port["targetPortName"] = target
            target = _number_of(target, port["protocol"], pods())
        port["targetPort"] = int(target) if str(target).isdecimal() else target
    return {
        "type": spec.get("type") or "ClusterIP",
        "selector": dict(spec.get("selector") or {}),
        "sessionAffinity": spec.get("sessionAffinity") or "None",
        "ports": ports,
    }


def _number_of(name: str, protocol: str, pods: Sequence[Object]) -> Any:
    """The port that all pods give this name; the name itself where they do not agree on one."""
    found = {
        port.get("containerPort")
        for pod in pods
        for container in (pod.get("spec") or {}).get("containers") or []
        for port in container.get("ports") or []
        if port.get("name") == name and (port.get("protocol") or "TCP") == protocol
    }
    return found.pop() if len(found) == 1 else name


def effective_quota(spec: Mapping[str, Any]) -> dict[str, Any]:
    """`hard` with one name for each resource: `cpu` is `requests.cpu`."""
    hard = {}
    for name, quantity in (spec.get("hard") or {}).items():
        long = f"requests.{name}" if name in _REQUESTS else name
        hard[f"count/{name}" if name in _COUNTED else long] = quantity
    return {"hard": hard}


def effective_limit_range(spec: Mapping[str, Any]) -> dict[str, Any]:
    """One item for each type, however many they were written as: all of them hold."""
    by_type: dict[str, dict[str, Any]] = {}
    for item in spec.get("limits") or []:
        joined = by_type.setdefault(str(item.get("type")), {"type": item.get("type")})
        for key, values in item.items():
            if isinstance(values, Mapping):
                joined[key] = _both(key, joined.get(key) or {}, values)
    return {"limits": list(by_type.values())}


def _both(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Of two limits the tighter one counts, of two defaults the last."""
    joined = {**before, **after}
    for name in before.keys() & after.keys() if key in ("max", "min") else ():
        both = sorted((before[name], after[name]), key=_size)
        joined[name] = both[0] if key == "max" else both[1]
    return joined


def _size(quantity: object) -> Fraction:
    return parse_quantity(quantity) or Fraction(0)


def effective_secret(secret: Mapping[str, Any]) -> dict[str, Any]:
    """The data as text, where it is text."""
    data = {str(k): _decoded(str(v)) for k, v in (secret.get("data") or {}).items()}
    return {"data": {**data, **(secret.get("stringData") or {})}}


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return value
