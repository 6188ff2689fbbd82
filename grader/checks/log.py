"""`log`: lines that containers or systemd units have written, since the lab began or their start.

What was written before is told by the last line of the baseline, and not by any clock. That there
is no such line counts only beside another, or beside a unit that is alive.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cluster.node import ApiNotInitialised
from grader.finding import failed, passed, unknown
from grader.kubernetes.api import ApiUnreachable, ExecTarget, Object
from grader.kubernetes.objects import Selection, full_name, is_going
from grader.kubernetes.pod_log import NoLog, container_id, read_pod_log
from grader.meaning.compare import compare
from grader.meaning.written import Written
from grader.nodes.journal import JournalUnseen, read_cursor, read_journal, read_since_start
from grader.nodes.unit_state import SystemdSilent, read_unit
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip, describe
from labs.checks.log import NONCE, Cause, LogCheck

_SECONDS = 15.0
_ON_ITS_WAY = 10.0
"""Seconds (native speed) that a line may take from its cause into the log."""


@dataclass(frozen=True, slots=True)
class Log:
    place: str
    written: Written
    alive: bool = False
    """Whether who writes is known to be there, though it may be silent."""


def look(args: LogCheck, around: Surroundings) -> Finding:
    if args.since == "baseline" and around.baseline is None:
        return unknown("what had been written after setup has not been recorded")
    try:
        return _unit(args, around) if args.node else _pods(args, around)
    except (JournalUnseen, SystemdSilent) as trouble:
        return unknown(trouble.message)


def baseline(args: LogCheck, around: Surroundings) -> Any:
    """The journal's cursor, or the time of the last line of each container by its id."""
    if args.since != "baseline":
        return {}
    if args.node:
        return {"cursor": read_cursor(around.round, args.node)}
    last: dict[str, str] = {}
    try:
        pods = _selection(args).read(around.round)
    except ApiNotInitialised:
        pods = ()
    for pod in pods:
        try:
            written = read_pod_log(around.round, pod, args.container, args.previous)
        except NoLog:
            continue
        if written.lines:
            last[container_id(pod, args.container, args.previous)] = written.lines[-1].at
    return {"last": last}


def _unit(args: LogCheck, around: Surroundings) -> Finding:
    state = read_unit(around.round, args.node, args.unit)
    place = f"the journal of {args.unit} on {args.node}"
    if state["ActiveState"] == "not-found":
        return failed(
            f"{args.node} has no unit {args.unit}",
            expected=args.unit,
            actual="not found",
            path=f"{args.node}:{args.unit}",
        )
    if args.since == "start":
        written = read_since_start(around.round, args.node, state)
    else:
        written = read_journal(around.round, args.node, args.unit, around.baseline["cursor"])
    return _judge(args, [Log(place, written, state["ActiveState"] == "active")], [args.line])


def _selection(args: LogCheck) -> Selection:
    return Selection("Pod", args.namespace, args.pod, args.selector)


def _pods(args: LogCheck, around: Surroundings) -> Finding:
    selection = _selection(args)
    pods = tuple(pod for pod in selection.read(around.round) if not is_going(pod))
    if not pods:
        return failed(
            f"there is no {selection}", expected=str(selection), actual="none", path=str(selection)
        )
    lines = [args.line]
    if args.cause is not None:
        for pod in pods:
            finding = _bring_about(args.cause, pod, around)
            if finding is not None:
                return finding
        lines = _awaited(args, around)
    logs = []
    for pod in pods:
        place = f"the log of {full_name(pod)}{f' ({args.container})' if args.container else ''}"
        try:
            logs.append(Log(place, _read(args, pod, around)))
        except NoLog as state:
            return failed(f"{place}: {state.message}", actual="no log", path=place)
        except ApiUnreachable as trouble:
            return unknown(f"{place}: {trouble.message}")
    finding = _judge(args, logs, lines)
    if args.cause is None or not around.patient:
        return finding
    return replace(finding, pending=_ON_ITS_WAY * around.time_scale)


