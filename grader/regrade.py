"""Judges an attempt again from what was recorded with its verdicts: no cluster, today's grader."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.baseline import tools_of
from grader.judgement import Case, against_steady
from grader.recording import RecordedSource, Recording
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding, Verdict
from grader.waves import look_once
from labs import records
from labs.course import load_lab
from labs.errors import SeatrialError
from labs.model import Criterion, Lab
from labs.progress import Progress


class NothingRecorded(SeatrialError):
    """There is no such attempt, or nothing was kept with its verdicts. Wrong usage."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Regraded:
    """One criterion then and now. `now` is None where today's lab has no such criterion."""

    step_id: str
    criterion_id: str
    then: Verdict
    now: Finding | None
    points_then: int
    points_now: int

    @property
    def changed(self) -> bool:
        return self.now is None or self.now.verdict is not self.then


def look_again(case: Case, recording: Recording) -> Finding:
    """What today's check finds in what was seen then; UNKNOWN where it asks for more."""
    around = Surroundings(
        round=Round(RecordedSource(recording.answers)),
        time_scale=recording.time_scale,
        baseline=case.baseline,
        memory=dict(recording.memory),
        patient=recording.patient,
    )
    finding = look_once(case, around)
    if finding.verdict is Verdict.PASSED:
        finding = against_steady(finding, recording.steady)
    return finding


def find_attempt(progress: Progress, name: str) -> records.Attempt:
    """By its number, or the newest one of a lab. Raises NothingRecorded, ProgressError."""
    if name.isdigit():
        return progress.attempt(int(name))
    history = progress.history(name)
    if not history:
        raise NothingRecorded(f"There is no attempt of {name!r}.", "Name a lab or a number.")
    return history[0]


def regrade(progress: Progress, attempt: records.Attempt) -> list[Regraded]:
    """All criteria with recorded verdicts, in the lab's order. Raises NothingRecorded, LabError."""
    rows = {(row.step, row.criterion): row for row in progress.recorded(attempt.id)}
    if not rows:
        raise NothingRecorded(
            f"Nothing was kept with the verdicts of attempt {attempt.id} of {attempt.lab}.",
            "Attempts of older versions, and those never checked, cannot be judged again.",
        )
    lab = load_lab(attempt.lab, attempt.seed)
    found = [_regraded(case, rows.pop(_name(case))) for case in _cases(lab, attempt, rows)]
    return found + [_gone(row) for row in rows.values()]


def _cases(
    lab: Lab, attempt: records.Attempt, rows: dict[tuple[str, str], records.VerdictRow]
) -> Iterator[Case]:
    baseline = attempt.baseline or {}
    for step in lab.steps:
        for criterion in step.criteria:
            if (step.id, criterion.id) in rows:
                remembered = baseline.get(f"{step.id}/{criterion.id}")
                yield Case(step.id, criterion, remembered, tools=tools_of(baseline))


def _name(case: Case) -> tuple[str, str]:
    return case.step_id, case.criterion.id


def _regraded(case: Case, row: records.VerdictRow) -> Regraded:
    now = look_again(case, Recording.unpack(row.seen or b""))
    return Regraded(
        row.step,
        row.criterion,
        Verdict(row.verdict),
        now,
        row.points,
        _points(case.criterion, now),
    )


def _points(criterion: Criterion, finding: Finding) -> int:
    return criterion.points if finding.verdict is Verdict.PASSED else 0


def _gone(row: records.VerdictRow) -> Regraded:
    return Regraded(row.step, row.criterion, Verdict(row.verdict), None, row.points, 0)
