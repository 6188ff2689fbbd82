"""Which nodes a node selector (`nodeAffinity.required` of a pod or volume) accepts, evaluated."""

from collections.abc import Mapping
from typing import Any

from grader.kubernetes.api import Object
from grader.kubernetes.objects import labels


def accepts(selector: Mapping[str, Any] | None, node: Object) -> bool:
    """Terms are alternatives, what stands in one term must all hold; no selector accepts all."""
    if not selector:
        return True
    return any(_term_holds(term, node) for term in selector.get("nodeSelectorTerms") or [])


def _term_holds(term: Mapping[str, Any], node: Object) -> bool:
    by_label = term.get("matchExpressions") or []
    by_field = term.get("matchFields") or []
    if not by_label and not by_field:
        return False
    fields = {"metadata.name": str(node["metadata"]["name"])}
    return all(_holds(rule, labels(node)) for rule in by_label) and all(
        _holds(rule, fields) for rule in by_field
    )


def _holds(rule: Mapping[str, Any], there: Mapping[str, str]) -> bool:
    key, operator = str(rule.get("key")), rule.get("operator")
    values = [str(value) for value in rule.get("values") or []]
    if operator == "Exists":
        return key in there
    if operator == "DoesNotExist":
        return key not in there
    if operator == "In":
        return there.get(key) in values
    if operator == "NotIn":
        return there.get(key) not in values
    return _compares(str(operator), there.get(key, ""), values)


def _compares(operator: str, actual: str, values: list[str]) -> bool:
    try:
        left, right = int(actual), int(values[0])
    except (ValueError, IndexError):
        return False
    return left > right if operator == "Gt" else operator == "Lt" and left < right
