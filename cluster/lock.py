"""One holder at a time of a lab or a golden cluster, across processes; a killed holder lets go."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labs.deadline import Deadline
from labs.errors import SeatrialError


class Busy(SeatrialError):
    """Another process holds the lock."""


@contextmanager
def held(path: Path, what: str, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock file `path`, which is removed at the end. Raises Busy after `wait` seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = Deadline.after(wait).poll(lambda: _try(path))
    if descriptor is None:
        raise Busy(
            f"Another seatrial is working on {what}.", "Wait until it is done, then try again."
        )
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def is_free(path: Path) -> bool:
    """Whether nobody holds `path` at this moment."""
    if not path.exists():
        return True
    descriptor = _try(path)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


def _try(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The last holder may have removed the file between our open and our lock.
        if os.fstat(descriptor).st_ino == os.stat(path).st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None
