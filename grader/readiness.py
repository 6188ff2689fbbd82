"""Proves that a lab is ready after setup: all that `ready` names, a fault's symptom included."""

import threading

from cluster.node import Cluster
from grader.judgement import Case
from grader.live_source import ApiLink
from grader.verdict import Verdict
from grader.waves import OnResult, Waves, ignore_result
from labs.errors import SeatrialError
from labs.model import Lab


class LabNotReady(SeatrialError):
    """The lab's setup did not lead to the state in which a learner may begin."""


def prove_ready(
    lab: Lab,
    cluster: Cluster,
    on_result: OnResult = ignore_result,
    link: ApiLink | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Wait for every criterion of `lab.ready`, as long as each allows, or until `stop` is set.

    Raises LabNotReady.
    """
    cases = [Case("ready", criterion) for criterion in lab.ready]
    with Waves(cluster, link or ApiLink(cluster), stop=stop) as waves:
        results = waves.judge(cases, on_result)
    for result in results:
        if result.verdict is not Verdict.PASSED:
            raise LabNotReady(
                f"{lab.id} did not become ready ({result.criterion_id}): {result.evidence.why}",
                "Start the lab again; if it happens twice, its setup is at fault.",
            )
