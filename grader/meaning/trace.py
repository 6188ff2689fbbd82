"""What the comparers read, value by value, for whoever wants to see it: an author at work."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from grader.meaning.path import Missing
from grader.wording import describe, show


@dataclass(frozen=True, slots=True)
class Reading:
    """One comparison, in words. `differs` says why it does not hold; "" when it does."""

    path: str
    expected: str
    actual: str
    differs: str


_readings: ContextVar[list[Reading] | None] = ContextVar("readings", default=None)


@contextmanager
def tracing() -> Iterator[list[Reading]]:
    """Every comparison of this thread until the end of the block, in order."""
    found: list[Reading] = []
    token = _readings.set(found)
    try:
        yield found
    finally:
        _readings.reset(token)


def read(path: str, expected: Any, actual: Any, differs: str) -> None:
    """Told by the comparers of each value that they compare."""
    readings = _readings.get()
    if readings is not None:
        shown = "nothing" if isinstance(actual, Missing) else show(actual)
        readings.append(Reading(path, describe(expected), shown, differs))
