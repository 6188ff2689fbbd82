"""`process`: processes of a node as the kernel knows them: what they run, whose, with which flags.

A name is easily borrowed (a script, `exec -a`), so a process is known by the file that it runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.finding import failed, mismatched, passed, unknown
from grader.meaning.argv import compare_flags
from grader.meaning.compare import compare
from grader.nodes.containers import Container, read_containers
from grader.nodes.cri import RuntimeSilent
from grader.nodes.process_details import ProcessDetails, read_details
from grader.nodes.processes import Process, ProcessTable, read_processes
from grader.nodes.programs import ProgramFile, changed_since, read_program
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.process import ProcessCheck
from labs.errors import SeatrialError


class NothingAsked(SeatrialError):
    """The check does not say which processes it is about."""


@dataclass(frozen=True, slots=True)
class Chosen:
    processes: tuple[Process, ...]
    impostors: tuple[Process, ...] = ()
    """Those that bear the program's name and run another file."""
    program: ProgramFile | None = None


def look(args: ProcessCheck, around: Surroundings) -> Finding:
    table = read_processes(around.round, args.node)
    try:
        chosen = _choose(args, table, around)
    except RuntimeSilent as error:
        return failed(error.message, expected="a container", actual="no runtime", path=args.node)
    what = _what(args)
    found = chosen.processes
    if not args.exists:
        return _none(args, found, what)
    if len(found) < max(args.min, 1):
        return _too_few(args, chosen, what)
    if args.max is not None and len(found) > args.max:
        return failed(
            f"{len(found)} processes are {what} on {args.node}, not {args.max} at most: "
            + ", ".join(map(str, found)),
            expected=f"at most {args.max}",
            actual=len(found),
            path=args.node,
        )
    return _judge(args, table, chosen, around) or passed(
        expected=what, actual=", ".join(map(str, found))
    )


def baseline(args: ProcessCheck, around: Surroundings) -> Any:
    """The moment by the kernel's clock, and the program's file; nothing where nobody will ask."""
    facts: dict[str, Any] = {}
    if args.started_after_baseline:
        table = read_processes(around.round, args.node)
        facts |= {"boot": table.boot, "ticks": table.ticks}
    if args.genuine and args.program:
        facts["program"] = read_program(around.round, args.node, args.program).signature
    return facts


def _choose(args: ProcessCheck, table: ProcessTable, around: Surroundings) -> Chosen:
    if not (args.program or args.unit or args.words or args.container):
        raise NothingAsked("process: neither program, unit, words nor container is given", "")
    unit = args.unit if "." in args.unit or not args.unit else f"{args.unit}.service"
    found = [
        process
        for process in table
        if process.exe
        and (not unit or process.unit == unit)
        and set(args.words) <= set(process.argv[1:])
    ]
    if args.container is not None:
        wanted = args.container
        ids = {
            one.id
            for one in read_containers(around.round, args.node).containers
            if _is_named(one, wanted.namespace, wanted.pod, wanted.name)
        }
        found = [process for process in found if process.container_id in ids]
    return _by_program(args, found, around) if args.program else Chosen(tuple(found))


def _is_named(one: Container, namespace: str, pod: str, name: str) -> bool:
    wanted = ((namespace, one.namespace), (pod, one.pod), (name, one.name))
    return all(want in ("", actual) for want, actual in wanted)


def _by_program(args: ProcessCheck, found: Sequence[Process], around: Surroundings) -> Chosen:
    """By the file on the node; inside a container, whose files are others, by its path or name."""
    name = args.program.rpartition("/")[2]
    near = [one for one in found if name in _names(one) or one.program == args.program]
    outside = [one.pid for one in near if not one.container_id]
    file = read_program(around.round, args.node, args.program, outside)
    right: list[Process] = []
    wrong: list[Process] = []
    for process in near:
        called = _is_called(process, name)
        inside = bool(process.container_id)
        gone = process.deleted and process.program in (args.program, file.path)
        it_is = called and (inside or gone or file.is_run_by(process.pid))
        (right if it_is else wrong).append(process)
    return Chosen(tuple(right), tuple(wrong), file)


def _names(process: Process) -> set[str]:
    words = [process.program, *process.argv[:2], process.comm]
    return {word.rpartition("/")[2] for word in words}


def _is_called(process: Process, name: str) -> bool:
    """One file may be many programs, which know by their first word which of them they are."""
    return name in {word.rpartition("/")[2] for word in (process.program, *process.argv[:1])}


def _what(args: ProcessCheck) -> str:
    words = []
    if args.program:
        words.append(f"running {args.program}")
    if args.container is not None:
        words.append(f"in container {args.container.name or args.container.pod}")
    if args.unit:
        words.append(f"of {args.unit}")
    if args.words:
        words.append(f"with {' '.join(args.words)}")
    return " ".join(words)


