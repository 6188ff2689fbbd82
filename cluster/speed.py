"""How many times slower than this host its guests are: the measure for every time limit."""

import subprocess
import time
from collections.abc import Callable

from cluster.node import Node
from cluster.virtualisation import Kind

ASSUMED = {Kind.KVM: 2.0, Kind.EMULATION: 10.0}
"""Before it could be measured."""

_LOOP = "i=0; while [ $i -lt 15000 ]; do i=$((i+1)); done"
_TIMES = 6
_MOST = 20.0
"""Emulation is 6 to 20 times slower; what is measured above that is other work on the host."""
_LIMIT_SECONDS = 120.0


def time_scale(node: Node) -> float:
    """Integer work in a guest against the same on the host, at least 1. Raises NodeUnreachable."""
    nothing = _best(lambda: _in_guest(node, ":"))
    guest = _best(lambda: _in_guest(node, _LOOP)) - nothing
    host = _best(lambda: _on_host(_LOOP)) - _best(lambda: _on_host(":"))
    return round(min(max(1.0, guest / max(host, 1e-3)), _MOST), 2)


def _best(once: Callable[[], None]) -> float:
    """Seconds of the quickest of a few short ones: other work on the host must not count."""
    times = []
    for _ in range(_TIMES):
        began = time.monotonic()
        once()
        times.append(time.monotonic() - began)
    return min(times)


def _in_guest(node: Node, script: str) -> None:
    node.run(["sh", "-c", script], timeout=_LIMIT_SECONDS)


def _on_host(script: str) -> None:
    subprocess.run(["sh", "-c", script], check=True, timeout=_LIMIT_SECONDS)
