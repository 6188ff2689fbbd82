"""The same work on every node at once: nodes wait on emulation and disks, not on each other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def on_each(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """Results in the order of `items`; the first error is raised when all have ended."""
    with ThreadPoolExecutor(max_workers=max(1, len(items))) as pool:
        return [future.result() for future in [pool.submit(work, item) for item in items]]
