"""What a proof demands of a grading, and of a lab's scripts. Raises `Refuted` with the reason."""

from collections.abc import Iterator, Sequence

from cluster.node import CommandResult
from grader.verdict import GradeReport, StepResult, Verdict
from labs.errors import SeatrialError
from labs.model import Keep, Lab, NodeScript


class Refuted(SeatrialError):
    """A part of the proof does not hold."""


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
