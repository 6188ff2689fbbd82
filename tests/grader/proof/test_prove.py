import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from cluster.events import Event, PhaseStarted
from cluster.node import ApiAccess, CommandResult
from grader.baseline import capture
from grader.kubernetes.inventory import difference
from grader.live_source import ApiLink
from grader.proof.demands import Demands, Refuted, hurried, part_names
from grader.proof.prove import prove
from grader.proof.report import ProofReport
from grader.proof.stage import Started
from grader.verdict import Verdict
from labs.model import Criterion, Keep, Lab, NodeScript, Solution, WrongAnswer
from tests.grader.fakes import FakeApi, FakeNode
from tests.grader.kubernetes_objects import deployment
from tests.grader.sample_lab import criterion, lab, step, text

State = dict[str, str]
"""What the scripts of these labs change: names and values."""


def script(line: str) -> NodeScript:
    """`a=1` sets, `-a` removes, `fail` ends with an error."""
    return NodeScript("n1", line, Path(f"{line}.sh"))


@dataclass
class FakeStage:
    """Nodes that remember what scripts set. `setup` is the state right after set-up."""

    lab: Lab
    setup: State
    cells: dict[str, str] = field(default_factory=dict)
    starts: int = 0
    backs: int = 0
    kept: dict[str, State] = field(default_factory=dict)
    state: State = field(default_factory=dict)
    api_: FakeApi = field(default_factory=lambda: FakeApi([deployment()]))
    time_scale: float = 1.0
    given_up: threading.Event = field(default_factory=threading.Event)

    @property
    def nodes(self) -> dict[str, FakeNode]:
        return {"n1": FakeNode("n1", self._read)}

    def _read(self, argv: Sequence[str], stdin: str) -> CommandResult:
        value = self.state.get(argv[-1])
        return CommandResult(0 if value else 1, value or "", "nothing there")

    def api(self) -> ApiAccess:
        return ApiAccess("", "", "", "", "")

    def connect(self, access: ApiAccess, time_scale: float) -> FakeApi:
        return self.api_

    def run_script(self, one: NodeScript) -> CommandResult:
        for word in one.script.split():
            if word == "fail":
                return CommandResult(1, "", "boom")
            name, _, value = word.lstrip("-").partition("=")
            if word.startswith("-"):
                self.state.pop(name, None)
            elif name == "append":
                self.state[value] = self.state.get(value, "") + "x"
            else:
                self.state[name] = value
        return CommandResult(0, "", "")

    def start(self) -> Started:
        self.starts += 1
        self.state.clear()
        self.state.update(self.setup)
        return Started(self, capture(self.lab, self, ApiLink(self, self.connect)))

    reset = start

    def keep(self, name: str) -> None:
        self.kept[name] = dict(self.state)

    def go_back(self, name: str) -> Started:
        self.backs += 1
        self.state.clear()
        self.state.update(self.kept[name])
        return Started(self, capture(self.lab, self, ApiLink(self, self.connect)))

    def run_notebook_step(self, step_id: str) -> str:
        if self.cells.get(step_id) == "broken":
            return "a solution cell failed"
        self.run_script(script(self.cells.get(step_id, "")))
        return ""


def is_set(id_: str, value: str, **changes: Any) -> Criterion:
    check = criterion(id_, "command", node="n1", argv=["read", id_], stdout=value)
    return replace(check, **changes)


def solution(**steps: str) -> Solution:
    return Solution("commands", text(""), {key: (script(line),) for key, line in steps.items()})


def wrong(id_: str, in_step: str, line: str, **expect: str) -> WrongAnswer:
    return WrongAnswer(id_, text(""), in_step, (script(line),), expect)


GUARD = is_set("kept", "yes", guard=True, points=0)
SAMPLE = lab(
    step("one", is_set("a", "1", keep=Keep.ONCE), GUARD),
    step("two", is_set("b", "2")),
    solutions=(solution(one="a=1", two="b=2 a=9"),),
    wrong=(wrong("typo", "two", "b=3", b="FAILED"),),
    setup=(script("kept=yes"),),
    ready=(is_set("kept", "yes"),),
    cleanup=(script("-a -b -kept"),),
)
CELLS = {"one": "a=1", "two": "b=2"}


