"""`port`: who waits at a port of a node, for whom, or that nobody does."""

from collections.abc import Sequence

from grader.finding import failed, passed
from grader.nodes.containers import read_containers
from grader.nodes.cri import RuntimeSilent
from grader.nodes.processes import Process, ProcessTable, read_processes
from grader.nodes.programs import read_program
from grader.nodes.sockets import Listener, read_listeners
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.port import PortCheck


def look(args: PortCheck, around: Surroundings) -> Finding:
    listeners = [
        one
        for one in read_listeners(around.round, args.node)
        if (one.protocol, one.port) == (args.protocol, args.port)
    ]
    table = read_processes(around.round, args.node)
    there = [one for one in listeners if not args.address or one.covers(args.address)]
    if args.listening:
        try:
            return _somebody(args, listeners, there, table, around)
        except RuntimeSilent as error:
            return failed(error.message, expected="a container", path=_place(args))
    if not there:
        return passed(expected="nobody", actual="nobody")
    return failed(
        f"{_owner(there[0], table)} listens at {_place(args)} ({there[0]})",
        expected="nobody",
        actual=", ".join(_owner(one, table) for one in there),
        path=_place(args),
    )


def _place(args: PortCheck) -> str:
    return f"{args.protocol.upper()} port {args.port} of {args.node}"


def _owner(listener: Listener, table: ProcessTable) -> str:
    owners = [table.processes[pid] for pid in listener.pids if pid in table.processes]
    if not owners:
        return "nobody who runs"
    first = owners[0]
    return f"{first} of {first.unit}" if first.unit and not first.container_id else str(first)


def _somebody(
    args: PortCheck,
    listeners: Sequence[Listener],
    there: Sequence[Listener],
    table: ProcessTable,
    around: Surroundings,
) -> Finding:
    wanted = args.address or "some address"
    if not there:
        others = ", ".join(map(str, listeners))
        return failed(
            f"nobody listens at {_place(args)}"
            + (f" for {wanted}, only at {others}" if others else ""),
            expected=f"a listener at {wanted}",
            actual=others or "nobody",
            path=_place(args),
        )
    for one in listeners if args.only and args.address else ():
        if not one.is_within(args.address):
            return failed(
                f"{_owner(one, table)} listens at {_place(args)} beyond {wanted}: at {one}",
                expected=f"{wanted} only",
                actual=str(one),
                path=_place(args),
            )
    wrong = [one for one in there if not _is_asked_for(args, one, table, around)]
    # Sockets of several workers share a port; one of somebody else takes part of what comes.
    if wrong:
        asked = " ".join(filter(None, (args.program, args.unit, args.container)))
        return failed(
            f"{_owner(wrong[0], table)} listens at {_place(args)}, not {asked}",
            expected=asked,
            actual=_owner(wrong[0], table),
            path=_place(args),
        )
    return passed(expected=wanted, actual=f"{_owner(there[0], table)} at {there[0]}")


def _is_asked_for(
    args: PortCheck, listener: Listener, table: ProcessTable, around: Surroundings
) -> bool:
    if not (args.program or args.unit or args.container):
        return True
    owners = [table.processes[pid] for pid in listener.pids if pid in table.processes]
    return any(
        _unit(args, one) and _program(args, one, around) and _container(args, one, around)
        for one in owners
    )


def _unit(args: PortCheck, process: Process) -> bool:
    unit = args.unit if "." in args.unit or not args.unit else f"{args.unit}.service"
    return unit in ("", process.unit)


def _program(args: PortCheck, process: Process, around: Surroundings) -> bool:
    if not args.program:
        return True
    name = args.program.rpartition("/")[2]
    called = {word.rpartition("/")[2] for word in (process.program, *process.argv[:1])}
    if name not in called:
        return False
    if process.container_id:
        return True
    return read_program(around.round, args.node, args.program, [process.pid]).is_run_by(process.pid)


def _container(args: PortCheck, process: Process, around: Surroundings) -> bool:
    if not args.container:
        return True
    containers = read_containers(around.round, args.node).containers
    return any(one.id == process.container_id and one.name == args.container for one in containers)
