"""What a proof demands: which parts, and of each grading and script. Raises `Refuted`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from cluster.node import CommandResult
from grader.verdict import GradeReport, StepResult, Verdict
from labs.errors import SeatrialError
from labs.model import Criterion, Keep, Lab, NodeScript, Step


class Refuted(SeatrialError):
    """A part of the proof does not hold."""


def part_names(lab: Lab) -> list[str]:
    """All parts of a lab's proof, in the order in which they are proved."""
    return [
        "untouched",
        "twice",
        *(f"solution:{solution.id}" for solution in lab.solutions),
        "notebook",
        "cleanup",
        *(f"wrong:{answer.id}" for answer in lab.wrong),
    ]


@dataclass(frozen=True, slots=True)
class Demands:
    """What is to be proved."""

    only: Collection[str] = ()
    """Full names of parts, and the words before their colons (`wrong`); () means all."""
    runs: int = 2
    """How often each step of a solution is run, and graded after it."""
    patience: float = 1.0
    """What share of its time a criterion gets that is to fail, which is to be waited for."""

    def parts(self, lab: Lab) -> list[str]:
        """Raises Refuted for a name that the lab does not have."""
        names = part_names(lab)
        for name in self.only:
            if not any(name in (one, one.partition(":")[0]) for one in names):
                raise Refuted(f"The proof of {lab.id} has no part {name!r}.", f"It has {names}.")
        wanted = set(self.only)
        return [one for one in names if not wanted or {one, one.partition(":")[0]} & wanted]


ALL = Demands()


def hurried(lab: Lab, patience: float, to_fail: Callable[[Step, Criterion], bool]) -> Lab:
    """The lab with this share of the time for those criteria that are to fail."""
    steps = []
    for step in lab.steps:
        criteria = [
            replace(one, eventually=one.eventually * patience) if to_fail(step, one) else one
            for one in step.criteria
        ]
        steps.append(replace(step, criteria=tuple(criteria)))
    return replace(lab, steps=tuple(steps))


def demand_success(script: NodeScript, result: CommandResult) -> None:
    if result.code:
        last = " / ".join((result.stderr or result.stdout).strip().splitlines()[-3:])
        raise Refuted(f"{script.path.name} failed on {script.node} with {result.code}: {last}")


def demand_nothing_earned(report: GradeReport) -> None:
    """No criterion with points is PASSED, and every guard is."""
    for step in report.steps:
        for result in step.results:
            name = f"{result.step_id}/{result.criterion_id}"
            if result.guard and result.verdict is not Verdict.PASSED:
                raise Refuted(f"nothing was done, yet the guard {name} says: {result.evidence.why}")
            if not result.guard and result.verdict is Verdict.PASSED:
                raise Refuted(f"nothing was done, yet {name} is PASSED: {result.evidence.actual}")


def demand_full_points(steps: Sequence[StepResult], how: str) -> None:
    for step in steps:
        for result in step.results:
            if result.verdict is not Verdict.PASSED:
                raise Refuted(
                    f"{how}, {result.step_id}/{result.criterion_id} is {result.verdict.value}: "
                    f"{result.evidence.why}"
                )


def passes_for_ever(lab: Lab, report: GradeReport) -> set[tuple[str, str]]:
    """(step, criterion) of the passes that count for ever once they are recorded."""
    once = {
        (step.id, criterion.id)
        for step in lab.steps
        for criterion in step.criteria
        if criterion.keep is Keep.ONCE
    }
    passed = {
        (result.step_id, result.criterion_id)
        for step in report.steps
        for result in step.results
        if result.verdict is Verdict.PASSED
    }
    return once & passed


def verdicts(report: GradeReport) -> Iterator[tuple[str, str]]:
    """Names and verdicts of all criteria, in order."""
    for step in report.steps:
        for result in step.results:
            yield f"{result.step_id}/{result.criterion_id}", result.verdict.value