def _read(args: LogCheck, pod: Object, around: Surroundings) -> Written:
    after = ""
    if args.since == "baseline":
        own = container_id(pod, args.container, args.previous)
        after = str(around.baseline["last"].get(own, ""))
    return read_pod_log(around.round, pod, args.container, args.previous, after)


def _bring_about(cause: Cause, pod: Object, around: Surroundings) -> Finding | None:
    metadata = pod["metadata"]
    argv = tuple(word.replace(NONCE, around.round.nonce()) for word in cause.argv)
    target = ExecTarget(metadata["namespace"], metadata["name"], cause.container, argv, _SECONDS)
    outcome = around.round.exec(target)
    if outcome.code == 0:
        return None
    said = outcome.problem or f"ended with {outcome.code}: {outcome.stderr or outcome.stdout}"
    return failed(
        f"{' '.join(cause.argv)} in {full_name(pod)}: {said}",
        expected="exit 0",
        actual=said,
        path=f"Pod {full_name(pod)} {cause.container}".strip(),
    )


def _awaited(args: LogCheck, around: Surroundings) -> list[Any]:
    """Lines of this look's cause, or of an earlier look's that have come by now."""
    sent = [*around.memory.get("sent", []), around.round.nonce()]
    around.memory["sent"] = sent
    return [_fill_in(args.line, nonce) for nonce in sent]


def _fill_in(value: Any, nonce: str) -> Any:
    if isinstance(value, str):
        return value.replace(NONCE, nonce)
    if isinstance(value, dict):
        return {key: _fill_in(one, nonce) for key, one in value.items()}
    return [_fill_in(one, nonce) for one in value] if isinstance(value, list) else value


def _judge(args: LogCheck, logs: Sequence[Log], wanted: Sequence[Any]) -> Finding:
    found = [(log, _fitting(log, wanted)) for log in logs]
    if args.match == "none":
        findings = [_absent(args, log, lines) for log, lines in found]
    else:
        findings = [_present(args, log, lines) for log, lines in found]
    wrong = [finding for finding in findings if finding is not None]
    enough = args.match == "any" and len(wrong) < len(findings)
    if wrong and not enough:
        return wrong[0]
    counts = ", ".join(f"{len(lines)} of {len(log.written.lines)} lines" for log, lines in found)
    return passed(expected=describe(args.line), actual=counts)


def _fitting(log: Log, wanted: Sequence[Any]) -> list[str]:
    return [
        line.text
        for line in log.written.lines
        if any(compare(one, line.text, "line") is None for one in wanted)
    ]


def _since(args: LogCheck) -> str:
    return "since the lab began" if args.since == "baseline" else "since its start"


def _present(args: LogCheck, log: Log, lines: Sequence[str]) -> Finding | None:
    if args.max is not None and len(lines) > args.max:
        return failed(
            f"{log.place} has {len(lines)} lines with {describe(args.line)}, more than {args.max}",
            expected=f"at most {args.max}",
            actual=len(lines),
            path=log.place,
        )
    if len(lines) >= args.min:
        return None
    if not log.written.whole:
        return unknown(f"{log.place} is longer than what we read of it")
    every = log.written.lines
    last = f"; the last of {len(every)} lines: {clip(every[-1].text, 60)}" if every else ""
    number = "no line" if not lines else f"only {len(lines)} lines"
    what = f"with {clip(describe(args.line), 60)}" if every else "at all"
    return failed(
        f"{log.place} has {number} {what} {_since(args)}{last}",
        expected=describe(args.line),
        actual=every[-1].text if every else "no line",
        path=log.place,
    )


def _absent(args: LogCheck, log: Log, lines: Sequence[str]) -> Finding | None:
    if lines:
        return failed(
            f"{log.place} has {len(lines)} such lines {_since(args)}: {clip(lines[-1], 100)}",
            expected=f"no line with {describe(args.line)}",
            actual=lines[-1],
            path=log.place,
        )
    if not log.written.whole:
        return unknown(f"{log.place} is longer than what we read of it")
    if log.written.lines or log.alive:
        return None
    return failed(
        f"{log.place} has no line at all {_since(args)}, so that one is missing proves nothing",
        expected="other lines",
        actual="no line",
        path=log.place,
    )
