"""Operators for values of one type (schedules, commands, dates, networks, versions).

Each reads both sides as that type; an operand that is none is the lab's fault: OperandError.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from grader.meaning.command_line import parse_command, same_command
from grader.meaning.cron_schedule import parse_cron
from grader.meaning.duration import parse_duration
from grader.meaning.instant import WantedInstant, parse_instant
from grader.meaning.ip_network import Networks, covers, parse_networks
from grader.meaning.operand import unreadable
from grader.meaning.path import Missing
from grader.meaning.plain import name_of
from grader.meaning.version import parse_version, parse_version_rules
from grader.wording import show


def absent(actual: Any) -> str | None:
    """Why there is no value, None when there is one."""
    if isinstance(actual, Missing):
        return actual.why
    return "it is not set" if actual is None else None


def cron(operand: Any, actual: Any, path: str) -> str | None:
    wanted = parse_cron(operand)
    if wanted is None:
        raise unreadable("cron", operand, 'Write a schedule: "*/15 * * * *".')
    found = parse_cron(actual)
    return _judge(
        operand, actual, path, "a schedule of cron", None if not found else found == wanted
    )


def argv(operand: Any, actual: Any, path: str) -> str | None:
    wanted = parse_command(operand)
    if wanted is None:
        raise unreadable("argv", operand, "Write a list of words, or a line.")
    found = parse_command(actual)
    holds = None if not found else same_command(wanted, found)
    return _judge(_words(operand), _words(actual), path, "a command", holds)


def _words(command: Any) -> Any:
    """A list so written that `["sleep 1"]` is not taken for `["sleep", "1"]`."""
    return json.dumps(command, ensure_ascii=False) if isinstance(command, list) else command


def instant(operand: Any, actual: Any, path: str) -> str | None:
    """A date, or `{at: date, within: 30s}`."""
    wanted = _wanted_instant(operand)
    found = parse_instant(actual)
    shown = operand["at"] if isinstance(operand, Mapping) else operand
    return _judge(shown, actual, path, "a date", wanted.accepts(found) if found else None)


def _wanted_instant(operand: Any) -> WantedInstant:
    plain = operand if isinstance(operand, Mapping) else {"at": operand}
    instants = parse_instant(plain.get("at"))
    within = parse_duration(plain.get("within", "0s"))
    if not instants or within is None or set(plain) - {"at", "within"}:
        raise unreadable("instant", operand, "Write a date, or {at: date, within: 30s}.")
    return WantedInstant(instants, timedelta(seconds=float(within)))


def network(operand: Any, actual: Any, path: str) -> str | None:
    """The same addresses, or `{contains: …}`, `{within: …}`: more, or fewer."""
    rules = operand if isinstance(operand, Mapping) else {"eq": operand}
    wanted = {name: parse_networks(value) for name, value in rules.items()}
    if not wanted or None in wanted.values() or set(wanted) - {"eq", "contains", "within"}:
        raise unreadable("network", operand, "Write 10.0.0.0/8, or {contains: 10.0.0.1}.")
    found = parse_networks(actual)
    for name, networks in wanted.items():
        holds = None if found is None or networks is None else _fits(name, networks, found)
        word = {"eq": "", "contains": "all of ", "within": "part of "}[name]
        why = _judge(f"{word}{show(rules[name])}", actual, path, "an IP network", holds)
        if why is not None:
            return why
    return None


def _fits(name: str, wanted: Networks, found: Networks) -> bool:
    if name == "contains":
        return covers(found, wanted)
    return covers(wanted, found) if name == "within" else wanted == found


def version(operand: Any, actual: Any, path: str) -> str | None:
    rules = parse_version_rules(operand)
    if rules is None:
        raise unreadable("version", operand, 'Write "1.20", or ">=1.19 <1.22".')
    found = parse_version(actual)
    holds = None if found is None else all(rule.accepts(found) for rule in rules)
    return _judge(operand, actual, path, "a version", holds)


def _judge(wanted: Any, actual: Any, path: str, what: str, holds: bool | None) -> str | None:
    """`holds` is None where `actual` cannot be read as `what`."""
    why = absent(actual)
    if why is not None:
        return why
    if holds is None:
        return f"{name_of(path)} is {show(actual)}, which is not {what}"
    return None if holds else f"{name_of(path)} is {show(actual)}, not {show(wanted)}"
