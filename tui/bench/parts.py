"""The parts of the benchmark by name, in the order in which they are measured, and its record."""

import datetime
import importlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from labs import paths
from labs.errors import SeatrialError
from tui.bench.figure import Figure


@dataclass(frozen=True, slots=True)
class Part:
    """`machines`: it starts nodes."""

    module: str
    function: str = "measure"
    machines: bool = False

    def measure(self) -> Iterator[Figure]:
        found: Callable[[], Iterator[Figure]] = getattr(
            importlib.import_module(f"tui.bench.{self.module}"), self.function
        )
        return found()


PARTS = {
    "set-up": Part("made_once", "set_up"),
    "image": Part("made_once", "image_build"),
    "first-paint": Part("first_paint"),
    "start": Part("start", machines=True),
    "grading": Part("grading", machines=True),
    "native": Part("native"),
    "load": Part("load", machines=True),
    "stalls": Part("event_loop", machines=True),
}


class UnknownPart(SeatrialError):
    """There is no such part. Wrong usage."""

    exit_code = 3


def measure(names: Sequence[str]) -> Iterator[Figure]:
    """Every figure of these parts (default: all), as soon as it is known. Raises SeatrialError."""
    from tui.bench.ground import own_ground

    for name in names:
        if name not in PARTS:
            raise UnknownPart(f"There is no part {name!r}.", f"There are: {', '.join(PARTS)}.")
    for name in names or PARTS:
        part = PARTS[name]
        with own_ground() if part.machines else nullcontext():
            yield from part.measure()


def machine() -> str:
    """What the figures are true of: the virtualisation and the processors."""
    from cluster.virtualisation import probe

    found = probe()
    return f"{found.kind.name.lower()} ({found.reason}), {os.cpu_count()} processors"


def save(figures: Sequence[Figure], machine: str) -> Path:
    """Keep the figures as JSON, by the time of their measurement. Returns the file."""
    now = datetime.datetime.now(datetime.UTC)
    record = {
        "measured": now.isoformat(timespec="seconds"),
        "machine": machine,
        "figures": [asdict(figure) for figure in figures],
    }
    file = paths.state() / "bench" / f"{now:%Y%m%dT%H%M%SZ}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".part")
    partial.write_text(json.dumps(record, indent=1), encoding="utf-8")
    partial.replace(file)
    return file
