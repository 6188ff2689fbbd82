"""What happened while an image or a lab was being made: past-tense values for one callback."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """`phase` is a short text for people; `fraction` of the whole (0 to 1) was done before it."""

    phase: str
    fraction: float
    seconds_left: float | None = None
    node: str = ""


@dataclass(frozen=True, slots=True)
class PhaseProgressed:
    """Within the phase that was announced last; at most about once a second."""

    fraction: float
    seconds_left: float | None = None
    node: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of output of what runs. Text from outside: never markup."""

    text: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class NodeReady:
    node: str


@dataclass(frozen=True, slots=True)
class LabReady:
    lab_id: str
    seconds: float


Event = PhaseStarted | PhaseProgressed | LogLine | NodeReady | LabReady
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """A listener for those who do not care."""
