"""What progress remembers, as plain values. Light: a screen can import it without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.errors import SeatrialError


class ProgressError(SeatrialError):
    """The record of the learner's progress cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One learner's run through one lab. Times are seconds since 1970, UTC; None: not yet."""

    id: int
    lab: str
    mode: str
    seed: str
    variables: Mapping[str, str]
    content_hash: str
    image: str
    virtualisation: str
    started: float
    ready: float | None = None
    finished: float | None = None
    baseline: Mapping[str, Any] | None = None
    current_step: str = ""
    """Where the learner was last; "" before the first step was entered."""


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """What is known of an attempt when it starts."""

    lab: str
    seed: str = ""
    mode: str = "learn"
    variables: Mapping[str, str] = field(default_factory=dict)
    content_hash: str = ""
    image: str = ""
    virtualisation: str = ""


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One criterion as it was judged at one moment. `evidence` is JSON."""

    step: str
    criterion: str
    verdict: str
    points: int = 0
    evidence: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0
    """Filled in when it is recorded."""
    seen: bytes | None = field(default=None, repr=False)
    """What the verdict went by, packed by the grader; read back by `Progress.recorded` only."""


@dataclass(frozen=True, slots=True)
class StepScore:
    """One step as a whole, at one moment."""

    step: str
    points: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Note:
    """What the learner, or Seatrial, wanted to remember."""

    step: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class LabState:
    """What the course screen shows of a lab, over all its attempts."""

    lab: str
    attempts: int
    best_points: int
    """Of one attempt, the best points of each step added up."""
    passed_steps: frozenset[str]
    """Steps passed in any attempt."""
    current: int | None
    """The id of the attempt that is not finished."""
    last: float
    """When the newest attempt began."""
