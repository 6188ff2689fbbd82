"""Each thing read once, however many threads ask for it at the same time."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any


class Memo:
    """Values (and failures) by key; the first thread that asks does the work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[Hashable, Future[Any]] = {}

    def has(self, key: Hashable) -> bool:
        """Whether a value for `key` was read, or failed to be, or is being read."""
        with self._lock:
            return key in self._futures

    def get(self, key: Hashable, read: Callable[[], Any]) -> Any:
        """What `read` returned or raised when it was first called for `key`."""
        with self._lock:
            future = self._futures.get(key)
            mine = future is None
            if future is None:
                future = self._futures[key] = Future()
        if mine:
            try:
                future.set_result(read())
            except BaseException as error:
                future.set_exception(error)
                raise
        return future.result()
