"""What running nodes cost the host when nobody works on them: memory and processor time."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cluster.running import RunningLab
from labs.deadline import Deadline
from labs.errors import SeatrialError
from tui.bench.figure import Figure
from tui.bench.ground import running

PART = "load"
PROFILE = "kubeadm-3"
SETTLE = 60.0
SPAN = 30.0
"""Seconds: how long the nodes are left alone first, and for how long they are then watched."""
MIB = 1 << 20
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Emulator:
    """A QEMU process, by the node that it runs."""

    node: str
    process: Path

    @property
    def resident(self) -> int:
        """Bytes."""
        pages = int((self.process / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    @property
    def processor_seconds(self) -> float:
        # The second field is the program's name in parentheses, which may hold spaces.
        fields = (self.process / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def measure() -> Iterator[Figure]:
    """Memory of each node and the processors in use, after the nodes were left alone."""
    with running(PROFILE) as lab:
        found = emulators(lab)
        leave_alone(SETTLE)
        before = sum(emulator.processor_seconds for emulator in found)
        leave_alone(SPAN)
        used = sum(emulator.processor_seconds for emulator in found) - before
        for emulator in found:
            size = round(emulator.resident / MIB)
            yield Figure(PART, f"memory of {emulator.node}", size, "MiB", f"resident, {PROFILE}")
    yield Figure(PART, "processors in use at rest", round(used / SPAN, 2), "cores", PROFILE)


def leave_alone(seconds: float) -> None:
    Deadline.after(seconds).poll(lambda: None, every=seconds)


def emulators(lab: RunningLab, processes: Path = Path("/proc")) -> list[Emulator]:
    """The QEMU process of every node, in the profile's order. Raises SeatrialError."""
    commands = {path.parent: read(path) for path in processes.glob("[0-9]*/cmdline")}
    found = []
    for node, ports in ((name, lab.ports(name)) for name in lab.nodes):
        forward = f"hostfwd=tcp:127.0.0.1:{ports[22]}-".encode()
        process = next((path for path, argv in commands.items() if forward in argv), None)
        if process is None:
            raise SeatrialError(f"No process runs {node}.", "See what runs: seatrial status")
        found.append(Emulator(node, process))
    return found


def read(path: Path) -> bytes:
    """A file of a process that may be gone by now."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
