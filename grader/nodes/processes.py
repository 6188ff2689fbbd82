"""The processes of a node, read from /proc as one table that all checks of a round share."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.round import Round, Unreadable

TICKS = 100
"""A second of the kernel's clock for user space, on every architecture that Kubernetes has."""

_SCRIPT = """
read -r boot </proc/sys/kernel/random/boot_id
read -r up idle </proc/uptime
echo "boot $boot"
echo "up $up"
grep -H '' /proc/[0-9]*/stat /proc/[0-9]*/cgroup
ls -l /proc/[0-9]*/exe 2>/dev/null
echo argv
grep -zH '' /proc/[0-9]*/cmdline
exit 0
"""

_LINK = re.compile(r"^l.*? (/proc/\d+/exe) -> (.*)$")
"""Of `ls -l`, which shows characters that cannot be printed as question marks."""
_PLACE = re.compile(r"/proc/(\d+)/(\w+)$")
_CONTAINER = re.compile(r"(?:^|[/-])([0-9a-f]{64})(?:\.scope)?(?=/|$)")
_POD = re.compile(r"pod([0-9a-f]{32}|[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})")
_UNIT = re.compile(r"[^/]+\.(?:service|scope|socket|mount|swap)$")
_DELETED = " (deleted)"


class UnreadableProcesses(Unreadable):
    """The processes of a node could not be listed."""


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    ppid: int = 0
    comm: str = ""
    state: str = ""
    started: int = 0
    """Ticks since the kernel started."""
    cgroup: str = ""
    exe: str = ""
    """The program's file as its own mount namespace names it; empty for threads of the kernel."""
    argv: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        return self.exe.removesuffix(_DELETED)

    @property
    def deleted(self) -> bool:
        """The file was removed or replaced after the process had started."""
        return self.exe.endswith(_DELETED)

    @property
    def unit(self) -> str:
        """The systemd unit that it belongs to."""
        for part in self.cgroup.split("/"):
            if _UNIT.fullmatch(part):
                return part
        return ""

    @property
    def container_id(self) -> str:
        found = _CONTAINER.findall(self.cgroup)
        return str(found[-1]) if found else ""

    @property
    def pod_uid(self) -> str:
        found = _POD.search(self.cgroup)
        return found[1].replace("_", "-") if found else ""

    def __str__(self) -> str:
        return f"{self.comm} (PID {self.pid})"


@dataclass(frozen=True, slots=True)
class ProcessTable:
    """Running processes by PID, without zombies."""

    boot: str
    """The kernel's identity of this start of the machine."""
    ticks: int
    processes: dict[int, Process] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Process]:
        return iter(self.processes.values())


def read_processes(round_: Round, node: str) -> ProcessTable:
    """Raises NodeUnreachable, and UnreadableProcesses when not even process 1 is to be seen."""
    result = round_.run(node, ["sh", "-s"], stdin=_SCRIPT)
    table = parse_processes(result.stdout)
    first = table.processes.get(1)
    if not table.boot or first is None or not first.argv:
        raise UnreadableProcesses(f"{node}'s processes could not be listed: {result.stderr}", "")
    return table


def parse_processes(text: str) -> ProcessTable:
    """From what the script printed. A name of a process may hold any character, also newlines."""
    head, _, tail = text.partition("\nargv\n")
    facts: dict[tuple[int, str], list[str]] = {}
    first: dict[str, str] = {}
    for line in head.splitlines():
        line = _LINK.sub(r"\1:\2", line)
        place, sign, rest = line.partition(":")
        found = _PLACE.fullmatch(place)
        if sign and found:
            facts.setdefault((int(found[1]), found[2]), []).append(rest)
        elif line.startswith(("boot ", "up ")):
            key, _, value = line.partition(" ")
            first.setdefault(key, value)
    arguments: dict[int, list[str]] = {}
    for record in tail.split("\0"):
        place, sign, rest = record.partition(":")
        found = _PLACE.fullmatch(place)
        if sign and found:
            arguments.setdefault(int(found[1]), []).append(rest)
    processes = {}
    for pid, what in facts:
        if what == "stat":
            process = _process(pid, facts, tuple(arguments.get(pid, ())))
            if process is not None:
                processes[pid] = process
    ticks = round(float(first.get("up", "0")) * TICKS)
    return ProcessTable(first.get("boot", ""), ticks, processes)


def _process(
    pid: int, facts: dict[tuple[int, str], list[str]], argv: tuple[str, ...]
) -> Process | None:
    before, _, after = "\n".join(facts[pid, "stat"]).rpartition(")")
    fields = after.split()
    if len(fields) < 20 or fields[0] in ("Z", "X"):
        return None
    exe = "\n".join(facts.get((pid, "exe"), []))
    return Process(
        pid,
        ppid=int(fields[1]),
        comm=before.partition("(")[2],
        state=fields[0],
        started=int(fields[19]),
        cgroup=_cgroup(facts.get((pid, "cgroup"), [])),
        exe=exe,
        argv=argv,
    )


def _cgroup(lines: list[str]) -> str:
    """The path in systemd's hierarchy: the only one of version 2, `name=systemd` of version 1."""
    found = ""
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers == "name=systemd" or (number == "0" and not found):
            found = path
    return found
