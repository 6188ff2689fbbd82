"""Comparison by meaning: what an `expect` says against what is there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.meaning.operators import OPERATORS, is_operators
from grader.meaning.path import Missing, walk
from grader.meaning.plain import plain_difference
from grader.meaning.trace import read
from grader.wording import clip, describe, show


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where something is not as expected. Texts are under 200 characters, fit to show."""

    path: str
    expected: str
    actual: str
    why: str


def compare(expected: Any, actual: Any, path: str = "") -> Mismatch | None:
    """None when `actual` (or a `Missing`) means what `labs.checks.model.Expected` asks for."""
    mismatch = _compare(expected, actual, path)
    read(path, expected, actual, mismatch.why if mismatch else "")
    return mismatch


def _compare(expected: Any, actual: Any, path: str) -> Mismatch | None:
    if not is_operators(expected):
        return _compare_plain(expected, actual, path)
    for name, operand in expected.items():
        why = OPERATORS[name](operand, actual, path)
        if why is not None:
            wanted = describe({name: operand})
            return _mismatch(path, wanted, actual, why)
    return None


def _compare_plain(expected: Any, actual: Any, path: str) -> Mismatch | None:
    difference = plain_difference(expected, actual, path)
    if difference is None:
        return None
    return _mismatch(
        difference.path, describe(difference.expected), difference.actual, difference.why
    )


def _mismatch(path: str, wanted: str, actual: Any, why: str) -> Mismatch:
    found = "nothing" if isinstance(actual, Missing) else show(actual)
    return Mismatch(clip(path), clip(wanted), clip(found), clip(why))


def compare_document(
    expectations: Mapping[str, Any], document: Any, *, api_object: bool = False
) -> Mismatch | None:
    """The first path that is not as expected. `api_object`: omitted fields have their defaults."""
    for path, expected in expectations.items():
        for place in walk(document, path):
            value = place.value
            if api_object and isinstance(value, Missing) and value.omitted:
                value = omitted_value(place.path, expected, value)
            mismatch = compare(expected, value, place.path)
            if mismatch is not None:
                return mismatch
    return None


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
        [operand for name, operand in expected.items() if name not in ("exists", "count")]
        if is_operators(expected)
        else [expected]
    )
    if any(isinstance(operand, bool) for operand in operands):
        return path.rpartition(".")[2] in TRUE_WHEN_OMITTED
    numeric = any(isinstance(operand, int | float) for operand in operands)
    return 0 if numeric and path.startswith("status.") else missing
