"""Our own programs for looking into a node: one static BusyBox, sent anew with every connection.

A learner is root on a node and can replace every program there, or preload a library into it. What
looks must not be theirs; and applets that are no new programs are several times faster where nodes
are emulated. Debian's busybox-static is built to run its own applets first.
"""

import os
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from labs import paths
from labs.errors import SeatrialError

PACKAGE = "busybox-static"
_SECONDS = 120


class NoToolbox(SeatrialError):
    """The toolbox is neither kept nor to be had."""


@lru_cache
def toolbox() -> bytes:
    """The program. Raises NoToolbox."""
    return toolbox_file().read_bytes()


def toolbox_file() -> Path:
    """Where it is kept; fetched from the distribution's archive by the first call on a machine.

    apt proves that it is the archive's. Raises NoToolbox.
    """
    kept = paths.cache() / "toolbox" / "busybox"
    if not kept.exists():
        _fetch(kept)
    return kept


def _fetch(kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as name:
        folder = Path(name)
        try:
            _run("apt-get", "download", PACKAGE, folder=folder)
            (package,) = folder.glob("*.deb")
            _run("dpkg-deb", "--extract", str(package), "files", folder=folder)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise NoToolbox(
                f"The Debian package {PACKAGE} cannot be fetched: {_said(error)}",
                "Run `apt-get update` as root, and see whether the archive can be reached.",
            ) from error
        os.replace(folder / "files" / "bin" / "busybox", kept)


def _run(*argv: str, folder: Path) -> None:
    subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True, timeout=_SECONDS)


def _said(error: Exception) -> str:
    said = getattr(error, "stderr", "") or str(error)
    return said.strip().splitlines()[-1] if said.strip() else "no reason given"
