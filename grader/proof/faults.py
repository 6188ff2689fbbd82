"""Proves a fault on nodes: it shows, cosmetics do not mend it, and every true repair does."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from cluster.events import Listener, LogLine, PhaseStarted, ignore
from grader.baseline import capture_for, tools_of
from grader.judgement import Case
from grader.live_source import ApiLink, Connect, connect_kubernetes
from grader.proof.demands import Refuted, demand_success
from grader.proof.report import OnPart, ProofPart, ProofReport, ignore_part
from grader.proof.stage import ScriptedCluster
from grader.verdict import Baseline, CriterionResult, Verdict
from grader.waves import Waves
from grader.wording import clip
from labs.errors import SeatrialError
from labs.fault import Cosmetic, Fault
from labs.model import CheckSpec, Criterion, NodeScript

SHOWN = "shown"
_NOBODY_MENDS = 0.25
"""What share of its time `mended` gets when nothing at all is done about the fault."""


class FaultStage(Protocol):
    """Where faults of one profile are proved."""

    @property
    def given_up(self) -> threading.Event:
        """Set when nobody wants the proof any longer: whatever waits then ends."""
        ...

    def fresh(self) -> ScriptedCluster:
        """A cluster of the profile in which nothing was done."""
        ...

    def keep(self, name: str) -> None:
        """Remember the cluster as it is now, by this name."""
        ...

    def go_back(self, name: str) -> ScriptedCluster:
        """The cluster as it was when it was kept by this name."""
        ...


def part_names(fault: Fault) -> list[str]:
    """All parts of a fault's proof, in the order in which they are proved."""
    return [
        "before",
        "shows",
        *(f"cosmetic:{one.id}" for one in fault.cosmetic),
        *(f"repair:{one.id}" for one in fault.repairs),
        "restore",
    ]


def prove_fault(
    fault: Fault,
    stage: FaultStage,
    listener: Listener = ignore,
    known: OnPart = ignore_part,
    patience: float = 1.0,
    connect: Connect = connect_kubernetes,
) -> ProofReport:
    """`patience`: what share of its time a criterion gets that is to fail.

    Nothing else is proved of a fault that does not show. `known` is called with each part.
    """
    proof = _Proof(fault, stage, listener, patience, connect)
    names = part_names(fault)
    began = time.monotonic()
    parts: list[ProofPart] = []
    for number, name in enumerate(names):
        listener(PhaseStarted(f"proving {fault.id}: {name}", number / len(names)))
        parts.append(proof.part(name))
        known(fault.id, parts[-1])
        if name in ("before", "shows") and parts[-1].verdict is not Verdict.PASSED:
            break
    return ProofReport(fault.id, tuple(parts), time.monotonic() - began)


class _Proof:
    """The parts of one fault's proof. From `shows` on, each begins with the fault as it shows."""

    def __init__(
        self,
        fault: Fault,
        stage: FaultStage,
        listener: Listener,
        patience: float,
        connect: Connect,
    ) -> None:
        self._fault = fault
        self._stage = stage
        self._listener = listener
        """Told why each criterion did not pass, also where that is as it should be."""
        self._patience = patience
        self._connect = connect
        self._baseline: Baseline = {}
        self._cluster: ScriptedCluster
        self._touched = False
        """Whether anything was done since the fault was kept."""

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
        if kind == "before":
            self._prove_before()
        elif kind == "shows":
            self._prove_shows()
        elif kind == "cosmetic":
            self._prove_cosmetic(next(one for one in self._fault.cosmetic if one.id == id_))
        elif kind == "repair":
            repair = next(one for one in self._fault.repairs if one.id == id_)
            self._prove_mended([repair.script], "after it")
        else:
            self._prove_mended([self._fault.restore] * 2, "after it ran twice")

    # --- the parts

    def _prove_before(self) -> None:
        """Without the fault all is well, and it is not said to be there."""
        self._cluster = self._stage.fresh()
        if self._fault.prepare:
            self._demand_run(self._fault.prepare)
        self._baseline = capture_for(self._checks(), self._fault.id, self._cluster, self._link())
        demand_all_passed(self._judge("mended"), "without the fault")
        symptom = self._judge("symptom", quick=True)
        if all(one.verdict is Verdict.PASSED for one in symptom):
            raise Refuted("without the fault, all of its symptom is there")

    def _prove_shows(self) -> None:
        """It comes to show, and doing nothing does not mend it."""
        self._demand_run(self._fault.inject)
        self._demand_symptom()
        results = self._judge("mended", share=lambda criterion: self._patience * _NOBODY_MENDS)
        if not any(one.verdict is Verdict.FAILED for one in results):
            said = ", ".join(f"{one.criterion_id} {one.verdict.value}" for one in results)
            raise Refuted(f"the fault is there, and nothing of `mended` is FAILED: {said}")
        self._stage.keep(SHOWN)

    def _prove_cosmetic(self, cosmetic: Cosmetic) -> None:
        self._as_shown()
        self._cluster.run_script(cosmetic.script)
        results = self._judge(
            "mended",
            share=lambda criterion: self._patience if criterion.id in cosmetic.expect else 1.0,
        )
        for one in results:
            declared = cosmetic.expect.get(one.criterion_id, "PASSED")
            if one.verdict.value != declared:
                raise Refuted(f"{_told(one)}, declared is {declared}")

    def _prove_mended(self, scripts: Sequence[NodeScript], how: str) -> None:
        self._as_shown()
        for script in scripts:
            self._demand_run(script)
        demand_all_passed(self._judge("mended"), how)

    # --- their common deeds

    def _as_shown(self) -> None:
        if self._touched:
            self._cluster = self._stage.go_back(SHOWN)
            self._demand_symptom()
        self._touched = True

    def _demand_run(self, script: NodeScript) -> None:
        demand_success(script, self._cluster.run_script(script))

    def _demand_symptom(self) -> None:
        for one in self._judge("symptom"):
            if one.verdict is not Verdict.PASSED:
                raise Refuted(f"the fault does not show: {_told(one)}")

    def _criteria(self) -> Mapping[str, Sequence[Criterion]]:
        return {"symptom": self._fault.symptom, "mended": self._fault.mended}

    def _checks(self) -> Mapping[str, CheckSpec]:
        return {
            f"{part}/{criterion.id}": criterion.check
            for part, criteria in self._criteria().items()
            for criterion in criteria
        }

    def _link(self) -> ApiLink:
        return ApiLink(self._cluster, self._connect)

    def _judge(
        self,
        part: str,
        *,
        quick: bool = False,
        share: Callable[[Criterion], float] = lambda criterion: 1.0,
    ) -> tuple[CriterionResult, ...]:
        cases = [
            Case(
                part,
                replace(criterion, eventually=criterion.eventually * share(criterion)),
                self._baseline.get(f"{part}/{criterion.id}"),
                tools=tools_of(self._baseline),
            )
            for criterion in self._criteria()[part]
        ]
        stop = self._stage.given_up
        with Waves(self._cluster, self._link(), quick=quick, stop=stop) as waves:
            results = waves.judge(cases)
        for one in results:
            if one.verdict is not Verdict.PASSED:
                self._listener(LogLine(_told(one)))
        return results


def demand_all_passed(results: Sequence[CriterionResult], how: str) -> None:
    for one in results:
        if one.verdict is not Verdict.PASSED:
            raise Refuted(f"{how}, {_told(one)}")


def _told(result: CriterionResult) -> str:
    why = f" ({result.evidence.why})" if result.evidence.why else ""
    return f"{result.criterion_id} is {result.verdict.value}{why}"
