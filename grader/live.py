"""Judges a step again and again while the learner works, at a low cost to the guests."""

import threading
from dataclasses import replace

from grader.grade import Grader
from grader.judgement import Case, result_of_earlier_pass
from grader.live_step import LiveStep
from grader.waves import OnResult

PAUSE = 3.0
"""Least seconds between two rounds."""
_LONGEST_PAUSE = 20.0
_COST = 25.0
"""A pause is this many times as long as the round was. About half of a round is work of the guests,
so that they spend no more than 2 % of their time on us."""


def pause_after(round_seconds: float, shortest: float = PAUSE) -> float:
    """How long to leave the guests alone after a round that took this long."""
    return min(max(shortest, round_seconds * _COST), max(shortest, _LONGEST_PAUSE))


def watch(
    grader: Grader,
    step_id: str,
    on_result: OnResult,
    stop: threading.Event,
    shortest_pause: float = PAUSE,
) -> None:
    """Until `stop` is set: call `on_result` when a criterion is first judged and when it changes.

    Does not wait for anything to converge; what must hold for a time passes only when it has held.
    Returns within a second of `stop`, or when nothing is left to watch. Raises KeyError.
    """
    cases = []
    for case in map(_at_once, grader.cases(grader.lab.step(step_id))):
        if case.passed_before:
            on_result(result_of_earlier_pass(case))
        else:
            cases.append(case)
    LiveStep(grader, cases, on_result, stop).run(lambda took: pause_after(took, shortest_pause))


def _at_once(case: Case) -> Case:
    """Without convergence: the next round looks again anyway."""
    return replace(case, criterion=replace(case.criterion, eventually=0.0))
