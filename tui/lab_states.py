"""What the screens show of every lab, read from the records and the ledger of proofs."""

from collections.abc import Collection, Mapping
from typing import TypedDict

from grader.verdict import CriterionResult, Evidence, StepResult, Verdict
from labs.model import Course, Criterion, Lab
from labs.progress import Progress
from labs.proof import Proof, read_proofs
from labs.records import Attempt, VerdictRow
from tui.workbench import LabState


def read_states(
    course: Course, progress: Progress, running: Collection[str]
) -> Mapping[str, LabState]:
    """One state per lab of the course, by lab id. Raises ProgressError, LabError."""
    known, proofs = progress.states(), read_proofs()
    states = {}
    for lab in course.labs:
        proof, before = proofs.get(lab.id), known.get(lab.id)
        attempt = progress.current_attempt(lab.id) if lab.id in running else None
        if attempt:
            present = _present(lab, attempt, progress)
        elif before:
            present = Present(points=before.best_points, passed_steps=before.passed_steps)
        else:
            present = Present()
        last_proof = _proof_line(proof, lab) if proof else ""
        states[lab.id] = LabState(
            lab_id=lab.id, running=lab.id in running, last_proof=last_proof, **present
        )
    return states


class Present(TypedDict, total=False):
    """The fields of LabState that come from the records."""

    points: int
    passed_steps: frozenset[str]
    current_step: str
    results: Mapping[str, StepResult]
    hints_used: Mapping[str, int]
    started_at: float | None
    finished_at: float | None


def _present(lab: Lab, attempt: Attempt, progress: Progress) -> Present:
    passed = progress.passed_steps(attempt.id)
    done = len(passed) == len(lab.steps)
    results = results_of(lab, progress.latest_verdicts(attempt.id))
    return Present(
        points=sum(step.points for step in results.values()),
        passed_steps=frozenset(passed),
        current_step=attempt.current_step,
        results=results,
        hints_used=progress.hints_used(attempt.id),
        started_at=attempt.ready,
        finished_at=max(passed.values()) if done else None,
    )


def results_of(lab: Lab, rows: Collection[VerdictRow]) -> dict[str, StepResult]:
    """Recorded verdicts as results of the lab as it is now; unknown criteria are left out."""
    by_criterion = {(row.step, row.criterion): row for row in rows}
    results = {}
    for step in lab.steps:
        judged = [
            _result(step.id, criterion, by_criterion[step.id, criterion.id])
            for criterion in step.criteria
            if (step.id, criterion.id) in by_criterion
        ]
        if judged:
            results[step.id] = StepResult(step.id, tuple(judged))
    return results


def _result(step_id: str, criterion: Criterion, row: VerdictRow) -> CriterionResult:
    return CriterionResult(
        step_id,
        criterion.id,
        Verdict(row.verdict),
        Evidence(**row.evidence),
        row.points,
        criterion.points,
        criterion.guard,
        criterion.requirements,
        seconds=0.0,
    )


def _proof_line(proof: Proof, lab: Lab) -> str:
    minutes = f"{max(1, round(proof.seconds / 60))} min"
    stale = "" if proof.content_hash == lab.content_hash else " · of an earlier version"
    return f"{proof.date} · {proof.image} · Kubernetes {proof.kubernetes} · {minutes}{stale}"
