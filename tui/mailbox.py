"""The way from worker threads to the event loop: news is collected and read in batches, so that a
thousand lines of output cost one repaint and an idle app costs nothing."""

import time
from collections.abc import Callable
from queue import Empty, Queue
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

CAPACITY = 2000
"""A worker that produces more between two readings has to wait: memory stays bounded."""
READING_SECONDS = 0.01
"""The longest that one reading may hold the event loop."""


class Mailbox(Generic[T]):
    """`wake` is called from a worker thread when the first news after a reading arrives."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._items: Queue[T] = Queue(CAPACITY)
        self._lock = Lock()
        self._woken = False

    def put(self, item: T) -> None:
        """Called from worker threads."""
        self._wake_once()
        self._items.put(item)
        self._wake_once()

    def _wake_once(self) -> None:
        with self._lock:
            if self._woken:
                return
            self._woken = True
        self._wake()

    def read(self, receive: Callable[[T], None]) -> None:
        """Called on the event loop; hands over what is there, and wakes again if time ran out."""
        with self._lock:
            self._woken = False
        until = time.monotonic() + READING_SECONDS
        while time.monotonic() < until:
            try:
                item = self._items.get_nowait()
            except Empty:
                return
            receive(item)
        self._wake_once()
