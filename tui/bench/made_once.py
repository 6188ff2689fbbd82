"""What was made once and timed when it was made: the set-up and the image."""

from collections.abc import Iterator

from cluster import image
from labs import paths
from tui.bench.figure import Figure

SET_UP = "set-up"
IMAGE = "image"
MIB = 1 << 20


def set_up() -> Iterator[Figure]:
    """The last time of each part of the set-up, as ./seatrial noted it."""
    try:
        lines = (paths.SOURCE / ".setup-seconds").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    for name, seconds in dict(line.rpartition(" ")[::2] for line in lines).items():
        yield Figure(SET_UP, name, float(seconds), "s")


def image_build() -> Iterator[Figure]:
    """Seconds of each phase, and what the image's files take on the disk."""
    found = image.current()
    if found is None:
        return
    phases = found.manifest["seconds"]
    for name, seconds in phases.items():
        yield Figure(IMAGE, name, round(float(seconds), 1), "s")
    yield Figure(IMAGE, "all phases", round(sum(map(float, phases.values())), 1), "s")
    for file in (found.disk, found.kernel, found.initrd):
        yield Figure(IMAGE, file.name, round(file.stat().st_size / MIB, 1), "MiB")
