"""Verdicts and evidence: what the grader says, and what it read to say so. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from grader.recording import Recording


class Verdict(Enum):
    PASSED = "PASSED"
    FAILED = "FAILED"
    """The learner's cluster is not as required."""
    UNKNOWN = "UNKNOWN"
    """We could not look. Never a pass, never costs points."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check read. Every text is under 200 characters and fit to show a learner."""

    expected: str = ""
    actual: str = ""
    why: str = ""
    path: str = ""
    """Where it differed: `Deployment shop/web spec.replicas`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One look of one check."""

    verdict: Verdict
    evidence: Evidence = Evidence()
    steady: Mapping[str, int] = field(default_factory=dict)
    """Counters (restarts, by container) that must not rise while the criterion is held."""
    pending: float = 0.0
    """Seconds since the first look in which another look may pass, `eventually` or not."""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """The judged criterion of a step, after converging, holding and retries."""

    step_id: str
    criterion_id: str
    verdict: Verdict
    evidence: Evidence
    points: int
    max_points: int
    guard: bool
    requirements: tuple[str, ...]
    seconds: float
    seen: Recording | None = field(default=None, compare=False, repr=False)
    """What the last look went by; None when there was none."""


@dataclass(frozen=True, slots=True)
class StepResult:
    step_id: str
    results: tuple[CriterionResult, ...]

    @property
    def verdict(self) -> Verdict:
        """PASSED if all passed; FAILED if any failed; else UNKNOWN."""
        verdicts = {result.verdict for result in self.results}
        if Verdict.FAILED in verdicts:
            return Verdict.FAILED
        return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.PASSED

    @property
    def points(self) -> int:
        """Earned points: 0 while a guard of the step is violated."""
        if any(r.guard and r.verdict is Verdict.FAILED for r in self.results):
            return 0
        return sum(result.points for result in self.results)

    @property
    def max_points(self) -> int:
        return sum(result.max_points for result in self.results)


Baseline = Mapping[str, Any]
"""Facts captured after setup, JSON-serialisable, by `<step id>/<criterion id>`."""


@dataclass(frozen=True, slots=True)
class GradeReport:
    lab_id: str
    steps: tuple[StepResult, ...]
    seconds: float
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 all passed, 1 something failed, 2 could not be judged."""
        verdicts = {step.verdict for step in self.steps}
        if Verdict.FAILED in verdicts:
            return 1
        return 2 if Verdict.UNKNOWN in verdicts else 0
