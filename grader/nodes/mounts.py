"""What is mounted on a node now: the kernel's own table, and which of its entries a path meets."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.meaning.quantity import parse_quantity

_OPPOSITES = {"rw": "ro", "exec": "noexec", "suid": "nosuid", "dev": "nodev", "atime": "noatime"}
_BY_USER = ("noexec", "nosuid", "nodev")
"""What `user` in fstab implies."""


@dataclass(frozen=True, slots=True)
class Mount:
    id: int
    parent: int
    device: str
    """`major:minor`."""
    root: str
    point: str
    fstype: str
    source: str
    options: frozenset[str]
    """Of the mount and of the file system; `ro` when either is."""


def parse_mountinfo(lines: Iterable[str]) -> tuple[Mount, ...]:
    """Lines of /proc/self/mountinfo, see proc(5)."""
    mounts = []
    for line in lines:
        head, _, tail = line.partition(" - ")
        first, last = head.split(" "), tail.split(" ")
        if len(first) < 6 or len(last) < 3:
            continue
        options = set(first[5].split(",")) | set(last[2].split(","))
        if "ro" in options:
            options.discard("rw")
        mounts.append(
            Mount(
                int(first[0]),
                int(first[1]),
                first[2],
                unescape(first[3]),
                unescape(first[4]),
                last[0],
                unescape(last[1]),
                frozenset(options),
            )
        )
    return tuple(mounts)


def unescape(text: str) -> str:
    """`\\040` and its like, as the kernel and fstab write white space."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def mount_of(mounts: Sequence[Mount], path: str) -> Mount | None:
    """The mount that a path leads into, walked as the kernel does; None when there is no root.

    `path` has no links in it. What lies below a later mount is hidden, and is not met.
    """
    inside = {one.id for one in mounts}
    current = next((one for one in mounts if one.point == "/" and one.parent not in inside), None)
    while current is not None:
        below = [
            one
            for one in mounts
            if one.parent == current.id and one.id != current.id and _leads_to(one.point, path)
        ]
        below = [one for one in below if _leads_to(current.point, one.point)]
        if not below:
            return current
        current = min(below, key=lambda one: len(one.point))
    return None


def _leads_to(point: str, path: str) -> bool:
    return point == "/" or path == point or path.startswith(f"{point}/")


def lacks_option(options: Iterable[str], wanted: str) -> bool:
    """Whether an option is not in force, be it said or the default."""
    there = list(options)
    if "=" in wanted:
        key, _, value = wanted.partition("=")
        given = [one.partition("=")[2] for one in there if one.partition("=")[0] == key]
        return not any(_same_value(value, one) for one in given)
    if wanted in _OPPOSITES:
        return _OPPOSITES[wanted] in there
    if wanted == "relatime" and "defaults" in there:
        return bool({"noatime", "strictatime"} & set(there))
    return wanted not in there


def written_options(text: str) -> list[str]:
    """Options of an fstab line or a unit in force: the last of two opposites holds."""
    there: dict[str, None] = {"defaults": None}
    for option in filter(None, text.split(",")):
        opposite = _OPPOSITES.get(option)
        if opposite:
            there.pop(opposite, None)
        elif option in ("user", "users", "owner", "group"):
            there |= dict.fromkeys(_BY_USER)
        else:
            there[option] = None
    return list(there)


def _same_value(wanted: str, actual: str) -> bool:
    if wanted == actual:
        return True
    left, right = (_size(one) for one in (wanted, actual))
    return left is not None and left == right


def _size(text: str) -> object:
    """`64M` of a mount option is 64 Mi."""
    found = re.fullmatch(r"(\d+)([kmgt]?)i?b?", text, re.IGNORECASE)
    if found is None:
        return None
    suffix = found[2].upper()
    return parse_quantity(found[1] + (f"{suffix}i" if suffix else ""))