def proof(sample: Lab = SAMPLE, *only: str, **changes: Any) -> ProofReport:
    stage = FakeStage(sample, **{"setup": {"kept": "yes"}, "cells": CELLS, **changes})
    return prove(sample, stage, demands=Demands(only), connect=stage.connect)


def reason(sample: Lab, part: str, **changes: Any) -> str:
    report = proof(sample, part, **changes)
    assert [one.verdict for one in report.parts] == [Verdict.FAILED], report
    assert report.exit_code == 1
    return report.parts[0].reason


def test_patience_is_a_share_of_the_time_of_what_is_to_fail_alone() -> None:
    waiting = replace(SAMPLE.steps[1].criteria[0], eventually=8.0)
    both = step("two", waiting, replace(waiting, id="c"))
    hasty = hurried(lab(both), 0.25, lambda in_step, one: one.id == "c")
    assert [one.eventually for one in hasty.steps[0].criteria] == [8.0, 2.0]


def test_a_good_lab_is_proved_in_all_parts() -> None:
    report = proof()
    assert (
        [part.name for part in report.parts]
        == part_names(SAMPLE)
        == [
            "untouched",
            "twice",
            "solution:commands",
            "notebook",
            "cleanup",
            "wrong:typo",
        ]
    )
    assert [part.reason for part in report.parts] == [""] * 6
    assert report.proved and report.exit_code == 0


def test_parts_can_be_chosen() -> None:
    assert [part.name for part in proof(SAMPLE, "wrong", "untouched").parts] == [
        "untouched",
        "wrong:typo",
    ]
    with pytest.raises(Refuted, match="no part 'wrong:tpyo'"):
        proof(SAMPLE, "wrong:tpyo")


def test_points_for_doing_nothing_refute_a_lab() -> None:
    assert reason(SAMPLE, "untouched", setup={"kept": "yes", "a": "1"}) == (
        "nothing was done, yet one/a is PASSED: exit 0"
    )


def test_a_guard_that_is_violated_from_the_start_refutes_a_lab() -> None:
    assert "the guard one/kept says" in reason(SAMPLE, "untouched", setup={})


def test_a_solution_must_earn_all_points() -> None:
    weak = replace(SAMPLE, solutions=(solution(one="a=1", two="b=3"),))
    assert "after run 1 of it, two/b is FAILED" in reason(weak, "solution")


def test_a_solution_must_work_twice() -> None:
    once = replace(
        SAMPLE,
        steps=(step("one", is_set("a", "x")), step("two", is_set("b", "2"))),
        solutions=(solution(one="append=a", two="b=2"),),
    )
    assert "after run 2 of it, one/a is FAILED" in reason(once, "solution")
    stage = FakeStage(once, {"kept": "yes"}, CELLS)
    one_run = Demands(["solution"], runs=1)
    assert prove(once, stage, demands=one_run, connect=stage.connect).proved


def test_a_solution_whose_script_fails_refutes_a_lab() -> None:
    broken = replace(SAMPLE, solutions=(solution(one="fail"),))
    assert reason(broken, "solution") == "fail.sh failed on n1 with 1: boom"


def test_what_a_later_step_undoes_must_be_declared() -> None:
    still = replace(
        SAMPLE, steps=(step("one", is_set("a", "1"), GUARD), step("two", is_set("b", "2")))
    )
    assert "at the end of the lab, one/a is FAILED" in reason(still, "solution")


def test_a_wrong_answer_that_passes_refutes_a_lab() -> None:
    mild = replace(SAMPLE, wrong=(wrong("fine", "two", "b=2", b="FAILED"),))
    assert reason(mild, "wrong") == "b is PASSED, declared is FAILED"


def test_a_wrong_answer_may_cost_only_what_it_declares() -> None:
    harsh = replace(SAMPLE, wrong=(wrong("typo", "one", "a=2 -kept", a="FAILED"),))
    assert reason(harsh, "wrong").startswith("kept is FAILED, declared is PASSED")


