"""`seatrial up | status | shell | grade | down`: everything about one running lab."""

import os
from pathlib import Path

from tui.command_line.parser import Options
from tui.command_line.progress_lines import progress_lines


def up(options: Options) -> int:
    """Start a lab or resume it, and say how to reach its nodes."""
    from grader import attempt

    started = attempt.start(options.lab, progress_lines(), seed=options.seed)
    print(f"{started.lab.id} is ready: {', '.join(started.cluster.nodes)}")
    print(f"  seatrial shell {started.lab.id}    seatrial grade {started.lab.id}")
    return 0


def status(options: Options) -> int:
    """One line per node of every running lab, or of one lab; 1 when nothing runs."""
    from cluster import lifecycle

    states = [s for s in lifecycle.status() if options.lab in ("", s.lab_id)]
    for state in states:
        print(f"{state.lab_id} · {state.phase}")
        for node in state.nodes:
            print(f"  {node.name} · {node.state} · {node.address}")
    if not states:
        print(f"{options.lab or 'no lab'} is not running" if options.lab else "no lab is running")
    return 0 if states else 1


def shell(options: Options) -> int:
    """Replace this process by an SSH client on the node (default: the first of the lab)."""
    from grader import attempt

    cluster = attempt.resume(options.lab).cluster
    node = options.node or next(iter(cluster.nodes))
    if node not in cluster.nodes:
        raise attempt.UnknownNode(
            f"{options.lab} has no node {node!r}.", f"Its nodes: {', '.join(cluster.nodes)}."
        )
    argv = cluster.ssh_command(node)
    os.execvp(argv[0], argv)


def grade(options: Options) -> int:
    """Judge, record, print; 0 all passed, 1 something failed, 2 could not be judged."""
    from grader import attempt
    from grader.report import to_json, to_junit, to_lines

    found = attempt.resume(options.lab)
    if options.step:
        attempt.require_step(found.lab, options.step)
    result = attempt.grade(found, [options.step] if options.step else None)
    for line in to_lines(result, found.lab, options.language):
        print(line)
    if options.json:
        write_whole(Path(options.json), to_json(result))
    if options.junit:
        facts = {"image": found.record.image, "virtualisation": found.record.virtualisation}
        write_whole(Path(options.junit), to_junit(result, facts))
    return result.exit_code


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader never sees half of it. Raises SeatrialError."""
    from labs.errors import SeatrialError

    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise SeatrialError(
            f"{path} cannot be written: {error.strerror}.", "Name a file in a folder of yours."
        ) from error


def down(options: Options) -> int:
    """End the lab (or all) and remove everything that belongs to it."""
    from cluster import lifecycle
    from grader import attempt

    ids = [state.lab_id for state in lifecycle.status()] if options.all else [options.lab]
    for lab_id in ids:
        attempt.stop(lab_id)
        print(f"{lab_id} is removed")
    if options.all:
        lifecycle.down_all()
    return 0
