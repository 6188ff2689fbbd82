"""Judging many criteria together: in waves that read the cluster once each, on a few threads."""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Self

from cluster.node import ApiNotInitialised, Cluster, NodeUnreachable
from grader.blocking import blocked, needed
from grader.checks.registry import REGISTRY
from grader.finding import failed, unknown
from grader.judgement import Case, Judgement, Look, result_of_earlier_pass
from grader.kubernetes.api import ApiRefused, ApiUnreachable, NoProbePod, UnknownKind
from grader.live_source import ApiLink, LiveSource
from grader.nodes import tools
from grader.question import RunOnNode
from grader.recording import NotRecorded
from grader.round import Round, Unreadable
from grader.surroundings import Surroundings
from grader.verdict import CriterionResult, Finding, Verdict
from labs.deadline import Deadline
from labs.errors import SeatrialError

_log = logging.getLogger(__name__)

THREADS = 6
_PAUSE = 0.4
"""Seconds (native speed) between two waves."""
_STOP_EVERY = 0.25
"""Seconds within which a stop is noticed, however long a look takes."""

OnResult = Callable[[CriterionResult], None]


def ignore_result(result: CriterionResult) -> None:
    """For those who only want the report."""


class Waves:
    """Judges cases on one cluster, on a few threads of its own while it is entered."""

    def __init__(
        self,
        cluster: Cluster,
        link: ApiLink,
        *,
        quick: bool = False,
        stop: threading.Event | None = None,
    ) -> None:
        self._cluster = cluster
        self._link = link
        self._quick = quick
        self._stop = stop or threading.Event()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="grader")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Looks that were abandoned end by their own time limits; nobody waits for them."""
        self._pool.shutdown(wait=not self._stop.is_set(), cancel_futures=True)

    def judge(
        self, cases: Sequence[Case], on_result: OnResult = ignore_result
    ) -> tuple[CriterionResult, ...]:
        """Results in the order of `cases`; `on_result` is called as each is known."""
        results: dict[str, CriterionResult] = {}
        waiting = {case.key: case for case in cases}
        judgements: list[Judgement] = []

        def known(case: Case, result: CriterionResult) -> None:
            results[case.key] = result
            on_result(result)

        def admit() -> None:
            """Let in those whose needs are judged; their time begins now."""
            for case in list(waiting.values()):
                needs = needed(case, order)
                if not all(key in results for key in needs):
                    continue
                del waiting[case.key]
                verdict = result_of_earlier_pass(case) if case.passed_before else None
                verdict = verdict or blocked(case, [results[key] for key in needs])
                if verdict is not None:
                    known(case, verdict)
                else:
                    judgements.append(Judgement(case, time.monotonic(), scale, self._quick))

        def judge_open_ones() -> bool | None:
            admit()
            self.wave(judgements, known)
            judgements[:] = [one for one in judgements if one.result is None]
            return None if judgements or waiting else True

        order, scale = list(waiting), self._cluster.time_scale
        pause = 0.0 if self._quick else min(_PAUSE * scale, 2.0)
        Deadline(math.inf).poll(judge_open_ones, every=pause)
        return tuple(results[case.key] for case in cases)

    def wave(
        self, judgements: Sequence[Judgement], known: Callable[[Case, CriterionResult], None]
    ) -> None:
        """One look at each; `known` is told of those that are judged, all of them when stopped."""
        source = LiveSource(self._cluster, self._link)
        try:
            self._wave(judgements, Round(source), known)
        finally:
            closing = threading.Thread(target=source.close, name="close round")
            closing.start()
            if not self._stop.is_set():
                closing.join()

    def _wave(
        self,
        judgements: Sequence[Judgement],
        round_: Round,
        known: Callable[[Case, CriterionResult], None],
    ) -> None:
        scale, patient = self._cluster.time_scale, not self._quick
        looks = {
            self._pool.submit(take_look, one, round_, scale, patient): one for one in judgements
        }
        waiting = set(looks)
        while waiting and not self._stop.is_set():
            done, waiting = wait(waiting, timeout=_STOP_EVERY, return_when=FIRST_COMPLETED)
            for look in done:
                judgement = looks[look]
                judgement.take(look.result())
                if judgement.result is not None:
                    known(judgement.case, judgement.result)
        for judgement in judgements if self._stop.is_set() else ():
            if judgement.result is None:
                known(judgement.case, judgement.stop(time.monotonic()))


def take_look(judgement: Judgement, round_: Round, time_scale: float, patient: bool = True) -> Look:
    """One look at a criterion, for its judgement to take."""
    started = time.monotonic()
    memory = dict(judgement.memory)
    around = Surroundings(
        round=round_.for_one_look(),
        time_scale=time_scale,
        baseline=judgement.case.baseline,
        memory=judgement.memory,
        patient=patient,
    )
    finding = look_once(judgement.case, around)
    return Look(finding, started, time.monotonic(), around.round.asked, memory)


def look_once(case: Case, around: Surroundings) -> Finding:
    """One look, in which everything that can go wrong becomes a finding."""
    spec = case.criterion.check
    try:
        check = REGISTRY[spec.kind]
        finding = check.look(check.model.model_validate(dict(spec.args)), around)
        return _believed(finding, case, around)
    except ApiNotInitialised as state:
        return failed(f"{state.message}", expected="a control plane", actual="none", path="API")
    except (ApiRefused, UnknownKind) as state:
        return failed(state.message, path="API")
    except (NodeUnreachable, ApiUnreachable, NoProbePod) as error:
        _log.info("%s could not be looked at: %s", case.key, error)
        return unknown(error.message.rstrip("."))
    except (NotRecorded, Unreadable) as error:
        return unknown(error.message)
    except SeatrialError as error:
        _log.error("%s: the lab or the grader is at fault: %s", case.key, error)
        return unknown(f"the lab is at fault: {error.message}")
    except Exception as error:  # noqa: BLE001  the worker's boundary: a verdict, never a crash
        _log.exception("%s: a fault of ours, with %r", case.key, dict(spec.args))
        return unknown(f"a fault of ours ({type(error).__name__})")


def _believed(finding: Finding, case: Case, around: Surroundings) -> Finding:
    """A pass is believed only of nodes whose programs are still those that they had."""
    if finding.verdict is not Verdict.PASSED:
        return finding
    asked = {one.node for one in around.round.asked if isinstance(one, RunOnNode)}
    for node in sorted(asked & case.tools.keys()):
        why = tools.replaced(around.round, node, case.tools[node])
        if why:
            return unknown(why)
    return finding
