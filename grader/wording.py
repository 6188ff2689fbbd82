"""How values and expectations read in a sentence for the learner: short, on one line."""

import json
from collections.abc import Callable
from typing import Any

LIMIT = 199


def clip(text: str, limit: int = LIMIT) -> str:
    """The text on one line, cut in the middle when it is too long."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = (limit - 3) * 2 // 3
    return f"{line[:head]} … {line[len(line) - (limit - 3 - head) :]}"


def show(value: Any, limit: int = 80) -> str:
    """A value as a learner would write it."""
    if isinstance(value, str):
        return clip(value, limit) if value.strip() else "an empty text"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return clip(", ".join(map(str, value)), limit) if value else "an empty list"
    return clip(json.dumps(value, default=str, ensure_ascii=False), limit)


_SENTENCES: dict[str, Callable[[Any], str]] = {
    "eq": lambda operand: f"exactly {show(operand)}",
    "ne": lambda operand: f"anything but {show(operand)}",
    "gt": lambda operand: f"more than {show(operand)}",
    "ge": lambda operand: f"at least {show(operand)}",
    "lt": lambda operand: f"less than {show(operand)}",
    "le": lambda operand: f"at most {show(operand)}",
    "in": lambda operand: f"one of {show(operand)}",
    "not_in": lambda operand: f"none of {show(operand)}",
    "contains": lambda operand: f"something that contains {show(operand)}",
    "matches": lambda operand: f"text that matches {show(operand)}",
    "exists": lambda operand: "a value" if operand else "no value",
    "quantity": lambda operand: show(operand),
    "image": lambda operand: show(operand),
    "duration": lambda operand: show(operand),
    "set": lambda operand: f"exactly {show(operand)}, in any order",
    "has": lambda operand: f"something with {show(operand)}",
    "cron": lambda operand: f"the schedule {show(operand)}",
    "argv": lambda operand: f"the command {json.dumps(operand, ensure_ascii=False)}",
    "instant": lambda operand: _describe_instant(operand),
    "network": lambda operand: _describe_network(operand),
    "version": lambda operand: f"version {show(operand)}",
}


def _describe_instant(operand: Any) -> str:
    if not isinstance(operand, dict):
        return show(operand)
    return f"{show(operand.get('at'))}, or up to {show(operand.get('within', '0s'))} from it"


def _describe_network(operand: Any) -> str:
    if not isinstance(operand, dict):
        return f"the network {show(operand)}"
    words = {"contains": "a network with", "within": "a network within"}
    return " and ".join(
        f"{words.get(name, 'the network')} {show(operand[name])}" for name in operand
    )


def describe(expected: Any) -> str:
    """An expectation in words. Mappings of unknown operators are shown as values."""
    if not isinstance(expected, dict) or not expected:
        return show(expected)
    words = []
    for name, operand in expected.items():
        if name == "count":
            words.append(f"a count of {describe(operand)}")
        elif name in _SENTENCES:
            words.append(_SENTENCES[name](operand))
        else:
            return show(expected)
    return " and ".join(words)
