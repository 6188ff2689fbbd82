"""Mirror pods: what the API shows of a static pod, and whether it is what its manifest says."""

from collections.abc import Mapping
from typing import Any

from grader.kubernetes.api import Object
from grader.meaning.path import Missing
from grader.meaning.plain import Difference, plain_difference
from grader.meaning.quantity import has_unit, parse_quantity

_SOURCE = "kubernetes.io/config.source"
_MIRROR = "kubernetes.io/config.mirror"
_HASH = "kubernetes.io/config.hash"
_ADDED = frozenset({"tolerations", "nodeName", "imagePullPolicy"})
"""What the kubelet and admission set on top, so that the manifest's own cannot be told from it."""
_QUANTITIES = frozenset({"requests", "limits"})


def no_mirror_reason(pod: Object, node: Object | None) -> str:
    """Why an object of a static pod's name is no mirror pod of that node; "" when it is one."""
    annotations = pod["metadata"].get("annotations") or {}
    if not annotations.get(_MIRROR) or annotations.get(_MIRROR) != annotations.get(_HASH):
        return "an ordinary pod: no kubelet made it from a manifest"
    if annotations.get(_SOURCE) != "file":
        return f"a pod from {annotations.get(_SOURCE) or 'nowhere'}, not from a file"
    owners = pod["metadata"].get("ownerReferences") or []
    uid = node["metadata"]["uid"] if node is not None else ""
    if not any(owner.get("kind") == "Node" and owner.get("uid") == uid for owner in owners):
        return "not owned by its Node as it is now"
    return ""


def manifest_difference(manifest: Mapping[str, Any], pod: Object) -> Difference | None:
    """Where the running pod is not what the manifest says; what the API defaults is left out."""
    metadata = manifest.get("metadata") or {}
    said = {
        "metadata": {"labels": metadata.get("labels") or {}},
        "spec": manifest.get("spec") or {},
    }
    return plain_difference(_without_nothing(said, pod), pod, "")


def _without_nothing(said: Any, there: Any) -> Any:
    """Without what says nothing (null, false, 0, empty) where the API left the field out."""
    if isinstance(said, Mapping):
        fields = there if isinstance(there, Mapping) else {}
        return {
            key: _numbers(value) if key in _QUANTITIES else _without_nothing(value, fields.get(key))
            for key, value in said.items()
            if value is not None and key not in _ADDED and (key in fields or _says_something(value))
        }
    if isinstance(said, list) and isinstance(there, list) and len(said) == len(there):
        return [_without_nothing(one, two) for one, two in zip(said, there, strict=True)]
    return said


def _numbers(said: Any) -> Any:
    """Quantities without a unit as numbers, which `1.0` and `1` are alike."""
    if not isinstance(said, Mapping):
        return said
    plain = {key: parse_quantity(value) for key, value in said.items() if not has_unit(value)}
    return {key: float(plain[key] or 0) if plain.get(key) else value for key, value in said.items()}


def _says_something(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_says_something(one) for one in value.values())
    return not isinstance(value, Missing) and bool(value)
