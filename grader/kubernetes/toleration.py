"""Taints of nodes and tolerations of pods, evaluated as the scheduler does. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from grader.kubernetes.api import Object

_KEEPS_AWAY = ("NoSchedule", "NoExecute")
_CORDONED = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def tolerates(toleration: Mapping[str, Any], taint: Mapping[str, Any]) -> bool:
    """An empty effect fits every effect; an empty key with `Exists` fits every taint."""
    effect, key = toleration.get("effect") or "", toleration.get("key") or ""
    if effect and effect != taint.get("effect"):
        return False
    if key and key != taint.get("key"):
        return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Exists":
        return True
    same_value = (toleration.get("value") or "") == (taint.get("value") or "")
    return operator == "Equal" and bool(key) and same_value


def repelling_taint(spec: Mapping[str, Any], node: Object) -> Mapping[str, Any] | None:
    """The first taint that keeps the pod off the node: `NoSchedule` or `NoExecute`, or a cordon."""
    tolerations: Sequence[Mapping[str, Any]] = spec.get("tolerations") or []
    node_spec = node.get("spec") or {}
    taints = [*(node_spec.get("taints") or []), *([_CORDONED] if _cordoned(node_spec) else [])]
    for taint in taints:
        tolerated = any(tolerates(one, taint) for one in tolerations)
        if taint.get("effect") in _KEEPS_AWAY and not tolerated:
            found: Mapping[str, Any] = taint
            return found
    return None


def taint_name(taint: Mapping[str, Any]) -> str:
    """As kubectl writes it: `key=value:Effect`."""
    value = taint.get("value")
    return f"{taint.get('key')}{f'={value}' if value else ''}:{taint.get('effect')}"


def _cordoned(node_spec: Mapping[str, Any]) -> bool:
    return bool(node_spec.get("unschedulable"))
