"""Whether the host has the memory and the disk that are needed; said before, not during."""

import shutil
from pathlib import Path

from labs.errors import SeatrialError

_MIB = 1 << 20
_MEMINFO = Path("/proc/meminfo")
_OVERHEAD_MIB = 150
"""QEMU itself and its translation cache, per node, as far as it is used."""


class NotEnough(SeatrialError):
    """The host is too small, or too full, for what is asked."""


def require_memory(guest_mib: int, nodes: int, meminfo: Path = _MEMINFO) -> None:
    """Raises NotEnough."""
    needed = guest_mib + nodes * _OVERHEAD_MIB
    available = available_mib(meminfo)
    if available < needed:
        raise NotEnough(
            f"Not enough memory: {needed} MiB are needed, {available} MiB are available.",
            "End another lab with `seatrial down`, or close something.",
        )


def require_disk(folder: Path, needed_mib: int) -> None:
    """`folder` need not exist yet. Raises NotEnough."""
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free // _MIB
    if free < needed_mib:
        raise NotEnough(
            f"Not enough disk: {needed_mib} MiB are needed at {folder}, {free} MiB are free.",
            "Make room, for example with `seatrial image list` and `seatrial image remove`.",
        )


def available_mib(meminfo: Path = _MEMINFO) -> int:
    """Memory that can be had without swapping."""
    for line in meminfo.read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return 0
