"""Where the benchmark runs its labs: beside the user's own labs and records, and removed after."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from cluster import lifecycle
from cluster.running import RunningLab
from labs import paths


@contextmanager
def own_ground() -> Iterator[None]:
    """Labs and records of their own until the end; images and golden clusters are the user's."""
    place = paths.state() / "bench" / "ground"
    variables = {"XDG_STATE_HOME": place / "state", "XDG_DATA_HOME": place / "data"}
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update({name: str(folder) for name, folder in variables.items()})
    try:
        lifecycle.down_all()  # what a benchmark that was killed left behind
        yield
    finally:
        lifecycle.down_all()
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def running(profile: str) -> Iterator[RunningLab]:
    """A cluster of this profile, ready; removed at the end. Raises SeatrialError."""
    lab_id = f"bench/{profile}"
    try:
        yield lifecycle.up(lab_id, profile)
    finally:
        lifecycle.down(lab_id)
