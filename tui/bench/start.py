"""From `up` to ready, for every profile: the first time, and from its golden cluster."""

import time
from collections.abc import Iterator

from cluster import golden
from cluster.profile import profiles
from tui.bench.figure import Figure, quantile
from tui.bench.ground import running

PART = "start"
RUNS = 3


def measure() -> Iterator[Figure]:
    for profile in profiles():
        known = golden_clusters()
        first = start(profile)
        if golden_clusters() != known:
            yield Figure(PART, f"{profile}, first time", round(first, 1), "s", "made once")
        seconds = [start(profile) for _ in range(RUNS)]
        note = f"median of {RUNS}, slowest {max(seconds):.1f} s"
        yield Figure(PART, profile, round(quantile(seconds, 0.5), 1), "s", note)


def start(profile: str) -> float:
    """Seconds until a cluster of the profile is ready; it is removed again."""
    began = time.monotonic()
    with running(profile):
        return time.monotonic() - began


def golden_clusters() -> set[str]:
    return {file.parent.name for file in golden.folder().glob("*/golden.json")}
