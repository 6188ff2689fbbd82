"""The way of one criterion to its verdict: converging, holding, retrying. Reads no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grader.question import Question
from grader.recording import Recording, record_answers
from grader.verdict import CriterionResult, Evidence, Finding, Verdict
from grader.wording import clip
from labs.model import Criterion

TRIES = 3
"""How often something is looked at that could not be seen, before that is the verdict."""


@dataclass(frozen=True, slots=True)
class Case:
    """A criterion to judge, and what is known about it before the first look."""

    step_id: str
    criterion: Criterion
    baseline: Any = None
    passed_before: bool = False
    tools: Mapping[str, Any] = field(default_factory=dict)
    """What the programs of each node were after setup: `grader.nodes.tools.capture`."""

    @property
    def key(self) -> str:
        return f"{self.step_id}/{self.criterion.id}"


@dataclass(frozen=True, slots=True)
class Look:
    """One look of a check: what it found, when, and what it had to go by. Moments in seconds."""

    finding: Finding
    started: float
    ended: float
    asked: Mapping[Question, Any] = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    """As it was before this look."""


class Judgement:
    """Takes looks one after the other until `result` is there."""

    def __init__(self, case: Case, began: float, time_scale: float, quick: bool = False) -> None:
        self.case = case
        self.memory: dict[str, Any] = {}
        self.result: CriterionResult | None = None
        self._began = began
        self._quick = quick
        self._time_scale = time_scale
        self._deadline = began + case.criterion.eventually * time_scale
        self._stable = case.criterion.stable * time_scale
        self._held_since: float | None = None
        self._steady: Mapping[str, int] = {}
        self._blind_looks = 0

    def take(self, look: Look) -> None:
        """May set `result`."""
        finding = look.finding
        if finding.verdict is Verdict.PASSED and self._held_since is not None:
            finding = against_steady(finding, self._steady)
        if self._quick:
            self._conclude(finding, look)
        elif finding.verdict is Verdict.PASSED:
            self._take_pass(finding, look)
        elif finding.verdict is Verdict.FAILED:
            self._take_failure(finding, look)
        else:
            self._blind_looks += 1
            if self._blind_looks >= TRIES and look.started >= self._deadline:
                self._conclude(finding, look)

    def stop(self, ended: float) -> CriterionResult:
        """End without a verdict because the whole grading was stopped."""
        why = "the grading was stopped before this was judged"
        return self.conclude(Finding(Verdict.UNKNOWN, Evidence(why=why)), ended)

    def _take_pass(self, finding: Finding, look: Look) -> None:
        self._blind_looks = 0
        if self._held_since is None:
            self._held_since = look.started
            self._steady = finding.steady
        if look.started - self._held_since >= self._stable:
            self._conclude(finding, look)

    def _take_failure(self, finding: Finding, look: Look) -> None:
        self._blind_looks = 0
        started = look.started
        if self._held_since is not None:
            held = started - self._held_since
            why = clip(f"it held for only {held:.0f} s: {finding.evidence.why}")
            finding = replace(finding, evidence=replace(finding.evidence, why=why))
            self._held_since = None
        if started >= max(self._deadline, self._began + finding.pending):
            self._conclude(finding, look)

    def _conclude(self, finding: Finding, look: Look) -> None:
        seen = Recording(
            record_answers(look.asked),
            look.memory,
            self._steady,
            self._time_scale,
            patient=not self._quick,
        )
        self.conclude(finding, look.ended, seen)

    def conclude(
        self, finding: Finding, ended: float, seen: Recording | None = None
    ) -> CriterionResult:
        """Make this finding the verdict."""
        criterion = self.case.criterion
        evidence = finding.evidence
        if finding.verdict is Verdict.UNKNOWN:
            tried = f" (tried {self._blind_looks} times)" if self._blind_looks > 1 else ""
            blocked = evidence.why.startswith("blocked by ")
            why = clip(evidence.why if blocked else f"could not be judged: {evidence.why}", 160)
            evidence = replace(evidence, why=f"{why}{tried}; costs nothing")
        self.result = CriterionResult(
            step_id=self.case.step_id,
            criterion_id=criterion.id,
            verdict=finding.verdict,
            evidence=evidence,
            points=criterion.points if finding.verdict is Verdict.PASSED else 0,
            max_points=criterion.points,
            guard=criterion.guard,
            requirements=criterion.requirements,
            seconds=max(0.0, ended - self._began),
            seen=seen,
        )
        return self.result


def against_steady(finding: Finding, steady: Mapping[str, int]) -> Finding:
    """A pass is a failure when something restarted since the first pass of this holding."""
    for what, before in steady.items():
        now = finding.steady.get(what, before)
        if now > before:
            return Finding(
                Verdict.FAILED,
                Evidence(
                    expected="no restart while we watch",
                    actual=f"{now} restarts, {before} a moment ago",
                    why=clip(f"{what.split()[0]} keeps restarting ({before}, then {now} times)"),
                    path=clip(what),
                ),
            )
    return finding


def result_of_earlier_pass(case: Case) -> CriterionResult:
    """The result of a criterion that had to hold once, and did."""
    earlier = Evidence(actual="as it was asked for", why="passed earlier in this attempt")
    return Judgement(case, 0.0, 1.0).conclude(Finding(Verdict.PASSED, earlier), 0.0)
