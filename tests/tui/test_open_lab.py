"""A lab's marks, points and clock, as its results come in."""

from dataclasses import replace
from itertools import pairwise

from grader.verdict import CriterionResult, Evidence, Verdict
from tests.tui.stage import NOW
from tui.demo_course import COURSE
from tui.marks import Mark
from tui.open_lab import OpenLab
from tui.workbench import LabState

LAB = COURSE.labs[0]


def judged(criterion_id: str, verdict: Verdict, points: int = 0) -> CriterionResult:
    criterion = next(c for c in LAB.steps[0].criteria if c.id == criterion_id)
    return CriterionResult(
        "scale",
        criterion_id,
        verdict,
        Evidence(),
        points,
        criterion.points,
        criterion.guard,
        criterion.requirements,
        0.1,
    )


ALL_PASSED = [
    judged("scaled", Verdict.PASSED, 3),
    judged("reachable", Verdict.PASSED, 2),
    judged("docs-untouched", Verdict.PASSED),
]


def test_a_step_passes_once_and_with_its_last_criterion() -> None:
    lab = OpenLab(LAB, LabState(LAB.id))
    assert [lab.judge(result, NOW) for result in ALL_PASSED] == [False, False, True]
    assert not lab.judge(ALL_PASSED[0], NOW)
    assert lab.points(lab.step) == 5


def test_a_violated_guard_costs_the_step_and_is_shown_as_a_row_of_its_own() -> None:
    lab = OpenLab(LAB, LabState(LAB.id))
    for result in (*ALL_PASSED[:2], judged("docs-untouched", Verdict.FAILED)):
        assert not lab.judge(result, NOW)
    assert lab.points(lab.step) == 0
    assert [(row.id, row.mark) for row in lab.rows()] == [
        ("R1", Mark.PASSED),
        ("R2", Mark.PASSED),
        ("docs-untouched", Mark.FAILED),
    ]


def test_a_passed_step_stays_passed_when_its_cluster_moves_on() -> None:
    lab = OpenLab(LAB, LabState(LAB.id))
    for result in (*ALL_PASSED, judged("scaled", Verdict.FAILED)):
        lab.judge(result, NOW)
    assert lab.step_mark(lab.step) is Mark.PASSED
    assert lab.points(lab.step) == 5
    assert lab.rows()[0].mark is Mark.FAILED


def test_a_requirement_nobody_looked_at_is_neither_passed_nor_failed() -> None:
    rows = OpenLab(LAB, LabState(LAB.id)).rows()
    assert [(row.mark, row.points, row.max_points) for row in rows] == [
        (Mark.UNSEEN, 0, 3),
        (Mark.UNSEEN, 0, 2),
    ]


def test_the_clock_stands_when_the_last_step_passed() -> None:
    lab = OpenLab(LAB, LabState(LAB.id, started_at=NOW, passed_steps=frozenset({"update"})))
    for result in ALL_PASSED:
        lab.judge(result, NOW + 90)
    assert lab.finished
    assert lab.seconds(NOW + 1000) == 90


def test_points_of_a_finished_attempt_are_those_of_the_records() -> None:
    lab = OpenLab(LAB, replace(LabState(LAB.id), passed_steps=frozenset({"scale", "update"})))
    assert lab.all_points == LAB.points
    assert all(a <= b for a, b in pairwise([0, lab.all_points]))
