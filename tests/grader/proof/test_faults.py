"""Proving a fault, on a pretended node: what refutes it, and what it is proved by."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from cluster.node import ApiAccess, CommandResult, NodeUnreachable
from grader.proof.faults import part_names, prove_fault
from grader.proof.report import ProofReport
from grader.verdict import Verdict
from labs.fault import Cosmetic, Fault, Repair
from labs.model import Criterion, NodeScript
from tests.grader.fakes import FakeApi, FakeNode
from tests.grader.sample_lab import criterion

State = dict[str, str]


def script(line: str) -> NodeScript:
    """`a=1` sets, `-a` removes, `a=lost` loses the node, `fail` ends with an error."""
    return NodeScript("n1", line, Path(f"{line}.sh"))


def is_set(name: str, value: str) -> Criterion:
    return criterion(name, "command", node="n1", argv=["get", name], stdout=value)


@dataclass
class FakeStage:
    """A node that remembers what scripts set."""

    kept: dict[str, State] = field(default_factory=dict)
    state: State = field(default_factory=dict)
    time_scale: float = 1.0
    given_up: threading.Event = field(default_factory=threading.Event)
    ran: list[str] = field(default_factory=list)

    @property
    def nodes(self) -> dict[str, FakeNode]:
        return {"n1": FakeNode("n1", self._read)}

    def _read(self, argv: Sequence[str], stdin: str) -> CommandResult:
        value = self.state.get(argv[-1])
        if value == "lost":
            raise NodeUnreachable("n1 does not answer")
        return CommandResult(0 if value else 1, value or "", "nothing there")

    def api(self) -> ApiAccess:
        return ApiAccess("", "", "", "", "")

    def connect(self, access: ApiAccess, time_scale: float) -> FakeApi:
        return FakeApi([])

    def run_script(self, one: NodeScript) -> CommandResult:
        self.ran.append(one.script)
        for word in one.script.split():
            if word == "fail":
                return CommandResult(1, "", "boom")
            name, _, value = word.lstrip("-").partition("=")
            if word.startswith("-"):
                self.state.pop(name, None)
            else:
                self.state[name] = value
        return CommandResult(0, "", "")

    def fresh(self) -> "FakeStage":
        self.state.clear()
        self.state.update({"runs": "yes", "enabled": "yes"})
        return self

    def keep(self, name: str) -> None:
        self.kept[name] = dict(self.state)

    def go_back(self, name: str) -> "FakeStage":
        self.state.clear()
        self.state.update(self.kept[name])
        return self


FAULT = Fault(
    id="f77-stopped",
    title="stopped",
    case="F77",
    profile="kubeadm-1",
    node="n1",
    prepare=script("app=1"),
    inject=script("-runs -enabled seen=no"),
    symptom=(is_set("seen", "no"),),
    mended=(is_set("runs", "yes"), is_set("enabled", "yes"), is_set("app", "1")),
    cosmetic=(Cosmetic("started", "", script("runs=yes"), {"enabled": "FAILED"}),),
    repairs=(Repair("both", "", script("runs=yes enabled=yes")),),
    restore=script("runs=yes enabled=yes -seen"),
    excludes=(),
    folder=Path(),
)


def proof(fault: Fault, change: Callable[[FakeStage], None] = lambda stage: None) -> ProofReport:
    stage = FakeStage()
    change(stage)
    return prove_fault(fault, stage, connect=stage.connect)


def reason(fault: Fault, part: str) -> str:
    """Why this part was refuted."""
    (found,) = (one for one in proof(fault).parts if one.name == part)
    assert found.verdict is Verdict.FAILED, found
    return found.reason


def test_a_good_fault_is_proved_in_all_parts() -> None:
    report = proof(FAULT)
    assert [one.name for one in report.parts] == part_names(FAULT)
    assert [one.reason for one in report.parts] == [""] * 5
    assert report.proved and report.exit_code == 0


def test_each_repair_and_cosmetic_begins_with_the_fault_as_it_shows() -> None:
    again = replace(FAULT, repairs=(*FAULT.repairs, Repair("half", "", script("enabled=yes"))))
    said = [one.reason for one in proof(again).parts if one.name == "repair:half"]
    assert "after it, runs is FAILED" in said[0], "the repair before it is forgotten"


def test_the_restore_must_work_twice() -> None:
    stage = FakeStage()
    prove_fault(FAULT, stage, connect=stage.connect)
    assert stage.ran[-2:] == [FAULT.restore.script] * 2


def test_what_is_not_well_before_the_injection_refutes_a_fault() -> None:
    assert "without the fault, app is FAILED" in reason(replace(FAULT, prepare=None), "before")


def test_a_symptom_that_is_always_there_refutes_a_fault() -> None:
    always = replace(FAULT, symptom=(is_set("app", "1"),))
    assert reason(always, "before") == "without the fault, all of its symptom is there"


def test_a_fault_that_does_not_show_is_not_gone_on_with() -> None:
    quiet = replace(FAULT, inject=script("-runs"))
    assert "the fault does not show: seen is FAILED" in reason(quiet, "shows")
    assert [one.name for one in proof(quiet).parts] == ["before", "shows"]


def test_a_fault_that_nothing_of_mended_sees_is_refuted() -> None:
    harmless = replace(FAULT, inject=script("seen=no"))
    assert "nothing of `mended` is FAILED: runs PASSED" in reason(harmless, "shows")


def test_a_cosmetic_that_passes_refutes_a_fault() -> None:
    blind = replace(FAULT, mended=(*FAULT.mended[:1], FAULT.mended[2]))
    lax = replace(blind, cosmetic=(Cosmetic("a", "", script("runs=yes"), {"runs": "FAILED"}),))
    assert reason(lax, "cosmetic:a") == "runs is PASSED, declared is FAILED"


def test_a_cosmetic_must_break_only_what_it_declares() -> None:
    more = replace(FAULT, cosmetic=(Cosmetic("a", "", script("-app"), {"enabled": "FAILED"}),))
    assert "runs is FAILED" in reason(more, "cosmetic:a")


def test_a_cosmetic_that_cannot_be_judged_is_not_refused() -> None:
    lost = replace(FAULT, cosmetic=(Cosmetic("a", "", script("runs=lost"), {"runs": "FAILED"}),))
    assert "runs is UNKNOWN" in reason(lost, "cosmetic:a")


def test_a_script_that_fails_refutes_a_repair_and_not_a_cosmetic() -> None:
    cosmetic = Cosmetic("a", "", script("runs=yes fail"), {"enabled": "FAILED"})
    failing = replace(FAULT, repairs=(Repair("r", "", script("fail")),), cosmetic=(cosmetic,))
    parts = {one.name: one for one in proof(failing).parts}
    assert parts["cosmetic:a"].verdict is Verdict.PASSED
    assert parts["repair:r"].reason == "fail.sh failed on n1 with 1: boom"


def test_a_node_that_is_lost_leaves_a_part_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(self: FakeStage, name: str) -> FakeStage:
        raise NodeUnreachable("n1 does not answer")

    monkeypatch.setattr(FakeStage, "go_back", lost)
    report = proof(FAULT)
    assert report.parts[-1].verdict is Verdict.UNKNOWN and report.exit_code == 2
