"""What a check is given besides its arguments, and what it may remember between looks."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.round import Round


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One look's view of the world."""

    round: Round
    time_scale: float = 1.0
    baseline: Any = None
    """What the check's own `baseline` captured after setup; None when nothing was captured."""
    memory: dict[str, Any] = field(default_factory=dict)
    """Kept from the first look at a criterion to its verdict, for what needs two looks."""
    patient: bool = True
    """Whether there will be further looks; a quick judgement has only this one."""
    folder: Path | None = None
    """The lab's folder."""
