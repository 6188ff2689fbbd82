"""One learner's run through one lab: begun, found again, judged, ended. Ties nodes to records."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from secrets import token_hex

from cluster import image, lifecycle, virtualisation
from cluster.events import (
    Event,
    LabReady,
    Listener,
    LogLine,
    PhaseProgressed,
    PhaseStarted,
    ignore,
)
from cluster.lock import held
from cluster.naming import slug
from cluster.running import RunningLab
from grader import live
from grader.baseline import capture
from grader.grade import Grader
from grader.readiness import prove_ready
from grader.verdict import Baseline, CriterionResult, GradeReport, StepResult, Verdict
from grader.waves import OnResult
from labs import paths, records
from labs.course import find_lab, load_lab
from labs.errors import SeatrialError
from labs.model import Lab, NodeScript
from labs.progress import Progress

NODES_SHARE = 0.9
"""Of the work of beginning an attempt; the rest is the lab's own set-up."""


class NotRunning(SeatrialError):
    """The lab has no attempt with nodes."""


class UnknownStep(SeatrialError):
    """The lab has no such step. Wrong usage."""

    exit_code = 3


class UnknownNode(SeatrialError):
    """The lab has no such node. Wrong usage."""

    exit_code = 3


class ScriptFailed(SeatrialError):
    """A lab's own script ended with an error on a node."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt whose nodes run and whose baseline is known."""

    record: records.Attempt
    lab: Lab
    cluster: RunningLab

    @property
    def baseline(self) -> Baseline:
        return self.record.baseline or {}


def start(
    lab_id: str,
    listener: Listener = ignore,
    *,
    mode: str = "learn",
    seed: str = "",
    stop: threading.Event | None = None,
) -> Attempt:
    """Resume the lab's attempt if its nodes still exist; else begin a new one with fresh nodes.

    May be killed at any moment: a half-begun attempt is begun anew by the next call. Blocks for
    seconds to minutes; when `stop` is set, it no longer waits for the lab to become ready. Raises
    SeatrialError.
    """
    find_lab(lab_id)
    with _alone(lab_id):
        found = _unfinished(lab_id)
        if found:
            lab = load_lab(lab_id, found.seed)
            return Attempt(found, lab, lifecycle.up(lab_id, lab.profile, listener))
        seed = seed or token_hex(4)
        return _begin(load_lab(lab_id, seed), seed, listener, mode, stop)


def resume(lab_id: str) -> Attempt:
    """The lab's attempt, its nodes as they are. Raises NotRunning, UnknownLab."""
    find_lab(lab_id)
    found = _unfinished(lab_id)
    cluster = lifecycle.find(lab_id)
    if found is None or cluster is None:
        raise NotRunning(f"{lab_id} is not running.", f"Start it: seatrial up {lab_id}")
    return Attempt(found, load_lab(lab_id, found.seed), cluster)


def stop(lab_id: str) -> None:
    """Remove the lab's nodes and end its attempt. Idempotent."""
    find_lab(lab_id)
    with _alone(lab_id):
        lifecycle.down(lab_id)
        with Progress.open() as progress:
            current = progress.current_attempt(lab_id)
            if current:
                progress.finish(current.id)


def grade(
    attempt: Attempt,
    steps: Sequence[str] | None = None,
    on_result: Callable[[CriterionResult], None] = lambda result: None,
) -> GradeReport:
    """Judge steps (default: all) and record the verdicts before they are returned."""
    with Progress.open() as progress:
        passed = progress.passed_once(attempt.record.id)
        grader = Grader(attempt.lab, attempt.cluster, attempt.baseline, passed)
        report = grader.grade(steps, on_result)
        record(progress, attempt.record.id, report.steps)
    return report


def watch(
    attempt: Attempt,
    step_id: str,
    on_result: Callable[[CriterionResult], None],
    stop: threading.Event,
) -> None:
    """Judge a step until `stop` is set; what is seen is recorded before it is told."""
    with Progress.open() as progress:
        passed = progress.passed_once(attempt.record.id)
        grader = Grader(attempt.lab, attempt.cluster, attempt.baseline, passed)
        seen: dict[str, CriterionResult] = {}

        def keep(result: CriterionResult) -> None:
            seen[result.criterion_id] = result
            whole = len(seen) == len(attempt.lab.step(step_id).criteria)
            step = StepResult(step_id, tuple(seen.values()) if whole else (result,))
            record(progress, attempt.record.id, [step], whole=whole)
            on_result(result)

        live.watch(grader, step_id, keep, stop)


