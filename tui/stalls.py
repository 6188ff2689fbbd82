"""Measures whether the event loop keeps up: a ticker that notes how late it was. Costs a hundred
wake-ups a second, so it runs only on request."""

import asyncio
import time
from dataclasses import dataclass

TICK = 0.01
LIMIT = 0.05


@dataclass(frozen=True, slots=True)
class Stalls:
    """Lateness of the loop in seconds; `count` of those over LIMIT."""

    longest: float
    count: int
    seconds: float
    longest_work: float
    """The most processor time that the loop's own thread used between two ticks: what a stall would
    be on a machine that does nothing else."""


class StallMeter:
    """Start and stop on the event loop that is to be measured."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._began = self._ended = 0.0
        self._longest = self._longest_work = 0.0
        self._count = 0

    @property
    def running(self) -> bool:
        return self._task is not None

    def start(self) -> None:
        self._longest, self._longest_work, self._count = 0.0, 0.0, 0
        self._began = time.monotonic()
        self._task = asyncio.get_running_loop().create_task(self._tick())

    def toggle(self) -> None:
        self.stop() if self.running else self.start()

    def stop(self) -> Stalls:
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._ended = time.monotonic()
        return self.stalls

    @property
    def stalls(self) -> Stalls:
        until = time.monotonic() if self.running else self._ended
        return Stalls(self._longest, self._count, until - self._began, self._longest_work)

    async def _tick(self) -> None:
        while True:
            due, worked = time.monotonic() + TICK, time.thread_time()
            await asyncio.sleep(TICK)
            self.note(time.monotonic() - due, time.thread_time() - worked)

    def note(self, late: float, work: float) -> None:
        """Count one lateness, and the loop's own work meanwhile."""
        self._longest = max(self._longest, late)
        self._longest_work = max(self._longest_work, work)
        self._count += late > LIMIT
