"""Node selectors and node affinity as the scheduler reads them: which nodes are accepted. Pure."""

from collections.abc import Mapping
from typing import Any

from grader.kubernetes.api import Object
from grader.kubernetes.objects import labels

_GO_INTEGER = 1 << 63


def pod_accepts(spec: Mapping[str, Any], node: Object) -> bool:
    """Whether a pod's nodeSelector and its required node affinity both accept the node."""
    wanted = spec.get("nodeSelector") or {}
    there = labels(node)
    if any(there.get(key) != value for key, value in wanted.items()):
        return False
    required = required_node_affinity(spec)
    return required is None or selector_accepts(required, node)


def has_hard_rule(spec: Mapping[str, Any]) -> bool:
    return bool(spec.get("nodeSelector")) or required_node_affinity(spec) is not None


def required_node_affinity(spec: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Of a pod's spec; what is only preferred is no rule."""
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    found: Mapping[str, Any] | None = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return found


def volume_accepts(volume: Object, node: Object) -> bool:
    """Whether pods that use the PersistentVolume may run on the node."""
    required = ((volume.get("spec") or {}).get("nodeAffinity") or {}).get("required")
    return required is None or selector_accepts(required, node)


def selector_accepts(selector: Mapping[str, Any], node: Object) -> bool:
    """A NodeSelector: one of its terms must accept the node; without terms it accepts none."""
    return any(_term_accepts(term or {}, node) for term in selector.get("nodeSelectorTerms") or [])


def _term_accepts(term: Mapping[str, Any], node: Object) -> bool:
    """All expressions and fields of the term must; an empty term accepts no node."""
    expressions = term.get("matchExpressions") or []
    fields = term.get("matchFields") or []
    if not expressions and not fields:
        return False
    there = labels(node)
    return all(_accepts(rule, there) for rule in expressions) and all(
        _field_accepts(rule, node) for rule in fields
    )


def _accepts(rule: Mapping[str, Any], there: Mapping[str, str]) -> bool:
    key, operator = str(rule.get("key", "")), rule.get("operator")
    values = [str(value) for value in rule.get("values") or []]
    if operator == "In":
        return there.get(key) in values
    if operator == "NotIn":
        return there.get(key) not in values
    if operator == "Exists":
        return key in there
    if operator == "DoesNotExist":
        return key not in there
    if operator in ("Gt", "Lt"):
        left = _integer(there.get(key))
        right = _integer(values[0]) if len(values) == 1 else None
        if left is None or right is None:
            return False
        return left > right if operator == "Gt" else left < right
    return False


def _field_accepts(rule: Mapping[str, Any], node: Object) -> bool:
    """The API knows one field, metadata.name, with In or NotIn and one value."""
    values = rule.get("values") or []
    if rule.get("key") != "metadata.name" or len(values) != 1:
        return False
    same = node["metadata"]["name"] == values[0]
    operator = rule.get("operator")
    return same if operator == "In" else operator == "NotIn" and not same


def _integer(text: str | None) -> int | None:
    """As Go's ParseInt reads 64 bits: no blanks, no underscores."""
    digits = text[1:] if text is not None and text[:1] in ("+", "-") else text
    if not text or not digits or not (digits.isascii() and digits.isdecimal()):
        return None
    value = int(text)
    return value if -_GO_INTEGER <= value < _GO_INTEGER else None