def record(
    progress: Progress, attempt_id: int, steps: Sequence[StepResult], *, whole: bool = True
) -> None:
    """Keep the verdicts of steps, with their evidence, durably; scores of whole steps only."""
    rows = [
        records.VerdictRow(
            result.step_id,
            result.criterion_id,
            result.verdict.value,
            result.points,
            asdict(result.evidence),
            seen=result.seen.pack() if result.seen else None,
        )
        for step in steps
        for result in step.results
    ]
    scores = [
        records.StepScore(step.step_id, step.points, step.verdict is Verdict.PASSED)
        for step in steps
        if whole
    ]
    progress.record(attempt_id, rows, scores)


def require_step(lab: Lab, step_id: str) -> None:
    """Raises UnknownStep, which names the steps that there are."""
    known = [step.id for step in lab.steps]
    if step_id not in known:
        raise UnknownStep(f"{lab.id} has no step {step_id!r}.", f"Its steps: {', '.join(known)}.")


def run_scripts(
    cluster: RunningLab, scripts: Sequence[NodeScript], listener: Listener = ignore
) -> None:
    """Run scripts one after the other. Raises ScriptFailed with the last lines of a failure."""
    for script in scripts:
        result = cluster.run_script(script)
        for line in (result.stdout + result.stderr).splitlines():
            listener(LogLine(line, script.node))
        if result.code:
            last = " / ".join((result.stderr or result.stdout).strip().splitlines()[-3:])
            raise ScriptFailed(
                f"{script.path.name} failed on {script.node} with code {result.code}: {last}",
                f"The script is {script.path}.",
            )


def _begin(
    lab: Lab, seed: str, listener: Listener, mode: str, stop: threading.Event | None
) -> Attempt:
    lifecycle.down(lab.id)
    built = image.current("debian") or image.build("debian", listener)
    with Progress.open() as progress:
        new = records.NewAttempt(
            lab.id,
            seed,
            mode,
            lab.variables,
            lab.content_hash,
            built.name,
            virtualisation.probe().kind.value,
        )
        begun = progress.start_attempt(new)
        began = time.monotonic()
        cluster = lifecycle.up(lab.id, lab.profile, _nodes_only(listener))
        listener(PhaseStarted("preparing the exercise", NODES_SHARE))
        run_scripts(cluster, lab.setup, listener)
        listener(PhaseStarted("proving that it is ready", 0.95))
        prove_ready(lab, cluster, readiness_lines(listener), stop=stop)
        progress.set_baseline(begun.id, dict(capture(lab, cluster)))
        listener(LabReady(lab.id, time.monotonic() - began))
        return Attempt(progress.attempt(begun.id), lab, cluster)


def readiness_lines(listener: Listener) -> OnResult:
    """Each criterion of the readiness is a line of the log."""

    def tell(result: CriterionResult) -> None:
        why = f": {result.evidence.why}" if result.evidence.why else ""
        listener(LogLine(f"{result.criterion_id} {result.verdict.value}{why}"))

    return tell


def _nodes_only(listener: Listener) -> Listener:
    """The nodes are only the first share of the work, and with them the lab is not ready yet."""

    def listen(event: Event) -> None:
        if isinstance(event, PhaseStarted | PhaseProgressed):
            listener(replace(event, fraction=event.fraction * NODES_SHARE))
        elif not isinstance(event, LabReady):
            listener(event)

    return listen


def _unfinished(lab_id: str) -> records.Attempt | None:
    """The attempt that can be gone on with: made ready once, and its nodes still exist."""
    with Progress.open() as progress:
        current = progress.current_attempt(lab_id)
    if current is None or current.ready is None:
        return None
    phases = {lab.lab_id: lab.phase for lab in lifecycle.status()}
    return current if phases.get(lab_id) in ("running", "off") else None


@contextmanager
def _alone(lab_id: str) -> Iterator[None]:
    with held(paths.state() / f"{slug(lab_id)}.attempt.lock", lab_id):
        yield