def test_the_notebooks_cells_must_earn_all_points() -> None:
    assert reason(SAMPLE, "notebook", cells={"one": "broken"}) == "a solution cell failed"
    assert "with the notebook's cells, two/b is FAILED" in reason(
        SAMPLE, "notebook", cells={"one": "a=1"}
    )


def test_a_cleanup_that_leaves_the_answers_refutes_a_lab() -> None:
    lazy = replace(SAMPLE, cleanup=())
    assert "yet two/b is PASSED" in reason(lazy, "cleanup")


def test_grading_that_changes_the_cluster_refutes_us(monkeypatch: pytest.MonkeyPatch) -> None:
    api = FakeApi([deployment()])
    read: Callable[..., Any] = FakeStage._read

    def meddling(self: FakeStage, argv: Sequence[str], stdin: str) -> CommandResult:
        api.items.append(deployment(f"probe-{len(api.items)}"))
        return read(self, argv, stdin)  # type: ignore[no-any-return]

    monkeypatch.setattr(FakeStage, "_read", meddling)
    found = reason(SAMPLE, "twice", api_=api)
    assert re.fullmatch(r"grading left a trace: Deployment shop/probe-\d+ is new", found)


def test_a_node_that_is_lost_leaves_a_part_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    from cluster.node import NodeUnreachable

    def lost(self: FakeStage, one: NodeScript) -> CommandResult:
        raise NodeUnreachable("n1 does not answer")

    monkeypatch.setattr(FakeStage, "run_script", lost)
    report = proof(SAMPLE, "solution", "untouched")
    assert [part.verdict for part in report.parts] == [Verdict.PASSED, Verdict.UNKNOWN]
    assert report.exit_code == 2 and not report.proved


def test_each_part_that_changes_something_begins_afresh_and_looking_does_not() -> None:
    stage = FakeStage(SAMPLE, {"kept": "yes"}, CELLS)
    prove(SAMPLE, stage, connect=stage.connect)
    assert stage.starts == 2, "before the solution and the notebook; cleanup follows the notebook"
    assert stage.backs == 1, "the wrong answer begins where the solution has passed by"


def test_nothing_is_kept_for_wrong_answers_that_are_not_asked_for() -> None:
    stage = FakeStage(SAMPLE, {"kept": "yes"}, CELLS)
    prove(SAMPLE, stage, demands=Demands(["solution", "cleanup"]), connect=stage.connect)
    assert (stage.kept, stage.starts) == ({}, 1)


def test_wrong_answers_to_one_step_share_the_way_to_it() -> None:
    answers = [wrong(f"w{value}", "two", f"b={value}", b="FAILED") for value in "345"]
    stage = FakeStage(replace(SAMPLE, wrong=tuple(answers)), {"kept": "yes"}, CELLS)
    report = prove(stage.lab, stage, demands=Demands(["wrong"]), connect=stage.connect)
    assert report.proved, report
    assert (stage.starts, stage.backs) == (1, 2), "the first one solves what is before it"
    assert stage.kept["before-two"]["a"] == "1" and "b" not in stage.kept["before-two"]


def test_the_listener_hears_of_each_part() -> None:
    heard: list[Event] = []
    stage = FakeStage(SAMPLE, {"kept": "yes"}, CELLS)
    prove(SAMPLE, stage, heard.append, Demands(["untouched", "notebook"]), connect=stage.connect)
    assert [(e.phase, e.fraction) for e in heard if isinstance(e, PhaseStarted)] == [
        ("proving 8/sample: untouched", 0.0),
        ("proving 8/sample: notebook", 0.5),
    ]


def test_a_difference_names_the_object() -> None:
    assert difference({"Pod a": ("1", 0)}, {"Pod a": ("1", 0)}) == ""
    assert difference({"Pod a": ("1", 0)}, {}) == "Pod a is gone"
    assert difference({"Pod a": ("1", 0)}, {"Pod a": ("2", 0)}).startswith("Pod a has been")
