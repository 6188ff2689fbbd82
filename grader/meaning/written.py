"""Lines that something has written, with their order in time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    at: str
    """When, or where in a journal, by whoever keeps the log."""
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    lines: tuple[Line, ...]
    whole: bool
    """Whether these are all, and not only as many as we read."""
