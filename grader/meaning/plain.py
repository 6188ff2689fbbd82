"""Plain expected values: text exact, quantities by value, images normalised, mappings as subset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.meaning.image_reference import parse_image
from grader.meaning.path import Missing
from grader.meaning.quantity import has_unit, parse_quantity
from grader.wording import clip, show


@dataclass(frozen=True, slots=True)
class Difference:
    path: str
    expected: Any
    actual: Any
    why: str


_IMAGE_KEYS = frozenset({"image", "imageName", "imageRef", "Image"})
_WITHOUT_ORDER = frozenset(
    {"accessModes", "verbs", "resources", "apiGroups", "resourceNames", "policyTypes", "finalizers"}
)
_TEXT_PLACES = frozenset({"metadata", "data", "stringData", "env", "labels", "annotations", "args"})
"""Where text that looks like a quantity (a label `1k`) is text."""


def plain_difference(expected: Any, actual: Any, path: str) -> Difference | None:
    """None when `actual` means the plain value `expected`."""
    if isinstance(actual, Missing) or actual is None:
        return _missing(expected, actual, path)
    if isinstance(expected, Mapping):
        return _mapping(expected, actual, path)
    if isinstance(expected, list | tuple):
        return _sequence(expected, actual, path)
    if same_scalar(expected, actual, path):
        return None
    return Difference(
        path, expected, actual, f"{name_of(path)} is {show(actual)}, not {show(expected)}"
    )


def same(expected: Any, actual: Any, path: str = "") -> bool:
    return plain_difference(expected, actual, path) is None


def name_of(path: str) -> str:
    """The path for a sentence: its end is what matters."""
    return path if len(path) <= 90 else "…" + path[-88:] if path else "it"


def _missing(expected: Any, actual: Any, path: str) -> Difference | None:
    if expected is None:
        return None
    why = actual.why if isinstance(actual, Missing) else "it is not set"
    return Difference(path, expected, Missing(why), clip(f"{why}; expected {show(expected)}"))


def _mapping(expected: Mapping[str, Any], actual: Any, path: str) -> Difference | None:
    if not isinstance(actual, Mapping):
        return Difference(path, dict(expected), actual, f"{name_of(path)} is not a mapping")
    for key, value in expected.items():
        there = actual.get(key)
        below = f"{path}.{key}" if path else str(key)
        found = Missing(f"{key} is not set", omitted=True) if there is None else there
        difference = plain_difference(value, found, below)
        if difference is not None:
            return difference
    return None


def _sequence(expected: Sequence[Any], actual: Any, path: str) -> Difference | None:
    if not isinstance(actual, list | tuple):
        return Difference(path, list(expected), actual, f"{name_of(path)} is not a list")
    if last_key(path) in _WITHOUT_ORDER:
        return without_order(expected, actual, path)
    if len(expected) != len(actual):
        why = f"{name_of(path)} has {len(actual)} items, not {len(expected)}: {show(list(actual))}"
        return Difference(path, list(expected), list(actual), why)
    for wanted, item in zip(expected, actual, strict=True):
        difference = plain_difference(wanted, item, path)
        if difference is not None:
            return difference
    return None


def without_order(expected: Sequence[Any], actual: Sequence[Any], path: str) -> Difference | None:
    """Order and repetition do not matter; nothing may lack and nothing may be there besides."""
    for wanted in expected:
        if not any(same(wanted, item, path) for item in actual):
            why = f"{name_of(path)} lacks {show(wanted)}; there: {show(list(actual))}"
            return Difference(path, list(expected), list(actual), why)
    for item in actual:
        if not any(same(wanted, item, path) for wanted in expected):
            why = f"{name_of(path)} has {show(item)} besides what was asked for"
            return Difference(path, list(expected), list(actual), why)
    return None


def same_scalar(expected: Any, actual: Any, path: str = "") -> bool:
    """Whether two values that are neither lists nor mappings mean the same at this path."""
    if isinstance(actual, Mapping | list):
        return False
    if isinstance(expected, bool) or isinstance(actual, bool):
        return _as_text(expected) == _as_text(actual)
    if isinstance(expected, str) and isinstance(actual, str):
        return expected == actual or _same_text_by_meaning(expected, actual, path)
    left, right = parse_quantity(expected), parse_quantity(actual)
    if left is not None and right is not None:
        return left == right
    return _as_text(expected) == _as_text(actual)


def _same_text_by_meaning(expected: str, actual: str, path: str) -> bool:
    if last_key(path) in _IMAGE_KEYS:
        wanted, found = parse_image(expected), parse_image(actual)
        return wanted is not None and found is not None and wanted.same_image(found)
    if _TEXT_PLACES.intersection(_keys(path)) or not (has_unit(expected) or has_unit(actual)):
        return False
    left, right = parse_quantity(expected), parse_quantity(actual)
    return left is not None and left == right


def last_key(path: str) -> str:
    return (
        path.rpartition("]")[0].rpartition("[")[0].rpartition(".")[2]
        if path.endswith("]")
        else (path.rpartition(".")[2])
    )


def _keys(path: str) -> list[str]:
    return [part.partition("[")[0] for part in path.split(".")]


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
