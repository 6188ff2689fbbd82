"""Judging many criteria together: in waves that read the cluster once each, on a few threads."""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from cluster.node import ApiNotInitialised, Cluster, NodeUnreachable
from grader.api import ApiRefused, ApiUnreachable, UnknownKind
from grader.checks.registry import REGISTRY
from grader.finding import failed, unknown
from grader.judgement import Case, Judgement, result_of_earlier_pass
from grader.round import ApiLink, Round
from grader.surroundings import Surroundings
from grader.verdict import CriterionResult, Finding
from labs.deadline import Deadline
from labs.errors import SeatrialError

_log = logging.getLogger(__name__)

THREADS = 6
_PAUSE = 0.4
"""Seconds (native speed) between two waves."""

OnResult = Callable[[CriterionResult], None]


def ignore_result(result: CriterionResult) -> None:
    """For those who only want the report."""


class Waves:
    """Judges cases on one cluster. Use `judge` once."""

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

    def judge(
        self, cases: Sequence[Case], on_result: OnResult = ignore_result
    ) -> tuple[CriterionResult, ...]:
        """Results in the order of `cases`; `on_result` is called as each is known."""
        began = time.monotonic()
        scale = self._cluster.time_scale
        results: dict[str, CriterionResult] = {}

        def known(result: CriterionResult) -> None:
            results[f"{result.step_id}/{result.criterion_id}"] = result
            on_result(result)

        open_cases = []
        for case in cases:
            if case.passed_before:
                known(result_of_earlier_pass(case))
            else:
                open_cases.append(Judgement(case, began, scale, self._quick))
        with ThreadPoolExecutor(THREADS, thread_name_prefix="grader") as pool:
            Deadline(math.inf).poll(
                lambda: self._wave(pool, open_cases, known), every=min(_PAUSE * scale, 2.0)
            )
        return tuple(results[case.key] for case in cases)

    def _wave(
        self, pool: ThreadPoolExecutor, open_cases: list[Judgement], known: OnResult
    ) -> bool | None:
        """One look at everything that is still open; True when nothing is."""
        round_ = Round(self._cluster, self._link)
        looks = {pool.submit(self._look, judgement, round_): judgement for judgement in open_cases}
        for look in as_completed(looks):
            look.result()
            result = looks[look].result
            if result is not None:
                open_cases.remove(looks[look])
                known(result)
        if self._stop.is_set():
            for judgement in open_cases:
                judgement.stop(time.monotonic())
                if judgement.result is not None:
                    known(judgement.result)
            open_cases.clear()
        return None if open_cases else True

    def _look(self, judgement: Judgement, round_: Round) -> None:
        if self._stop.is_set():
            return
        started = time.monotonic()
        around = Surroundings(
            round=round_,
            time_scale=self._cluster.time_scale,
            baseline=judgement.case.baseline,
            memory=judgement.memory,
            patient=not self._quick,
        )
        finding = look_once(judgement.case, around)
        judgement.take(finding, started, time.monotonic())


def look_once(case: Case, around: Surroundings) -> Finding:
    """One look, in which everything that can go wrong becomes a finding."""
    spec = case.criterion.check
    try:
        check = REGISTRY[spec.kind]
        return check.look(check.model.model_validate(dict(spec.args)), around)
    except ApiNotInitialised as state:
        return failed(f"{state.message}", expected="a control plane", actual="none", path="API")
    except (ApiRefused, UnknownKind) as state:
        return failed(state.message, path="API")
    except (NodeUnreachable, ApiUnreachable) as error:
        _log.info("%s could not be looked at: %s", case.key, error)
        return unknown(error.message.rstrip("."))
    except SeatrialError as error:
        _log.error("%s: the lab or the grader is at fault: %s", case.key, error)
        return unknown(f"the lab is at fault: {error.message}")
    except Exception as error:  # noqa: BLE001  the worker's boundary: a verdict, never a crash
        _log.exception("%s: a fault of ours, with %r", case.key, dict(spec.args))
        return unknown(f"a fault of ours ({type(error).__name__})")
