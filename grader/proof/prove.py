"""Proves a lab on nodes: nothing done earns nothing, right answers all, wrong ones as declared."""

import time
from collections.abc import Callable, Collection, Sequence

from cluster.events import Listener, PhaseStarted, ignore
from grader.baseline import capture
from grader.grade import Grader
from grader.kubernetes.inventory import Inventory, difference, take_inventory
from grader.live_source import ApiLink, Connect, LiveSource, connect_kubernetes
from grader.proof.demands import (
    ALL,
    Demands,
    Refuted,
    demand_full_points,
    demand_nothing_earned,
    demand_success,
    hurried,
    passes_for_ever,
    verdicts,
)
from grader.proof.report import OnPart, ProofPart, ProofReport, ignore_part
from grader.proof.stage import Stage, Started
from grader.readiness import prove_ready
from grader.round import Round
from grader.verdict import GradeReport, Verdict
from grader.wording import clip
from labs.errors import SeatrialError
from labs.model import Criterion, Lab, Solution, Step, WrongAnswer


def prove(
    lab: Lab,
    stage: Stage,
    listener: Listener = ignore,
    demands: Demands = ALL,
    known: OnPart = ignore_part,
    connect: Connect = connect_kubernetes,
) -> ProofReport:
    """A part that fails does not keep the others from being proved.

    `known` is called as each part's verdict is known. Raises Refuted for parts that there are not.
    """
    wanted = demands.parts(lab)
    proof = _Proof(lab, stage, connect, demands)
    began = time.monotonic()
    parts = []
    for number, name in enumerate(wanted):
        listener(PhaseStarted(f"proving {lab.id}: {name}", number / len(wanted)))
        parts.append(proof.part(name))
        known(lab.id, parts[-1])
    return ProofReport(lab.id, tuple(parts), time.monotonic() - began)


