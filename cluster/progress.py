"""Phases of nested work as fractions of the whole, handed to one listener, from several threads."""

import threading
from dataclasses import dataclass, field

from cluster.events import Event, Listener, LogLine, NodeReady, PhaseStarted


@dataclass(frozen=True, slots=True)
class Progress:
    """The part from `low` to `high` (0 to 1) of what `listener` is told about."""

    listener: Listener
    low: float = 0.0
    high: float = 1.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def phase(
        self, text: str, fraction: float, *, node: str = "", seconds_left: float | None = None
    ) -> None:
        """`fraction` of this part was done before `text` began."""
        done = self.low + (self.high - self.low) * fraction
        self.tell(PhaseStarted(text, done, seconds_left, node))

    def ready(self, node: str) -> None:
        self.tell(NodeReady(node))

    def log(self, text: str, node: str = "") -> None:
        for line in text.splitlines():
            self.tell(LogLine(line, node))

    def part(self, low: float, high: float) -> "Progress":
        """The same listener for a part of this part."""
        width = self.high - self.low
        return Progress(self.listener, self.low + width * low, self.low + width * high, self._lock)

    def tell(self, event: Event) -> None:
        with self._lock:
            self.listener(event)
