"""From the shell command to the first painted screen, at a real terminal, by the launcher."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fcntl import ioctl

from labs import paths
from labs.errors import SeatrialError
from tui.bench.figure import Figure, quantile

PART = "first-paint"
RUNS = 5
LIMIT = 30.0
PAINTED = 200
"""Visible characters on the screen that make it painted."""
CONTROL = re.compile(
    rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[P^_].*?\x1b\\|.)", re.S
)
ALTERNATE_SCREEN = b"\x1b[?1049h"


def measure() -> Iterator[Figure]:
    """The demonstration and the real app, each inside tmux as the launcher starts it."""
    launcher = str(paths.SOURCE / "seatrial")
    for name, argv in (("app", [launcher]), ("demonstration", [launcher, "--demo"])):
        seconds = [first_paint(argv) for _ in range(RUNS)]
        yield Figure(PART, name, round(quantile(seconds, 0.5), 3), "s", f"median of {RUNS}")


def first_paint(argv: Sequence[str]) -> float:
    """Seconds until the program has painted its first screen. Raises SeatrialError.

    The program is ended afterwards; its tmux, if it starts one, is not the user's own.
    """
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-") as folder:
        environment = {**os.environ, "TERM": "xterm-256color", "TMUX_TMPDIR": folder}
        environment.pop("TMUX", None)
        started = time.monotonic()
        with at_terminal(argv, environment) as screen:
            painted = wait_for_paint(screen, started + LIMIT)
        subprocess.run(
            ["tmux", "-L", "seatrial", "kill-server"],
            env=environment,
            capture_output=True,
            check=False,
        )
    return painted - started


@contextmanager
def at_terminal(argv: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
    """Run a program at a terminal of 100 by 30; yields the terminal's other end."""
    screen, terminal = pty.openpty()
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    process = subprocess.Popen(
        argv, env=environment, stdin=terminal, stdout=terminal, stderr=terminal, process_group=0
    )
    os.close(terminal)
    try:
        yield screen
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(screen)


def wait_for_paint(screen: int, until: float) -> float:
    """The moment of the first painted screen."""
    seen = b""
    while (left := until - time.monotonic()) > 0:
        if not select.select([screen], [], [], left)[0]:
            break
        try:
            seen += os.read(screen, 65536)
        except OSError:
            break
        if is_painted(seen):
            return time.monotonic()
    raise SeatrialError(
        f"The app painted nothing within {LIMIT:g} s.", "Start it by hand: ./seatrial --no-tmux"
    )


def is_painted(output: bytes) -> bool:
    """Whether a full-screen program has drawn more than its frame."""
    _, alternate, drawn = output.partition(ALTERNATE_SCREEN)
    visible = b"".join(CONTROL.sub(b"", drawn).split())
    return bool(alternate) and len(visible) >= PAINTED
