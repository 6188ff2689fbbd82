"""What a learner has done, kept in SQLite so that nothing acknowledged is ever lost.

When a method that writes returns, its data is on the disk. Methods may be called from any thread.
Import it where it is used: SQLAlchemy takes 0.2 s. The values that it returns are `labs.records`.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from labs import paths
from labs import progress_tables as tables
from labs.progress_rows import (
    attempt_of,
    is_same,
    kept_score,
    kept_verdict,
    latest_verdicts,
    recorded_verdicts,
    state_of,
)
from labs.records import (
    Attempt,
    LabState,
    NewAttempt,
    Note,
    ProgressError,
    StepScore,
    VerdictRow,
)

_DAMAGE = ("malformed", "not a database", "disk image", "corrupt")


@dataclass(frozen=True, slots=True)
class Progress:
    """All attempts of this user."""

    path: Path
    engine: Engine
    clock: Callable[[], float] = time.time

    @classmethod
    def open(cls, path: Path | None = None, clock: Callable[[], float] = time.time) -> Self:
        """Open `path` (default: in the XDG data folder), create it if need be.

        Raises ProgressError when it is damaged or from a newer Seatrial.
        """
        path = path or paths.data() / "progress.sqlite"
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ProgressError(
                f"The folder {path.parent} cannot be made: {error.strerror}.",
                "Free the way, or set XDG_DATA_HOME to another folder.",
            ) from error
        progress = cls(path, tables.engine_of(path), clock)
        try:
            progress._prepare()
        except ProgressError:
            progress.close()
            raise
        return progress

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- attempts

    def start_attempt(self, new: NewAttempt) -> Attempt:
        """Begin an attempt; one of the same lab that was not finished is finished by this."""
        with self._transaction() as connection:
            now = self.clock()
            open_ones = (tables.attempts.c.lab == new.lab) & (tables.attempts.c.finished.is_(None))
            connection.execute(update(tables.attempts).where(open_ones).values(finished=now))
            row = connection.execute(
                insert(tables.attempts)
                .values(
                    lab=new.lab,
                    mode=new.mode,
                    seed=new.seed,
                    variables=dict(new.variables),
                    content_hash=new.content_hash,
                    image=new.image,
                    virtualisation=new.virtualisation,
                    started=now,
                )
                .returning(tables.attempts)
            ).one()
            return attempt_of(row)

    def attempt(self, attempt_id: int) -> Attempt:
        """Raises ProgressError when there is none."""
        with self._transaction() as connection:
            found = select(tables.attempts).where(tables.attempts.c.id == attempt_id)
            row = connection.execute(found).one_or_none()
        if row is None:
            raise ProgressError(f"There is no attempt {attempt_id}.", "Start the lab again.")
        return attempt_of(row)

    def current_attempt(self, lab_id: str) -> Attempt | None:
        """The attempt of a lab that is not finished."""
        unfinished = [attempt for attempt in self.history(lab_id) if attempt.finished is None]
        return unfinished[0] if unfinished else None

    def history(self, lab_id: str) -> list[Attempt]:
        """All attempts of a lab, newest first."""
        with self._transaction() as connection:
            found = select(tables.attempts).where(tables.attempts.c.lab == lab_id)
            rows = connection.execute(found.order_by(tables.attempts.c.id.desc())).all()
        return [attempt_of(row) for row in rows]

    def set_baseline(self, attempt_id: int, baseline: Mapping[str, Any]) -> None:
        """Keep the baseline; the lab is ready, and the attempt's clock starts now."""
        self._update(attempt_id, baseline=dict(baseline), ready=self.clock())

    def enter_step(self, attempt_id: int, step: str) -> None:
        """Remember where the learner is."""
        self._update(attempt_id, current_step=step)

    def finish(self, attempt_id: int) -> None:
        self._update(attempt_id, finished=self.clock())

    # --- what was judged

    def record(
        self, attempt_id: int, rows: Sequence[VerdictRow], scores: Sequence[StepScore] = ()
    ) -> None:
        """Keep verdicts and steps' scores. A verdict that is as it was before takes no new row."""
        with self._transaction() as connection:
            now = self.clock()
            latest = {
                (row.step, row.criterion): row for row in latest_verdicts(connection, attempt_id)
            }
            changed = [
                row for row in rows if not is_same(latest.get((row.step, row.criterion)), row)
            ]
            if changed:
                values = [kept_verdict(connection, attempt_id, row, now) for row in changed]
                connection.execute(insert(tables.verdicts), values)
            for score in scores:
                connection.execute(kept_score(attempt_id, score, now))

    def latest_verdicts(self, attempt_id: int) -> list[VerdictRow]:
        """The newest verdict of every criterion that was judged."""
        with self._transaction() as connection:
            return latest_verdicts(connection, attempt_id)

    def recorded(self, attempt_id: int) -> list[VerdictRow]:
        """Of every criterion the newest verdict with what it went by, oldest first."""
        with self._transaction() as connection:
            return recorded_verdicts(connection, attempt_id)

    def passed_once(self, attempt_id: int) -> set[tuple[str, str]]:
        """(step, criterion) of everything that has passed at any time of the attempt."""
        verdicts = tables.verdicts.c
        passed = (verdicts.attempt == attempt_id) & (verdicts.verdict == "PASSED")
        with self._transaction() as connection:
            rows = connection.execute(select(verdicts.step, verdicts.criterion).where(passed))
            return {(step, criterion) for step, criterion in rows}

    def passed_steps(self, attempt_id: int) -> dict[str, float]:
        """Steps that were passed in the attempt, and when for the first time."""
        scores = tables.scores.c
        found = select(scores.step, scores.passed_at).where(scores.attempt == attempt_id)
        with self._transaction() as connection:
            rows = connection.execute(found.where(scores.passed)).all()
        return {row.step: row.passed_at for row in rows}

    # --- hints and notes

    def hint_used(self, attempt_id: int, step: str, number: int) -> None:
        """Remember that hint `number` (from 0) was shown; a second time changes nothing."""
        with self._transaction() as connection:
            row = {"attempt": attempt_id, "step": step, "number": number, "at": self.clock()}
            connection.execute(insert(tables.hints).values(row).on_conflict_do_nothing())

    def hints_used(self, attempt_id: int) -> dict[str, int]:
        """How many hints of each step were shown."""
        hints = tables.hints.c
        counted = select(hints.step, func.count()).where(hints.attempt == attempt_id)
        with self._transaction() as connection:
            rows = connection.execute(counted.group_by(hints.step)).all()
        return {step: number for step, number in rows}

    def note(self, attempt_id: int, step: str, text: str) -> None:
        with self._transaction() as connection:
            row = {"attempt": attempt_id, "step": step, "text": text, "at": self.clock()}
            connection.execute(insert(tables.notes).values(row))

    def notes(self, attempt_id: int) -> list[Note]:
        """All notes of an attempt, oldest first."""
        found = select(tables.notes).where(tables.notes.c.attempt == attempt_id)
        with self._transaction() as connection:
            rows = connection.execute(found.order_by(tables.notes.c.id)).all()
        return [Note(row.step, row.text, row.at) for row in rows]

    # --- the whole course

    def states(self) -> dict[str, LabState]:
        """By lab id, for every lab that was ever attempted."""
        attempts = tables.attempts.c
        with self._transaction() as connection:
            columns = (attempts.id, attempts.lab, attempts.started, attempts.finished)
            attempt_rows = connection.execute(select(*columns).order_by(attempts.id)).all()
            score_rows = connection.execute(select(tables.scores)).all()
        points: dict[int, int] = {}
        passed: dict[int, set[str]] = {}
        for row in score_rows:
            points[row.attempt] = points.get(row.attempt, 0) + row.best_points
            if row.passed:
                passed.setdefault(row.attempt, set()).add(row.step)
        labs = {row.lab for row in attempt_rows}
        return {
            lab: state_of(lab, [row for row in attempt_rows if row.lab == lab], points, passed)
            for lab in labs
        }

    # --- inside

    def _update(self, attempt_id: int, **values: object) -> None:
        with self._transaction() as connection:
            changed = update(tables.attempts).where(tables.attempts.c.id == attempt_id)
            connection.execute(changed.values(**values))

    def _prepare(self) -> None:
        with self._transaction() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > tables.VERSION:
                raise ProgressError(
                    f"{self.path} was written by a newer Seatrial.", "Use that one, or a newer one."
                )
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() != "ok":
                raise self._damaged()
            if version < tables.VERSION:
                tables.bring_up_to_date(connection, version)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            reason = str(error.orig)
            if any(word in reason for word in _DAMAGE):
                raise self._damaged() from error
            raise ProgressError(
                f"{self.path} cannot be used: {reason}.",
                "See whether the disk is full, the file yours, or another Seatrial busy with it.",
            ) from error

    def _damaged(self) -> ProgressError:
        return ProgressError(
            f"The record of your progress, {self.path}, is damaged.",
            "Move it away or put a copy in its place; without it, a new one is begun.",
        )
