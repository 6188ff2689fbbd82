"""Proves a lab on nodes: nothing done earns nothing, right answers all, wrong ones as declared."""

import asyncio
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from cluster.events import Listener, PhaseStarted, ignore
from cluster.node import Cluster, CommandResult
from grader.baseline import capture
from grader.demands import (
    Refuted,
    demand_full_points,
    demand_nothing_earned,
    demand_success,
    passes_for_ever,
    verdicts,
)
from grader.grade import Grader
from grader.inventory import Inventory, difference, take_inventory
from grader.proof import OnPart, ProofPart, ProofReport, ignore_part
from grader.readiness import prove_ready
from grader.round import ApiLink, Connect, Round, connect_kubernetes
from grader.verdict import Baseline, Verdict
from grader.wording import clip
from labs.errors import SeatrialError
from labs.model import Lab, NodeScript, Solution, WrongAnswer


class ScriptedCluster(Cluster, Protocol):
    """A running lab that runs a lab's own scripts."""

    def run_script(self, script: NodeScript) -> CommandResult:
        """As root, over standard input of `bash -eu`. Raises NodeUnreachable."""
        ...


@dataclass(frozen=True, slots=True)
class Started:
    """A lab that was set up, proved ready, and not touched since."""

    cluster: ScriptedCluster
    baseline: Baseline


class Stage(Protocol):
    """Where a lab is proved."""

    def start(self) -> Started:
        """Bring the lab up from nothing, or as it already is if nobody has touched it."""
        ...

    def reset(self) -> Started:
        """The lab again as it was right after its setup."""
        ...

    def keep(self, name: str) -> None:
        """Remember the lab as it is now, by this name."""
        ...

    def go_back(self, name: str) -> Started:
        """The lab as it was when it was kept by this name."""
        ...

    def run_notebook_step(self, step_id: str) -> str:
        """Run the notebook's solution cells of a step; "" or what went wrong."""
        ...


def notebook_step(lab: Lab, step_id: str) -> str:
    """Runs the solution cells of a step on the running lab, as a Stage must."""
    from notebooks.run import run_solution_cells

    for result in asyncio.run(run_solution_cells(lab, step_id)):
        if not result.ok:
            last = " / ".join(result.output.strip().splitlines()[-2:])
            return f"a solution cell of {step_id} failed ({result.error}): {last}"
    return ""


def part_names(lab: Lab) -> list[str]:
    """All parts of a lab's proof, in the order in which they are proved."""
    return [
        "untouched",
        "twice",
        *(f"solution:{solution.id}" for solution in lab.solutions),
        "notebook",
        "cleanup",
        *(f"wrong:{answer.id}" for answer in lab.wrong),
    ]


@dataclass(frozen=True, slots=True)
class Demands:
    """What is to be proved."""

    only: Collection[str] = ()
    """Full names of parts, and the words before their colons (`wrong`); () means all."""
    runs: int = 2
    """How often each step of a solution is run, and graded after it."""

    def parts(self, lab: Lab) -> list[str]:
        """Raises Refuted for a name that the lab does not have."""
        names = part_names(lab)
        for name in self.only:
            if not any(name in (one, one.partition(":")[0]) for one in names):
                raise Refuted(f"The proof of {lab.id} has no part {name!r}.", f"It has {names}.")
        wanted = set(self.only)
        return [one for one in names if not wanted or {one, one.partition(":")[0]} & wanted]


ALL = Demands()


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
        self._runs = demands.runs
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

    def _grader(self, started: Started, passed: Collection[tuple[str, str]] = ()) -> Grader:
        link = ApiLink(started.cluster, self._connect)
        return Grader(self._lab, started.cluster, started.baseline, passed, link)

    # --- the parts

    def _prove_untouched(self) -> None:
        """One grading of all steps: what converges by itself has its time, all at once."""
        demand_nothing_earned(self._grader(self._fresh()).grade())

    def _prove_no_trace(self) -> None:
        started = self._fresh()
        grader = self._grader(started)
        before = self._inventory(started)
        first = grader.grade(quick=True)
        second = grader.grade(quick=True)
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
            for run in range(1, self._runs + 1):
                for script in solution.steps.get(step.id, ()):
                    demand_success(script, started.cluster.run_script(script))
                report = self._grader(started, passed).grade([step.id])
                demand_full_points(report.steps, f"after run {run} of it")
                passed |= passes_for_ever(self._lab, report)
        demand_full_points(self._grader(started, passed).grade().steps, "at the end of the lab")
        self._solved = started

    def _prove_notebook(self) -> None:
        started = self._to_change()
        passed: set[tuple[str, str]] = set()
        for step in self._lab.steps:
            trouble = self._stage.run_notebook_step(step.id)
            if trouble:
                raise Refuted(trouble)
            report = self._grader(started, passed).grade([step.id])
            demand_full_points(report.steps, "with the notebook's cells")
            passed |= passes_for_ever(self._lab, report)
        self._solved = started

    def _prove_wrong(self, answer: WrongAnswer) -> None:
        started = self._solved_before(answer.step)
        for script in answer.scripts:
            started.cluster.run_script(script)
        report = self._grader(started).grade([answer.step])
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
        prove_ready(self._lab, started.cluster, link=link)
        again = Started(started.cluster, capture(self._lab, started.cluster, link))
        demand_nothing_earned(self._grader(again).grade(quick=True))

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
        report = self._grader(started).grade([step_id])
        demand_full_points(report.steps, "by the first solution")

    def _inventory(self, started: Started) -> Inventory:
        return take_inventory(Round(started.cluster, ApiLink(started.cluster, self._connect)))