def _none(args: ProcessCheck, found: Sequence[Process], what: str) -> Finding:
    if not found:
        return passed(expected="no such process", actual="none")
    return failed(
        f"{found[0]} is {what} on {args.node}",
        expected="no such process",
        actual=", ".join(map(str, found)),
        path=f"{args.node} process {found[0].pid}",
    )


def _too_few(args: ProcessCheck, chosen: Chosen, what: str) -> Finding:
    least = max(args.min, 1)
    number = len(chosen.processes)
    why = f"no process is {what} on {args.node}"
    if number:
        why = f"{number} of {least} processes are {what} on {args.node}"
    elif chosen.program is not None and not chosen.program.signature:
        why += f": {args.program} does not exist"
    elif chosen.impostors:
        other = chosen.impostors[0]
        why += f"; {other} has the name, but runs {other.exe}"
    return failed(why, expected=f"at least {least}", actual=number, path=f"{args.node} /proc")


def _judge(
    args: ProcessCheck, table: ProcessTable, chosen: Chosen, around: Surroundings
) -> Finding | None:
    finding = _genuine(args, chosen, around) if args.genuine else None
    for process in chosen.processes if finding is None else ():
        place = f"{args.node} {process}"
        mismatch = compare_flags(args.flags, process.argv)
        if mismatch is not None:
            return mismatched(mismatch, place)
        if args.started_after_baseline:
            finding = _age(process, table, place, around)
        if finding is not None:
            return finding
    return finding or _details(args, chosen, around)


def _genuine(args: ProcessCheck, chosen: Chosen, around: Surroundings) -> Finding | None:
    for process in chosen.processes:
        if process.deleted:
            return failed(
                f"{process} still runs a file that has been replaced or removed: {process.program}",
                expected="the installed program",
                actual=process.exe,
                path=f"{args.node} process {process.pid} exe",
            )
    if chosen.program is None:
        return None
    if around.baseline is None:
        return unknown(f"what {args.program} was after setup has not been recorded")
    before = str(around.baseline.get("program", ""))
    why = changed_since(around.round, args.node, chosen.program, before)
    if not why:
        return None
    return failed(
        f"{args.node}:{args.program} is not the installed program: {why}",
        expected="the installed program",
        actual="another file",
        path=f"{args.node}:{args.program}",
    )


def _age(process: Process, table: ProcessTable, place: str, around: Surroundings) -> Finding | None:
    if around.baseline is None:
        return unknown("when the lab began has not been recorded")
    same_start = around.baseline.get("boot") == table.boot
    if not same_start or process.started > int(around.baseline.get("ticks", 0)):
        return None
    return failed(
        f"{place} has not been started anew since the lab began",
        expected="started since the lab began",
        actual="as it was",
        path=f"{place} start time",
    )


def _details(args: ProcessCheck, chosen: Chosen, around: Surroundings) -> Finding | None:
    asked = args.user or args.capabilities or args.limits or args.seccomp is not None
    if not asked and args.no_new_privs is None:
        return None
    details = read_details(around.round, args.node, [one.pid for one in chosen.processes])
    for process in chosen.processes:
        place = f"{args.node} {process}"
        one = details.get(process.pid)
        if one is None:
            return failed(f"{place} ended while we looked", path=place)
        finding = _one(args, one, place)
        if finding is not None:
            return finding
    return None


def _one(args: ProcessCheck, one: ProcessDetails, place: str) -> Finding | None:
    checks: list[tuple[Any, Any, str]] = [
        (args.no_new_privs, one.no_new_privs, "no_new_privs"),
        (args.seccomp, one.seccomp, "seccomp"),
    ]
    for name, wanted in args.capabilities.items():
        checks.append((_named(wanted), one.capabilities.get(name, []), f"capabilities.{name}"))
    checks += [(wanted, one.limits.get(name), name) for name, wanted in args.limits.items()]
    if args.user not in ("", one.user, one.uid):
        return failed(
            f"{place} runs as {one.user}, not {args.user}",
            expected=args.user,
            actual=one.user,
            path=f"{place} user",
        )
    for wanted, actual, path in checks:
        mismatch = None if wanted is None else compare(wanted, actual, path)
        if mismatch is not None:
            return mismatched(mismatch, place)
    return None


def _named(wanted: Any) -> Any:
    """Capabilities with or without `CAP_`, in any case; a plain list has no order."""
    if isinstance(wanted, str):
        return wanted.upper().removeprefix("CAP_")
    if isinstance(wanted, list):
        return {"set": [_named(one) for one in wanted]}
    if isinstance(wanted, dict):
        return {
            name: [_named(one) for one in operand] if isinstance(operand, list) else _named(operand)
            for name, operand in wanted.items()
        }
    return wanted
