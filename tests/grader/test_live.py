import threading
from dataclasses import replace
from typing import Any

import pytest

from cluster.node import CommandResult
from grader.grade import Grader
from grader.live import pause_after, watch
from grader.verdict import CriterionResult
from labs.model import Criterion, Keep
from tests.grader.fakes import FakeNode, prints, world
from tests.grader.sample_lab import criterion, lab, step


class Scripted(FakeNode):
    """Answers one exit status after the other, and sets `over` after the last."""

    def script(self, *codes: int | None) -> threading.Event:
        self.over = threading.Event()
        self.codes = list(codes)
        return self.over

    __slots__ = ("codes", "over")

    def run(self, *args: Any, **kwargs: Any) -> CommandResult:
        code = self.codes.pop(0)
        if not self.codes:
            self.over.set()
        self.lost = code is None
        FakeNode.run(self, *args, **kwargs)
        return CommandResult(code or 0, "", "")


def watched(*codes: int | None, **changes: Any) -> list[str]:
    """The verdicts that are told while a node answers these exit statuses; the last is not."""
    node = Scripted("n1")
    over = node.script(*codes, 0)
    here = world(nodes=[node])
    one: Criterion = replace(
        criterion("c", "command", node="n1", argv=["true"]), **{"eventually": 60.0, **changes}
    )
    told: list[CriterionResult] = []
    grader = Grader(lab(step("one", one)), here.cluster, {}, (), here.link())
    watch(grader, "one", told.append, over, shortest_pause=0)
    return [result.verdict.value for result in told]


def test_a_verdict_is_told_when_it_is_first_known_and_when_it_changes() -> None:
    assert watched(1, 1, 0, 0, 0, 1) == ["FAILED", "PASSED", "FAILED"]


def test_one_blind_look_is_not_told() -> None:
    assert watched(0, None, 0, 0) == ["PASSED"]


def test_three_blind_looks_are_told() -> None:
    assert watched(0, None, None, None, 0) == ["PASSED", "UNKNOWN", "PASSED"]


def test_what_is_needed_only_once_is_not_looked_at_again() -> None:
    node = Scripted("n1")
    over = node.script(1, 0, 1)
    here = world(nodes=[node])
    once = replace(criterion("c", "command", node="n1", argv=["true"]), keep=Keep.ONCE)
    told: list[CriterionResult] = []
    grader = Grader(lab(step("one", once)), here.cluster, {}, (), here.link())
    watch(grader, "one", told.append, over, shortest_pause=0)
    assert [result.verdict.value for result in told] == ["FAILED", "PASSED"]
    assert node.codes == [1]


def test_a_pass_on_record_is_told_and_not_looked_at_again() -> None:
    here = world(nodes=[FakeNode("n1", lost=True)])
    once = replace(criterion("c", "command", node="n1", argv=["true"]), keep=Keep.ONCE)
    told: list[CriterionResult] = []
    grader = Grader(lab(step("one", once)), here.cluster, {}, {("one", "c")}, here.link())
    watch(grader, "one", told.append, threading.Event())
    assert [(result.verdict.value, result.points) for result in told] == [("PASSED", 2)]


def test_what_must_hold_does_not_pass_at_the_first_look() -> None:
    assert watched(0, 0, 0, stable=3600.0) == []


def test_the_pause_grows_with_the_cost_of_a_round() -> None:
    assert pause_after(0.01) == 3.0
    assert pause_after(0.4) == pytest.approx(10.0)
    assert pause_after(60) == 20.0


def test_what_needs_another_is_blocked_by_it_and_told_once_it_is_not() -> None:
    first, second = Scripted("n1"), FakeNode("n2", prints("", 1))
    over = first.script(1, 1, 0, 0, 0)
    here = world(nodes=[first, second])
    up = criterion("up", "command", node="n1", argv=["true"])
    then = replace(criterion("then", "command", node="n2", argv=["true"]), needs=("up",))
    told: list[tuple[str, str]] = []
    grader = Grader(lab(step("one", up, then)), here.cluster, {}, (), here.link())

    def tell(result: CriterionResult) -> None:
        told.append((result.criterion_id, result.verdict.value))

    watch(grader, "one", tell, over, shortest_pause=0)
    assert told == [("up", "FAILED"), ("then", "UNKNOWN"), ("up", "PASSED"), ("then", "FAILED")]
