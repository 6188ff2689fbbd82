"""What several of these tests ask for."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def running() -> Callable[[int], bool]:
    """Whether a process runs; one that has ended and that nobody waits for does not."""

    def ask(pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return False
        return state != "Z"

    return ask