class _Proof:
    """The parts of one lab's proof. Each begins with the lab as right after its setup."""

    def __init__(self, lab: Lab, stage: Stage, connect: Connect, demands: Demands) -> None:
        self._lab = lab
        self._stage = stage
        self._connect = connect
        self._demands = demands
        self._untouched: Started | None = None
        self._begun = False
        self._solved: Started | None = None
        """The lab as the part before has solved it."""
        parts = demands.parts(lab)
        answers = [one for one in lab.wrong if f"wrong:{one.id}" in parts]
        self._to_keep = {one.step for one in answers} - {lab.steps[0].id}
        """Steps before which the solved lab must be kept: the first one the stage has already."""
        self._kept: set[str] = set()
        """Steps before which the solved lab is kept."""

    def part(self, name: str) -> ProofPart:
        began = time.monotonic()
        verdict, reason = Verdict.PASSED, ""
        try:
            self._run(name)
        except Refuted as refuted:
            verdict, reason = Verdict.FAILED, refuted.message
        except SeatrialError as error:
            verdict, reason = Verdict.UNKNOWN, str(error)
        return ProofPart(name, verdict, time.monotonic() - began, clip(reason, 400))

    def _run(self, name: str) -> None:
        kind, _, id_ = name.partition(":")
        if kind == "untouched":
            self._prove_untouched()
        elif kind == "twice":
            self._prove_no_trace()
        elif kind == "solution":
            self._prove_solution(next(one for one in self._lab.solutions if one.id == id_))
        elif kind == "notebook":
            self._prove_notebook()
        elif kind == "wrong":
            self._prove_wrong(next(one for one in self._lab.wrong if one.id == id_))
        else:
            self._prove_cleanup()

    # --- the lab's states

    def _fresh(self) -> Started:
        """The lab untouched; whoever asks may only look at it, or call `_to_change` first."""
        if self._untouched is None:
            self._untouched = self._stage.reset() if self._begun else self._stage.start()
            self._begun = True
        return self._untouched

    def _to_change(self) -> Started:
        started = self._fresh()
        self._untouched = self._solved = None
        return started

    def _grade(
        self,
        started: Started,
        steps: Sequence[str] | None = None,
        passed: Collection[tuple[str, str]] = (),
        *,
        quick: bool = False,
        to_fail: Callable[[Step, Criterion], bool] = lambda step, criterion: False,
    ) -> GradeReport:
        link = ApiLink(started.cluster, self._connect)
        lab = hurried(self._lab, self._demands.patience, to_fail)
        grader = Grader(lab, started.cluster, started.baseline, passed, link)
        return grader.grade(steps, quick=quick, stop=self._stage.given_up)

    # --- the parts

    def _prove_untouched(self) -> None:
        """One grading of all steps: what converges by itself has its time, all at once."""
        report = self._grade(self._fresh(), to_fail=lambda step, one: not one.guard)
        demand_nothing_earned(report)

    def _prove_no_trace(self) -> None:
        started = self._fresh()
        before = self._inventory(started)
        first = self._grade(started, quick=True)
        second = self._grade(started, quick=True)
        changed = difference(before, self._inventory(started))
        if changed:
            raise Refuted(f"grading left a trace: {changed}")
        for one, other in zip(verdicts(first), verdicts(second), strict=True):
            if one != other:
                raise Refuted(f"graded twice, {one[0]} was {one[1]}, then {other[1]}")

    def _prove_solution(self, solution: Solution) -> None:
        started = self._to_change()
        passed: set[tuple[str, str]] = set()
        for step in self._lab.steps:
            self._keep_for_wrong_answers(step.id)
            for run in range(1, self._demands.runs + 1):
                for script in solution.steps.get(step.id, ()):
                    demand_success(script, started.cluster.run_script(script))
                report = self._grade(started, [step.id], passed)
                demand_full_points(report.steps, f"after run {run} of it")
                passed |= passes_for_ever(self._lab, report)
        demand_full_points(self._grade(started, passed=passed).steps, "at the end of the lab")
        self._solved = started

    def _prove_notebook(self) -> None:
        started = self._to_change()
        passed: set[tuple[str, str]] = set()
        for step in self._lab.steps:
            trouble = self._stage.run_notebook_step(step.id)
            if trouble:
                raise Refuted(trouble)
            report = self._grade(started, [step.id], passed)
            demand_full_points(report.steps, "with the notebook's cells")
            passed |= passes_for_ever(self._lab, report)
        self._solved = started

    def _prove_wrong(self, answer: WrongAnswer) -> None:
        started = self._solved_before(answer.step)
        for script in answer.scripts:
            started.cluster.run_script(script)
        failing = {id_ for id_, verdict in answer.expect.items() if verdict != "PASSED"}
        report = self._grade(started, [answer.step], to_fail=lambda step, one: one.id in failing)
        for result in report.steps[0].results:
            declared = answer.expect.get(result.criterion_id, "PASSED")
            if result.verdict.value != declared:
                raise Refuted(
                    f"{result.criterion_id} is {result.verdict.value}, declared is {declared}"
                    + (f": {result.evidence.why}" if result.evidence.why else "")
                )

    def _prove_cleanup(self) -> None:
        """After a solution and the cleanup, the lab can be begun anew and is as untouched."""
        started = self._solved
        if started is None:
            started = self._to_change()
            for step in self._lab.steps:
                self._solve(started, step.id)
        self._untouched = self._solved = None
        for script in (*self._lab.cleanup, *self._lab.setup):
            demand_success(script, started.cluster.run_script(script))
        link = ApiLink(started.cluster, self._connect)
        prove_ready(self._lab, started.cluster, link=link, stop=self._stage.given_up)
        again = Started(started.cluster, capture(self._lab, started.cluster, link))
        demand_nothing_earned(self._grade(again, quick=True))

    # --- their common deeds

    def _solved_before(self, step_id: str) -> Started:
        """The lab with all steps before this one solved, from the nearest state that is kept."""
        ids = [step.id for step in self._lab.steps]
        ids = ids[: ids.index(step_id) + 1]
        known = [number for number, id_ in enumerate(ids) if id_ in self._kept]
        started = self._to_change() if not known else self._go_back(ids[known[-1]])
        first = known[-1] if known else 0
        for number, id_ in enumerate(ids[first:-1], first):
            self._solve(started, id_)
            self._keep_for_wrong_answers(ids[number + 1])
        return started

    def _keep_for_wrong_answers(self, step_id: str) -> None:
        if step_id in self._to_keep - self._kept:
            self._stage.keep(f"before-{step_id}")
            self._kept.add(step_id)

    def _go_back(self, step_id: str) -> Started:
        self._untouched = self._solved = None
        return self._stage.go_back(f"before-{step_id}")

    def _solve(self, started: Started, step_id: str) -> None:
        """Run the first solution of a step and let it come to pass."""
        for solution in self._lab.solutions[:1]:
            for script in solution.steps.get(step_id, ()):
                demand_success(script, started.cluster.run_script(script))
        report = self._grade(started, [step_id])
        demand_full_points(report.steps, "by the first solution")

    def _inventory(self, started: Started) -> Inventory:
        return take_inventory(
            Round(LiveSource(started.cluster, ApiLink(started.cluster, self._connect), whole=True))
        )
