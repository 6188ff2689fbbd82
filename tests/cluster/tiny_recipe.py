"""What the scripts of the recipe “tiny” do in the tests of images, and how often they did it."""

from collections.abc import Callable
from pathlib import Path

from labs import paths

Write = Callable[..., Path]

DISK = 'echo "$SEATRIAL_KUBERNETES_VERSION" >"$SEATRIAL_OUTPUT/disk.qcow2"\n'
COUNT = 'echo run >>"$SEATRIAL_KEEP/runs"\n'


def runs() -> int:
    """How many of the scripts that say COUNT have run so far."""
    return len((paths.cache() / "build" / "tiny" / "runs").read_text().splitlines())
