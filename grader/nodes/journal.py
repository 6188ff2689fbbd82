"""What systemd's journal of a node holds of a unit."""

import json
from typing import Any

from grader.meaning.written import Line, Written
from grader.nodes.unit_state import UnitState
from grader.round import Round
from labs.errors import SeatrialError

LINES = 2000
_PROGRAM = "/usr/bin/journalctl"
_FORM = ("-q", "--no-pager", "-o", "json")
_SECONDS = 30.0


class JournalUnseen(SeatrialError):
    """journalctl of a node did not do its work."""


def read_cursor(round_: Round, node: str) -> str:
    """The place of the journal's last entry; "" when it is empty. Raises as `read_journal`."""
    lines = _ask(round_, node, "-n", "1", "--output-fields=_PID")
    return str(lines[-1].get("__CURSOR", "")) if lines else ""


def read_journal(round_: Round, node: str, unit: str, after: str) -> Written:
    """What the unit wrote behind a cursor, and what systemd wrote of it.

    Raises NodeUnreachable, JournalUnseen.
    """
    behind = ("--after-cursor", after) if after else ()
    return _written(_ask(round_, node, "-u", unit, *behind, *_BOUNDS))


def read_since_start(round_: Round, node: str, state: UnitState) -> Written:
    """Of a unit's present, or last, run. Raises as `read_journal`."""
    run = state["InvocationID"]
    if not run:
        return Written((), True)
    of_run = (f"_SYSTEMD_INVOCATION_ID={run}", "+", f"INVOCATION_ID={run}")
    return _written(_ask(round_, node, *_BOUNDS, *of_run))


_BOUNDS = ("-n", str(LINES), "--output-fields=MESSAGE")


def _ask(round_: Round, node: str, *options: str) -> list[dict[str, Any]]:
    result = round_.run(node, [_PROGRAM, *_FORM, *options], timeout=_SECONDS)
    if result.code != 0:
        said = (result.stderr or result.stdout).strip()
        raise JournalUnseen(f"journalctl on {node} ended with {result.code}: {said}", "")
    try:
        return [json.loads(line) for line in result.stdout.splitlines() if line.strip()]
    except ValueError as error:
        raise JournalUnseen(f"journalctl on {node} printed no JSON", "") from error


def _written(entries: list[dict[str, Any]]) -> Written:
    lines = [
        Line(str(entry.get("__REALTIME_TIMESTAMP", "")), text)
        for entry in entries
        for text in _texts(entry.get("MESSAGE"))
    ]
    return Written(tuple(lines), len(entries) < LINES)


def _texts(message: Any) -> list[str]:
    """A field that came twice is a list of texts, one that is no UTF-8 a list of bytes."""
    if isinstance(message, list) and all(isinstance(one, int) for one in message):
        message = bytes(message).decode(errors="replace")
    found = message if isinstance(message, list) else [message]
    return [line for one in found for text in _texts_of(one) for line in text.splitlines()]


def _texts_of(one: Any) -> list[str]:
    if isinstance(one, list):
        return _texts(one)
    return [one] if isinstance(one, str) else []
