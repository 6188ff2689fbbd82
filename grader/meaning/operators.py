"""The operators of an expectation. Each answers None when it holds, else why it does not."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from grader.meaning.duration import parse_duration
from grader.meaning.image_reference import parse_image
from grader.meaning.path import Missing
from grader.meaning.plain import name_of, plain_difference, same, without_order
from grader.meaning.quantity import parse_quantity
from grader.meaning.typed_operators import absent, argv, cron, instant, network, version
from grader.wording import describe, show

Operator = Callable[[Any, Any, str], str | None]

HAS = "has"
"""Expectations of the value itself: `grader.meaning.compare` judges it, for it walks paths."""


def is_operators(expected: Any) -> bool:
    """Whether a mapping is one of operators rather than a plain value."""
    return isinstance(expected, Mapping) and bool(expected) and set(expected) <= OPERATOR_NAMES


def _eq(operand: Any, actual: Any, path: str) -> str | None:
    difference = plain_difference(operand, actual, path)
    if difference is not None:
        return difference.why
    if isinstance(operand, Mapping) and set(actual) != set(operand):
        return f"{name_of(path)} has more: {show(sorted(set(actual) - set(operand)))}"
    return None


def _may_be_absent(actual: Any) -> bool:
    return actual is None or (isinstance(actual, Missing) and actual.omitted)


def _ne(operand: Any, actual: Any, path: str) -> str | None:
    if _may_be_absent(actual):
        return None
    lack = absent(actual)
    if lack is not None:
        return lack
    return f"{name_of(path)} is {show(actual)}" if same(operand, actual, path) else None


def _in(operand: Any, actual: Any, path: str) -> str | None:
    """Of a list, every item must be one of the choices (and for `not_in`, none may be)."""
    lack = absent(actual)
    if lack is not None:
        return lack
    if _is_one_of(operand, actual, path):
        return None
    if isinstance(actual, list) and actual:
        for item in actual:
            if not _is_one_of(operand, item, path):
                return f"{name_of(path)} has {show(item)}, which is none of {show(operand)}"
        return None
    return f"{name_of(path)} is {show(actual)}, which is none of {show(operand)}"


def _not_in(operand: Any, actual: Any, path: str) -> str | None:
    if _may_be_absent(actual):
        return None
    lack = absent(actual)
    if lack is not None:
        return lack
    if _is_one_of(operand, actual, path):
        return f"{name_of(path)} is {show(actual)}"
    for item in actual if isinstance(actual, list) else []:
        if _is_one_of(operand, item, path):
            return f"{name_of(path)} has {show(item)}"
    return None


def _is_one_of(choices: Any, actual: Any, path: str) -> bool:
    return any(same(choice, actual, path) for choice in choices)


def _ordered(word: str, holds: Callable[[Fraction, Fraction], bool]) -> Operator:
    def judge(operand: Any, actual: Any, path: str) -> str | None:
        lack = absent(actual)
        if lack is not None:
            return lack
        limit, value = parse_quantity(operand), parse_quantity(actual)
        if limit is None or value is None:
            return (
                f"{name_of(path)} is {show(actual)}, which cannot be compared with {show(operand)}"
            )
        return (
            None
            if holds(value, limit)
            else (f"{name_of(path)} is {show(actual)}; it must be {word} {show(operand)}")
        )

    return judge


def _contains(operand: Any, actual: Any, path: str) -> str | None:
    lack = absent(actual)
    if lack is not None:
        return lack
    wanted = operand if isinstance(operand, list) else [operand]
    for one in wanted:
        if isinstance(actual, str):
            there = show_text(one) in actual
        elif isinstance(actual, list):
            there = any(same(one, item, path) for item in actual)
        else:
            there = isinstance(actual, Mapping) and one in actual
        if not there:
            return f"{name_of(path)} does not contain {show(one)}; it is {show(actual)}"
    return None


def show_text(value: Any) -> str:
    return value if isinstance(value, str) else show(value)


def _matches(operand: Any, actual: Any, path: str) -> str | None:
    lack = absent(actual)
    if lack is not None:
        return lack
    text = show_text(actual) if not isinstance(actual, list | Mapping) else show(actual, 10_000)
    found = re.search(str(operand), text)
    return (
        None if found else f"{name_of(path)} does not match {show(operand)}; it is {show(actual)}"
    )


def _exists(operand: Any, actual: Any, path: str) -> str | None:
    lack = absent(actual)
    if operand:
        return lack
    return None if lack is not None else f"{name_of(path)} is set, to {show(actual)}"


def _parsed(parse: Callable[[object], Any], what: str) -> Operator:
    def judge(operand: Any, actual: Any, path: str) -> str | None:
        lack = absent(actual)
        if lack is not None:
            return lack
        wanted, found = parse(operand), parse(actual)
        if found is None:
            return f"{name_of(path)} is {show(actual)}, which is not {what}"
        return (
            None if wanted == found else f"{name_of(path)} is {show(actual)}, not {show(operand)}"
        )

    return judge


def _image(operand: Any, actual: Any, path: str) -> str | None:
    lack = absent(actual)
    if lack is not None:
        return lack
    wanted, found = parse_image(operand), parse_image(actual)
    if wanted is not None and found is not None and wanted.same_image(found):
        return None
    return f"{name_of(path)} is {show(actual)}, not {show(operand)}"


def _set(operand: Any, actual: Any, path: str) -> str | None:
    lack = absent(actual)
    if lack is not None:
        return lack
    items = actual.split() if isinstance(actual, str) else actual
    if not isinstance(items, list):
        return f"{name_of(path)} is {show(actual)}, which is not a list"
    difference = without_order(operand, items, path)
    return None if difference is None else difference.why


def _count(operand: Any, actual: Any, path: str) -> str | None:
    if _may_be_absent(actual):
        number = 0
    elif isinstance(actual, Missing):
        return actual.why
    elif isinstance(actual, str):
        number = sum(1 for line in actual.splitlines() if line.strip())
    elif isinstance(actual, list | Mapping):
        number = len(actual)
    else:
        return f"{name_of(path)} is {show(actual)}, which cannot be counted"
    rules = operand if is_operators(operand) else {"eq": operand}
    for name, limit in rules.items():
        if OPERATORS[name](limit, number, path) is not None:
            items = "1 item" if number == 1 else f"{number} items"
            return f"{name_of(path)} has {items}; expected {describe(operand)}"
    return None


OPERATORS: dict[str, Operator] = {
    "eq": _eq,
    "ne": _ne,
    "gt": _ordered("more than", lambda value, limit: value > limit),
    "ge": _ordered("at least", lambda value, limit: value >= limit),
    "lt": _ordered("less than", lambda value, limit: value < limit),
    "le": _ordered("at most", lambda value, limit: value <= limit),
    "in": _in,
    "not_in": _not_in,
    "contains": _contains,
    "matches": _matches,
    "exists": _exists,
    "quantity": _parsed(parse_quantity, "a quantity"),
    "image": _image,
    "duration": _parsed(parse_duration, "a duration"),
    "set": _set,
    "count": _count,
    "cron": cron,
    "argv": argv,
    "instant": instant,
    "network": network,
    "version": version,
}
OPERATOR_NAMES = frozenset(OPERATORS) | {HAS}
