"""A bounded pool of daemon threads for work that blocks. Daemon, unlike `ThreadPoolExecutor`: the
app may quit while a node is still booting, and whoever starts next finishes what is there."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread


class Pool:
    """Runs jobs in order of arrival on at most `size` threads. A job handles its own errors."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._threads: list[Thread] = []

    def submit(self, job: Callable[[], None]) -> None:
        self._jobs.put(job)
        if len(self._threads) < self._size:
            thread = Thread(target=self._work, name=f"seatrial-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            self._jobs.get()()
