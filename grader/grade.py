"""Turns a running lab into verdicts: the one way in for the TUI, the command line and the proof."""

import threading
import time
from collections.abc import Collection, Sequence
from typing import Any

from cluster.node import Cluster
from grader.baseline import tools_of
from grader.judgement import Case
from grader.live_source import ApiLink
from grader.verdict import Baseline, GradeReport, StepResult
from grader.waves import OnResult, Waves, ignore_result
from labs.model import Keep, Lab, Step


class Grader:
    """Judges one attempt. `passed_once`: (step id, criterion id) of the passes on record."""

    def __init__(
        self,
        lab: Lab,
        cluster: Cluster,
        baseline: Baseline,
        passed_once: Collection[tuple[str, str]] = (),
        link: ApiLink | None = None,
    ) -> None:
        self.lab = lab
        self.cluster = cluster
        self._baseline = baseline
        self._passed_once = passed_once
        self.link = link or ApiLink(cluster)

    def grade(
        self,
        step_ids: Sequence[str] | None = None,
        on_result: OnResult = ignore_result,
        *,
        quick: bool = False,
        stop: threading.Event | None = None,
    ) -> GradeReport:
        """Judge these steps, or all. `on_result` is called in this thread as each verdict is known.

        `quick` takes one look at each criterion, without waiting for it to converge or to hold.
        Raises KeyError for an unknown step.
        """
        began = time.monotonic()
        steps = self.lab.steps if step_ids is None else [self.lab.step(id_) for id_ in step_ids]
        cases = [case for step in steps for case in self.cases(step)]
        with Waves(self.cluster, self.link, quick=quick, stop=stop) as waves:
            results = waves.judge(cases, on_result)
        judged = tuple(
            StepResult(step.id, tuple(r for r in results if r.step_id == step.id)) for step in steps
        )
        extra: dict[str, Any] = {"time_scale": self.cluster.time_scale, "quick": quick}
        return GradeReport(self.lab.id, judged, time.monotonic() - began, extra)

    def cases(self, step: Step) -> list[Case]:
        """The step's criteria with what is known about them."""
        cases = []
        for criterion in step.criteria:
            key = f"{step.id}/{criterion.id}"
            passed = (step.id, criterion.id) in self._passed_once
            once = passed and criterion.keep is Keep.ONCE
            tools = tools_of(self._baseline)
            cases.append(Case(step.id, criterion, self._baseline.get(key), once, tools))
        return cases
