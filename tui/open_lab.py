"""A lab as the learner has it before them: where they are, what was judged, which cells ran. The
screens draw it and the App keeps it up to date; no widgets, no threads."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from grader.verdict import CriterionResult, StepResult, Verdict
from labs.model import Lab, Step, Text
from tui.marks import OF_VERDICT, Mark
from tui.outside_text import Printed
from tui.workbench import Cell, CellResult, LabState, NodeState


@dataclass(slots=True)
class CellRun:
    """What running a cell showed; `result` is None while it runs."""

    printed: Printed = field(default_factory=Printed)
    result: CellResult | None = None

    @property
    def running(self) -> bool:
        return self.result is None


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """A requirement (or a guard, with an empty text), its verdict and the reasons against it."""

    id: str
    text: Text
    mark: Mark
    points: int
    max_points: int
    reasons: tuple[CriterionResult, ...]
    guard: bool = False


class OpenLab:
    """Mutable; lives on the event loop."""

    def __init__(self, lab: Lab, state: LabState) -> None:
        self.lab = lab
        self.step_id = lab.steps[0].id
        self.results: dict[str, dict[str, CriterionResult]] = {}
        self.passed: set[str] = set()
        self.hints: dict[str, int] = {}
        self.nodes: tuple[NodeState, ...] = ()
        self.cells: dict[str, tuple[Cell, ...]] = {}
        self.runs: dict[int, CellRun] = {}
        self.revealed: set[int] = set()
        self.grading = False
        self.watching = True
        self.looks = 0
        """How many results arrived; the sign of life of the checks."""
        self.resume(state)

    def resume(self, state: LabState) -> None:
        """Take over what the records say."""
        self.state = state
        self.passed = set(state.passed_steps)
        self.hints = dict(state.hints_used)
        for step_id, step_result in state.results.items():
            self.results[step_id] = {r.criterion_id: r for r in step_result.results}
        ids = [step.id for step in self.lab.steps]
        if state.current_step in ids:
            self.step_id = state.current_step
        self.started_at = state.started_at
        self.finished_at = state.finished_at

    @property
    def step(self) -> Step:
        return self.lab.step(self.step_id)

    @property
    def number(self) -> int:
        """The present step's number, from 1."""
        return [step.id for step in self.lab.steps].index(self.step_id) + 1

    @property
    def finished(self) -> bool:
        return len(self.passed) == len(self.lab.steps)

    def neighbour(self, offset: int) -> str | None:
        """The id of the step `offset` places away, or None."""
        place = self.number - 1 + offset
        return self.lab.steps[place].id if 0 <= place < len(self.lab.steps) else None

    def seconds(self, now: float) -> float:
        """What the clock shows."""
        if self.started_at is None:
            return 0.0
        return (self.finished_at or now) - self.started_at

    def judge(self, result: CriterionResult, now: float) -> bool:
        """Record a result; True if the step passed by it for the first time."""
        self.looks += 1
        self.results.setdefault(result.step_id, {})[result.criterion_id] = result
        if result.step_id in self.passed or not self._all_passed(result.step_id):
            return False
        self.passed.add(result.step_id)
        if self.finished:
            self.finished_at = now
        return True

    def points(self, step: Step) -> int:
        judged = StepResult(step.id, tuple(self.results.get(step.id, {}).values()))
        if step.id in self.passed:
            return max(judged.points, step.points)
        return judged.points

    @property
    def all_points(self) -> int:
        return sum(self.points(step) for step in self.lab.steps)

    def step_mark(self, step: Step) -> Mark:
        if step.id in self.passed:
            return Mark.PASSED
        return Mark.HERE if step.id == self.step_id else Mark.AHEAD

    def rows(self) -> tuple[RequirementRow, ...]:
        """The present step's requirements, then its guards that are not respected."""
        results = self.results.get(self.step_id, {})
        paid: set[str] = set()
        rows = []
        for requirement in self.step.requirements:
            criteria = [c for c in self.step.criteria if requirement.id in c.requirements]
            judged = [results[c.id] for c in criteria if c.id in results]
            new = [c for c in criteria if c.id not in paid]
            paid |= {c.id for c in new}
            rows.append(
                RequirementRow(
                    requirement.id,
                    requirement.text,
                    _mark(judged, len(criteria)),
                    sum(results[c.id].points for c in new if c.id in results),
                    sum(c.points for c in new),
                    tuple(r for r in judged if r.verdict is not Verdict.PASSED),
                )
            )
        return (*rows, *self._guard_rows(results))

    def _guard_rows(self, results: dict[str, CriterionResult]) -> Iterable[RequirementRow]:
        for criterion in self.step.criteria:
            result = results.get(criterion.id)
            if criterion.guard and result and result.verdict is not Verdict.PASSED:
                mark = OF_VERDICT[result.verdict]
                yield RequirementRow(criterion.id, {}, mark, 0, 0, (result,), guard=True)

    def _all_passed(self, step_id: str) -> bool:
        results = self.results.get(step_id, {})
        return all(
            criterion.id in results and results[criterion.id].verdict is Verdict.PASSED
            for criterion in self.lab.step(step_id).criteria
        )


def _mark(judged: list[CriterionResult], expected: int) -> Mark:
    verdicts = {result.verdict for result in judged}
    if Verdict.FAILED in verdicts:
        return Mark.FAILED
    if Verdict.UNKNOWN in verdicts:
        return Mark.UNKNOWN
    return Mark.PASSED if judged and len(judged) == expected else Mark.UNSEEN
