"""Rows of progress.sqlite as records and back."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from labs import progress_tables as tables
from labs.records import Attempt, LabState, StepScore, VerdictRow


def attempt_of(row: Row[Any]) -> Attempt:
    return Attempt(**row._asdict())


def latest_verdicts(connection: Connection, attempt_id: int) -> list[VerdictRow]:
    verdicts = tables.verdicts.c
    newest = select(func.max(verdicts.id)).where(verdicts.attempt == attempt_id)
    newest = newest.group_by(verdicts.step, verdicts.criterion)
    found = select(tables.verdicts).where(verdicts.id.in_(newest)).order_by(verdicts.id)
    return [
        VerdictRow(row.step, row.criterion, row.verdict, row.points, row.evidence, row.at)
        for row in connection.execute(found)
    ]


def recorded_verdicts(connection: Connection, attempt_id: int) -> list[VerdictRow]:
    verdicts, recordings = tables.verdicts.c, tables.recordings.c
    newest = select(func.max(verdicts.id)).where(verdicts.attempt == attempt_id)
    newest = newest.where(verdicts.seen.is_not(None)).group_by(verdicts.step, verdicts.criterion)
    found = select(tables.verdicts, recordings.data).join(
        tables.recordings, verdicts.seen == recordings.digest
    )
    rows = connection.execute(found.where(verdicts.id.in_(newest)).order_by(verdicts.id))
    return [
        VerdictRow(r.step, r.criterion, r.verdict, r.points, r.evidence, r.at, r.data) for r in rows
    ]


def kept_verdict(
    connection: Connection, attempt_id: int, row: VerdictRow, now: float
) -> dict[str, object]:
    """The values of a verdict's row, after what it went by was kept."""
    digest = None if row.seen is None else hashlib.sha256(row.seen).hexdigest()[:32]
    if digest is not None:
        recording = insert(tables.recordings).values(digest=digest, data=row.seen)
        connection.execute(recording.on_conflict_do_nothing())
    return {
        "attempt": attempt_id,
        "step": row.step,
        "criterion": row.criterion,
        "verdict": row.verdict,
        "points": row.points,
        "evidence": dict(row.evidence),
        "at": now,
        "seen": digest,
    }


def is_same(before: VerdictRow | None, now: VerdictRow) -> bool:
    return before is not None and (
        (before.verdict, before.points, before.evidence)
        == (now.verdict, now.points, dict(now.evidence))
    )


def kept_score(attempt_id: int, score: StepScore, now: float) -> Any:
    """The statement that keeps the best points of a step and its first pass."""
    passed_at = now if score.passed else None
    row = insert(tables.scores).values(
        attempt=attempt_id,
        step=score.step,
        best_points=score.points,
        passed=score.passed,
        passed_at=passed_at,
    )
    before = tables.scores.c
    return row.on_conflict_do_update(
        index_elements=["attempt", "step"],
        set_={
            "best_points": func.max(before.best_points, row.excluded.best_points),
            "passed": before.passed | row.excluded.passed,
            "passed_at": func.coalesce(before.passed_at, row.excluded.passed_at),
        },
    )


def state_of(
    lab: str, rows: Sequence[Any], points: Mapping[int, int], passed: Mapping[int, set[str]]
) -> LabState:
    unfinished = [row.id for row in rows if row.finished is None]
    return LabState(
        lab=lab,
        attempts=len(rows),
        best_points=max(points.get(row.id, 0) for row in rows),
        passed_steps=frozenset().union(*(passed.get(row.id, set()) for row in rows)),
        current=unfinished[-1] if unfinished else None,
        last=rows[-1].started,
    )
