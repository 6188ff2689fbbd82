"""Comparison by meaning: what an `expect` says against what is there. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.meaning.operators import HAS, OPERATORS, is_operators
from grader.meaning.path import AnyItem, Missing, Part, Place, parse_path, walk_parts
from grader.meaning.plain import last_key, plain_difference, same
from grader.meaning.trace import read
from grader.wording import clip, describe, show


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where something is not as expected. Texts are under 200 characters, fit to show."""

    path: str
    expected: str
    actual: str
    why: str
    held: int = field(default=0, compare=False)
    """How much of what was expected is there: of several wrong items, the closest is named."""


def compare(
    expected: Any, actual: Any, path: str = "", *, api_object: bool = False
) -> Mismatch | None:
    """None when `actual` (or a `Missing`) means what `labs.checks.model.Expected` asks for."""
    mismatch = _compare(expected, actual, path, api_object)
    read(path, expected, actual, mismatch.why if mismatch else "")
    return mismatch


def _compare(expected: Any, actual: Any, path: str, api_object: bool) -> Mismatch | None:
    if not is_operators(expected) or _names_labels(expected, path):
        return _compare_plain(expected, actual, path)
    for name, operand in expected.items():
        if name == HAS:
            mismatch = _has(operand, actual, path, api_object)
        else:
            why = OPERATORS[name](operand, actual, path)
            wanted = describe({name: operand})
            mismatch = None if why is None else _mismatch(path, wanted, actual, why)
        if mismatch is not None:
            return mismatch
    return None


_OF_FREE_KEYS = frozenset(
    {"labels", "matchLabels", "annotations", "selector", "nodeSelector", "data", "stringData"}
)
_ALSO_LABELS = frozenset({"version", "network", "image", "instant", "cron"})


def _names_labels(expected: Mapping[str, Any], path: str) -> bool:
    """`{version: green}` of labels is a label, though `version` is an operator elsewhere."""
    return last_key(path) in _OF_FREE_KEYS and set(expected) <= _ALSO_LABELS


def _compare_plain(expected: Any, actual: Any, path: str) -> Mismatch | None:
    difference = plain_difference(expected, actual, path)
    if difference is None:
        return None
    held = 0
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        held = sum(key in actual and same(expected[key], actual[key]) for key in expected)
    mismatch = _mismatch(
        difference.path, describe(difference.expected), difference.actual, difference.why
    )
    return replace(mismatch, held=held)


def _has(operand: Any, actual: Any, path: str, api_object: bool) -> Mismatch | None:
    """Expectations below this place, all of which the one value must fit."""
    if isinstance(actual, Missing) or actual is None:
        why = actual.why if isinstance(actual, Missing) else "it is not set"
        return _mismatch(path, describe({HAS: operand}), actual, why)
    start = Place(path, actual)
    found = [
        _judge_path(start, parse_path(text), expected, api_object)
        for text, expected in operand.items()
    ]
    first = next((mismatch for mismatch in found if mismatch is not None), None)
    return None if first is None else replace(first, held=found.count(None))


def _mismatch(path: str, wanted: str, actual: Any, why: str) -> Mismatch:
    found = "nothing" if isinstance(actual, Missing) else show(actual)
    return Mismatch(clip(path), clip(wanted), clip(found), clip(why))


def compare_document(
    expectations: Mapping[str, Any], document: Any, *, api_object: bool = False
) -> Mismatch | None:
    """The first path that is not as expected. `api_object`: omitted fields have their defaults."""
    for path, expected in expectations.items():
        mismatch = _judge_path(Place("", document), parse_path(path), expected, api_object)
        if mismatch is not None:
            return mismatch
    return None


def _judge_path(
    start: Place, parts: Sequence[Part], expected: Any, api_object: bool
) -> Mismatch | None:
    """At every place, or (behind `[any]`) at the places of one item."""
    before = next((at for at, part in enumerate(parts) if isinstance(part, AnyItem)), len(parts))
    for place in walk_parts(start, parts[:before]):
        if before < len(parts):
            mismatch = _some_item(place, parts[before + 1 :], expected, api_object)
        else:
            mismatch = _judge_place(place, expected, api_object)
        if mismatch is not None:
            return mismatch
    return None


def _judge_place(place: Place, expected: Any, api_object: bool) -> Mismatch | None:
    value = place.value
    if api_object and isinstance(value, Missing) and value.omitted:
        value = omitted_value(place.path, expected, value)
    return compare(expected, value, place.path, api_object=api_object)


def _some_item(
    listed: Place, parts: Sequence[Part], expected: Any, api_object: bool
) -> Mismatch | None:
    """None when one item fits, else how the closest of them does not."""
    items = walk_parts(listed, [AnyItem()])
    if isinstance(items[0].value, Missing):
        return _mismatch(items[0].path, describe(expected), items[0].value, items[0].value.why)
    found = [_judge_path(item, parts, expected, api_object) for item in items]
    if None in found:
        return None
    wrong = [(item, mismatch) for item, mismatch in zip(items, found, strict=True) if mismatch]
    item, closest = max(wrong, key=lambda one: one[1].held)
    if len(wrong) == 1:
        return closest
    name = listed.path.rpartition(".")[2].partition("[")[0] or "items"
    which = item.path[len(listed.path) :].strip("[]")
    which = "" if which in closest.why else f", {which}"
    why = f"none of the {len(wrong)} {name} fits; the closest{which}: {closest.why}"
    return replace(closest, why=clip(why))


def compare_text(expected: Any, actual: str, path: str) -> Mismatch | None:
    """As `compare`, for whole outputs and files: white space at the end never counts."""
    if isinstance(expected, str):
        expected = expected.rstrip()
    elif is_operators(expected):
        expected = {
            name: operand.rstrip() if name in ("eq", "ne") and isinstance(operand, str) else operand
            for name, operand in expected.items()
        }
    return compare(expected, actual.rstrip(), path)


TRUE_WHEN_OMITTED = frozenset({"allowPrivilegeEscalation", "automountServiceAccountToken"})
"""Booleans that the API server leaves unset, and that then mean true."""


def omitted_value(path: str, expected: Any, missing: Missing) -> Any:
    """What a field means that the API left out: false for booleans, 0 for numbers of `status`.

    Other numbers stay missing: an omitted `runAsUser` or `ttlSecondsAfterFinished` is not 0.
    """
    operands = (
        [operand for name, operand in expected.items() if name not in ("exists", "count", HAS)]
        if is_operators(expected)
        else [expected]
    )
    if any(isinstance(operand, bool) for operand in operands):
        return path.rpartition(".")[2] in TRUE_WHEN_OMITTED
    numeric = any(isinstance(operand, int | float) for operand in operands)
    return 0 if numeric and path.startswith("status.") else missing
