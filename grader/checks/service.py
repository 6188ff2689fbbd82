"""`service`: a systemd unit is in exactly these states, as systemd and the unit's files say."""

from typing import Any

from grader.finding import failed, mismatched, passed, unknown
from grader.meaning.compare import compare
from grader.nodes.programs import changed_since, read_program
from grader.nodes.unit_state import SystemdSilent, UnitState, commands_at_start, read_unit
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import describe
from labs.checks.service import ServiceCheck


def look(args: ServiceCheck, around: Surroundings) -> Finding:
    try:
        state = read_unit(around.round, args.node, _unit(args))
        finding = _states(args, state)
        if finding is not None and args.or_trigger:
            trigger = _trigger(args, state, around)
            if trigger is not None:
                return passed(actual=f"started by {trigger.unit}")
    except SystemdSilent as error:
        return unknown(error.message)
    finding = (
        finding
        or _drop_ins(args, state)
        or _commands(args, state, around)
        or _program(args, state, around)
        or _age(args, state, around)
    )
    if finding is not None:
        return finding
    count = state["NRestarts"]
    steady = {_place(args): int(count)} if count.isdigit() else {}
    return passed(actual=f"{state['ActiveState']}, {state['Enabled']}", steady=steady)


def baseline(args: ServiceCheck, around: Surroundings) -> Any:
    """Which start of the unit it is, and the program's file; nothing where nobody will ask."""
    facts: dict[str, str] = {}
    if args.started_after_baseline:
        facts["invocation"] = read_unit(around.round, args.node, _unit(args))["InvocationID"]
    if args.program:
        facts["program"] = read_program(around.round, args.node, args.program).signature
    return facts


def _unit(args: ServiceCheck) -> str:
    return args.unit if "." in args.unit else f"{args.unit}.service"


def _place(args: ServiceCheck) -> str:
    return f"{args.node}: {_unit(args)}"


def _states(args: ServiceCheck, state: UnitState) -> Finding | None:
    place = _place(args)
    for expected, key, word in (
        (args.active, "ActiveState", "is"),
        (args.enabled, "Enabled", "at the next start: it is"),
    ):
        actual = state[key]
        if expected is not None and compare(expected, actual) is not None:
            detail = f" ({state['SubState']})" if key == "ActiveState" else ""
            return failed(
                f"{place} {word} {actual}{detail}, not {describe(expected)}",
                expected=describe(expected),
                actual=actual,
                path=f"{place} {key}",
            )
    return None


def _trigger(args: ServiceCheck, state: UnitState, around: Surroundings) -> UnitState | None:
    """A unit that starts this one when it is needed; a masked one cannot be started."""
    if state["LoadState"] != "loaded":
        return None
    for name in state.triggers:
        trigger = read_unit(around.round, args.node, name)
        if _states(args, trigger) is None:
            return trigger
    return None


def _drop_ins(args: ServiceCheck, state: UnitState) -> Finding | None:
    if args.drop_ins is None:
        return None
    wanted = {"set": args.drop_ins} if isinstance(args.drop_ins, list) else args.drop_ins
    mismatch = compare(wanted, state["DropInPaths"].split(), "drop-ins")
    return None if mismatch is None else mismatched(mismatch, _place(args))


def _commands(args: ServiceCheck, state: UnitState, around: Surroundings) -> Finding | None:
    """A process that runs says nothing of the next start: its file may be gone, or renamed."""
    if args.enabled is None or not state["Enabled"].startswith("enabled"):
        return None
    for command in commands_at_start(around.round, args.node, state):
        if not read_program(around.round, args.node, command).runnable:
            return failed(
                f"{_place(args)} would start {command}, which is no program on {args.node}",
                expected="a program",
                actual=command,
                path=f"{_place(args)} ExecStart",
            )
    return None


def _program(args: ServiceCheck, state: UnitState, around: Surroundings) -> Finding | None:
    if not args.program or state["ActiveState"] != "active":
        return None
    pid = state.main_pid
    file = read_program(around.round, args.node, args.program, [pid] if pid else [])
    path = f"{_place(args)} main process"
    if not pid or not file.is_run_by(pid):
        return failed(
            f"{_place(args)} has no main process"
            if not pid
            else f"the main process of {_place(args)} (PID {pid}) does not run {args.program}",
            expected=args.program,
            actual=", ".join(state.commands) or "nothing",
            path=path,
        )
    if around.baseline is None:
        return unknown(f"what {args.program} was after setup has not been recorded")
    why = changed_since(around.round, args.node, file, str(around.baseline.get("program", "")))
    if not why:
        return None
    return failed(
        f"{args.node}:{args.program} is not the installed program: {why}",
        expected="the installed program",
        actual="another file",
        path=f"{args.node}:{args.program}",
    )


def _age(args: ServiceCheck, state: UnitState, around: Surroundings) -> Finding | None:
    if not args.started_after_baseline:
        return None
    if around.baseline is None:
        return unknown(f"the start of {_place(args)} has not been recorded")
    if state["InvocationID"] and state["InvocationID"] != around.baseline.get("invocation"):
        return None
    return failed(
        f"{_place(args)} has not been started anew since the lab began",
        expected="started since the lab began",
        actual="as it was",
        path=f"{_place(args)} InvocationID",
    )
