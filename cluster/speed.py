"""How many times slower than this host its guests are: the measure for every time limit."""

import os
import subprocess
from collections.abc import Callable

from cluster.node import Node
from cluster.virtualisation import Kind

ASSUMED = {Kind.KVM: 2.0, Kind.EMULATION: 10.0}
"""Before it could be measured."""

_LOOP = "i=0; while [ $i -lt 15000 ]; do i=$((i+1)); done"
_ALONE = ("taskset", "--cpu-list", "0", "chrt", "--fifo", "50")
"""On the first virtual processor, before all others."""
_TIMES = 6
_MOST = 20.0
"""Emulation is 6 to 20 times slower: more than that was measured wrongly."""
_LIMIT_SECONDS = 120.0


def time_scale(node: Node, processor_seconds: Callable[[], float]) -> float:
    """Integer work in a guest against the same on the host, at least 1. Raises NodeUnreachable.

    Both in processor time, `processor_seconds` being what the guest's first virtual processor has
    used: the result is kept for the next starts, and must not depend on how busy the host was at
    this one, nor on what else the guest did.
    """

    def in_guest(script: str) -> float:
        before = processor_seconds()
        node.run([*_ALONE, "sh", "-c", script], timeout=_LIMIT_SECONDS)
        return processor_seconds() - before

    guest = _best(in_guest, _LOOP) - _best(in_guest, ":")
    host = _best(_on_host, _LOOP) - _best(_on_host, ":")
    return round(min(max(1.0, guest / max(host, 1e-3)), _MOST), 2)


def _best(seconds: Callable[[str], float], script: str) -> float:
    """The quickest of a few short ones."""
    return min(seconds(script) for _ in range(_TIMES))


def _on_host(script: str) -> float:
    process = subprocess.Popen(["sh", "-c", script])
    usage = os.wait4(process.pid, 0)[2]
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime
