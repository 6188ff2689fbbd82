"""What will be mounted at a path at the next start: fstab(5), and systemd's mount units."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.meaning.formats import NotInFormat, read_ini
from grader.nodes.mounts import unescape, written_options
from grader.nodes.unit_names import device_path, escape_path


@dataclass(frozen=True, slots=True)
class PlannedMount:
    source: str
    fstype: str
    options: tuple[str, ...]
    where: str
    """The file that says so."""
    trouble: str = ""
    """Why it is not mounted at the next start; "" when it is."""


@dataclass(frozen=True, slots=True)
class UnitFiles:
    """Mount units of a node by path below the units' folders, the first folder first."""

    links: Sequence[tuple[str, str]]
    """Path and the link's target, "" for a file."""
    content: str = ""
    """Of the unit in question, where there is a file for it."""

    def masked(self, unit: str) -> bool:
        return next((target == "/dev/null" for path, target in self.links if path == unit), False)

    def wanted(self, unit: str) -> bool:
        return any(path.endswith((f".wants/{unit}", f".requires/{unit}")) for path, _ in self.links)


def planned_mount(
    paths: Iterable[str], fstab: Sequence[str], units: UnitFiles, kernel: Sequence[str]
) -> PlannedMount | None:
    """What is planned for a path, by any of its spellings; None when nothing is."""
    found = None
    for path in paths:
        unit = f"{escape_path(path)}.mount"
        line = None if {"fstab=0", "fstab=no"} & set(kernel) else _line(fstab, path)
        found = found or _planned(unit, line, units)
    return found


def _line(fstab: Sequence[str], path: str) -> list[str] | None:
    """systemd takes the first line of a mount point, and complains of further ones."""
    for text in fstab:
        fields = [unescape(field) for field in text.split()]
        if len(fields) < 2 or fields[0].startswith("#"):
            continue
        if (fields[1].rstrip("/") or "/") == path:
            return fields
    return None


def _planned(unit: str, line: list[str] | None, units: UnitFiles) -> PlannedMount | None:
    automount = unit.removesuffix(".mount") + ".automount"
    by_unit = _of_unit(unit, units)
    if line is None and by_unit is None:
        return None
    trouble = ""
    if line is not None:
        options = line[3].split(",") if len(line) > 3 else []
        pulled = any(
            one.startswith(("x-systemd.automount", "x-systemd.wanted-by=")) for one in options
        )
        if "noauto" in options and not pulled:
            trouble = "its line in /etc/fstab says noauto"
        if by_unit is None:
            fstype = line[2] if len(line) > 2 else "auto"
            planned = tuple(written_options(",".join(options)))
            by_unit = PlannedMount(line[0], fstype, planned, "/etc/fstab")
    else:
        trouble = f"{unit} is not enabled"
    assert by_unit is not None
    if units.wanted(unit) or units.wanted(automount):
        trouble = ""
    if units.masked(unit):
        trouble = f"{unit} is masked"
    return PlannedMount(by_unit.source, by_unit.fstype, by_unit.options, by_unit.where, trouble)


def _of_unit(unit: str, units: UnitFiles) -> PlannedMount | None:
    if not units.content:
        return None
    try:
        mount = read_ini(units.content).get("Mount") or {}
    except NotInFormat:
        return None
    return PlannedMount(
        mount.get("What", ""),
        mount.get("Type", "auto"),
        tuple(written_options(mount.get("Options", ""))),
        unit,
    )


@dataclass(frozen=True, slots=True)
class Devices:
    """Block devices of a node: links below /dev by path, and numbers by name."""

    links: Mapping[str, str]
    numbers: Mapping[str, str]

    def number(self, spec: str) -> str:
        """`major:minor` of a device by any of its names; "" when there is no such device."""
        path = device_path(spec)
        target = self.links.get(path, path)
        return self.numbers.get(target.rpartition("/")[2], "") if path.startswith("/dev/") else ""

    def same(self, one: str, other: str) -> bool:
        number = self.number(one)
        return one == other or (bool(number) and number == self.number(other))


def decode(text: str) -> str:
    return base64.b64decode(text).decode(errors="replace")
