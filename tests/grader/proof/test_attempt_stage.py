"""Proofs side by side: what happens to those that run when somebody presses Ctrl-C."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import replace

import pytest

from cluster.events import LogLine
from grader.attempt import readiness_lines
from grader.proof import attempt_stage
from grader.proof.attempt_stage import AttemptStage, proofs
from grader.readiness import LabNotReady, prove_ready
from grader.verdict import CriterionResult, Evidence, Verdict
from tests.grader.fakes import FakeCluster, FakeNode, prints
from tests.grader.proof.test_prove import SAMPLE, is_set
from tests.grader.sample_lab import lab

LONG = 600.0
"""Seconds: longer than anybody who pressed Ctrl-C would wait."""


class Attempts:
    """In place of `grader.attempt`: a lab that never becomes ready by itself."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.stopped: list[str] = []

    def start(self, lab_id: str, listener: object, *, stop: threading.Event, **how: str) -> None:
        self.started.set()
        assert stop.wait(LONG)
        raise LabNotReady(f"{lab_id} did not become ready.")

    def stop(self, lab_id: str) -> None:
        self.stopped.append(lab_id)


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Attempts]:
    fake = Attempts()
    monkeypatch.setattr(attempt_stage, "attempt", fake)
    yield fake


def test_an_interruption_ends_the_lab_that_is_being_made_ready(attempts: Attempts) -> None:
    with pytest.raises(KeyboardInterrupt), proofs([SAMPLE]) as running:
        assert attempts.started.wait(10)
        raise KeyboardInterrupt
    assert running[SAMPLE.id].done()
    assert set(attempts.stopped) == {SAMPLE.id}


def test_nodes_that_are_being_made_end_at_their_next_event() -> None:
    stage = AttemptStage(SAMPLE, lambda event: None, threading.Event())
    stage._listen(LogLine("goes on"))
    stage.given_up.set()
    with pytest.raises(CancelledError):
        stage._listen(LogLine("ends"))


def test_nobody_waits_for_readiness_after_a_stop() -> None:
    waits = replace(is_set("a", "1"), eventually=LONG)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(LabNotReady, match="stopped"):
        prove_ready(
            replace(lab(), ready=(waits,)),
            FakeCluster({"n1": FakeNode("n1", prints("", 1))}),
            stop=stop,
        )


def test_every_criterion_of_the_readiness_is_a_line_of_the_log() -> None:
    heard: list[object] = []
    tell = readiness_lines(heard.append)
    good = CriterionResult("ready", "R1", Verdict.PASSED, Evidence(), 0, 0, False, (), 1.0)
    tell(good)
    tell(replace(good, verdict=Verdict.FAILED, evidence=Evidence(why="no lease")))
    assert heard == [LogLine("R1 PASSED"), LogLine("R1 FAILED: no lease")]
