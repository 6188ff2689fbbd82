"""Expressions of the Common Expression Language against what was read of the cluster. Pure.

An expression that cannot be evaluated (no such key) does not hold; one that is neither true nor
false is the lab's fault.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from cel_expr_python import cel

from grader.meaning.compare import Mismatch
from grader.meaning.path import Missing
from grader.meaning.quantity import parse_quantity
from grader.meaning.trace import read
from grader.wording import clip, show
from labs.cel import Reference, compiled, references
from labs.errors import SeatrialError

_MOST_TRIALS = 50
"""Items of a list that are tried alone, to name the one that is wrong."""
_LARGEST = 2**63


class Unevaluated(Mismatch):
    """The expression could not be evaluated, so it says nothing of what was read."""


class NeitherTrueNorFalse(SeatrialError):
    """What an expression comes to is no boolean: the lab's fault."""


def quantity(value: object) -> float:
    """`quantity("1500m")` is 1.5: exact up to 2^53, beyond that as near as a double comes."""
    found = parse_quantity(value)
    if found is None:
        raise ValueError(f"{show(value, 40)} is no quantity")
    return float(found)


def judge_expression(
    expression: str, variables: Mapping[str, Any], message: str = ""
) -> Mismatch | None:
    """None when the expression is true. Lists at the top are selections: their items have names.

    `message` stands before the reason. Raises CelError, NeitherTrueNorFalse.
    """
    values = {name: plain(value) for name, value in variables.items()}
    seen = references(expression, values)
    outcome = _evaluate(expression, values)
    reason = "" if outcome is True else _reason(expression, values, seen, outcome)
    for reference in seen:
        read(str(reference), expression, _found(reference, values), reason)
    if outcome is True:
        return None
    wrong = outcome.path if isinstance(outcome, _Trouble) else ""
    why = f"{clip(message, 110)}: {reason}" if message else reason
    path = wrong or (str(seen[0]) if seen else expression)
    kind = Unevaluated if isinstance(outcome, _Trouble) else Mismatch
    return kind(clip(path), clip(expression), what_was_read(expression, values), clip(why))


def what_was_read(expression: str, variables: Mapping[str, Any]) -> str:
    """`object.spec.replicas = 3; object.metadata.name = web`."""
    seen = references(expression, variables)
    return clip("; ".join(f"{one} = {_shown(_found(one, variables))}" for one in seen))


class _Trouble:
    """Why an expression could not be evaluated, and at which path if that is known."""

    def __init__(self, why: str, path: str) -> None:
        self.why, self.path = why, path


def _evaluate(expression: str, values: Mapping[str, Any]) -> bool | _Trouble:
    lists = frozenset(name for name, value in values.items() if isinstance(value, list))
    program = compiled(expression, frozenset(values), lists, quantity)
    try:
        value = program.eval(data=dict(values))
    except RuntimeError as error:
        raise NeitherTrueNorFalse(f"{show(expression)} cannot be evaluated: {error}", "") from error
    found = value.plain_value()
    if value.type() == cel.Type.ERROR:
        return _trouble(str(found), references(expression, values), values)
    if not isinstance(found, bool):
        raise NeitherTrueNorFalse(f"{show(expression)} is {show(found)}, not true or false", "")
    return found


def _trouble(error: str, seen: Sequence[Reference], values: Mapping[str, Any]) -> _Trouble:
    """`error`: `NOT_FOUND: Key not found in map : "replica"`."""
    code, _, detail = error.partition(": ")
    for reference in seen:
        missing = _missing(reference, values)
        if missing is None:
            continue
        key = missing.keys[-1]
        if code == "NOT_FOUND" and detail.endswith(f'"{key}"'):
            return _Trouble(f"{missing} is not set", str(missing))
        if "Index error" in detail and detail.startswith(f"Index error: index={key} "):
            return _Trouble(f"{missing} is not there", str(missing))
    if code == "NOT_FOUND":
        return _Trouble(f"{detail.rpartition(' : ')[2]} is not set", "")
    return _Trouble(f"it cannot be evaluated: {clip(detail or error, 90)}", "")


def _missing(reference: Reference, values: Mapping[str, Any]) -> Reference | None:
    """The shortest beginning of the reference where nothing is."""
    for length in range(1, len(reference.keys) + 1):
        part = Reference(reference.variable, reference.keys[:length])
        if isinstance(_found(part, values), Missing):
            return part
    return None


def _found(reference: Reference, values: Mapping[str, Any]) -> Any:
    value = values[reference.variable]
    for key in reference.keys:
        inside = isinstance(value, list) and isinstance(key, int) and key < len(value)
        if inside or (isinstance(value, Mapping) and key in value):
            value = value[key]
        else:
            return Missing(f"{reference} is not set")
    return value


def _reason(
    expression: str,
    values: Mapping[str, Any],
    seen: Sequence[Reference],
    outcome: bool | _Trouble,
) -> str:
    culprit = _culprit(expression, values)
    if isinstance(outcome, _Trouble):
        return f"{outcome.why}{culprit and f', of {culprit}'}"
    if culprit:
        return f"{culprit} does not fit {clip(expression, 90)}"
    facts = "; ".join(f"{one} is {_shown(_found(one, values))}" for one in seen)
    return f"not so: {clip(expression, 80)}; {clip(facts, 110)}"


def _culprit(expression: str, values: Mapping[str, Any]) -> str:
    """The first item of a list that alone is wrong, where others alone are right."""
    for name, items in values.items():
        if not isinstance(items, list) or not 1 < len(items) <= _MOST_TRIALS:
            continue
        alone = [_evaluate(expression, {**values, name: [item]}) is True for item in items]
        if any(alone) and not all(alone):
            return _named(items[alone.index(False)])
    return ""


def _named(item: Any) -> str:
    metadata = item.get("metadata") if isinstance(item, Mapping) else None
    if not isinstance(metadata, Mapping) or "name" not in metadata:
        return show(item, 40)
    full = "/".join(filter(None, (metadata.get("namespace"), str(metadata["name"]))))
    return f"{item.get('kind', 'object')} {full}"


def _shown(value: Any) -> str:
    if isinstance(value, Missing):
        return "not set"
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        names = ", ".join(_named(item) for item in value[:3])
        return f"{len(value)} ({names}{', …' if len(value) > 3 else ''})"
    if isinstance(value, Mapping) and "metadata" in value:
        return _named(value)
    return show(value, 60)


def plain(value: Any) -> Any:
    """The value as CEL knows it: dates as RFC 3339 texts, numbers beyond 64 bits as doubles."""
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _LARGEST:
        return float(value) if abs(value) < 2**1000 else math.copysign(math.inf, value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _key(key: Any) -> str:
    return key if isinstance(key, str) else str(plain(key))
