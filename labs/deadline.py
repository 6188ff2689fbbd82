"""Waiting: one deadline with a poll inside. No other file sleeps in a loop."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock after which waiting ends."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds until the deadline, never negative."""
        return max(0.0, self.at - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.left == 0.0

    def poll(self, probe: Callable[[], T | None], every: float = 0.5) -> T | None:
        """Call `probe` until it returns something that is not None; None when the time is over."""
        while True:
            found = probe()
            if found is not None or self.passed:
                return found
            time.sleep(min(every, self.left))
