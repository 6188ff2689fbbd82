"""Judging a moment of a world by a row's criteria, as the grader would."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from grader.checks.registry import REGISTRY
from grader.judgement import Case as Judged
from grader.judgement import Judgement, Look
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.waves import look_once
from labs.model import Criterion
from tests.grader.cases.change import apply_all
from tests.grader.cases.controllers import settle
from tests.grader.cases.row import Case, Row
from tests.grader.cases.source import MomentSource
from tests.grader.cases.world import Moment, World, load_world

_PAUSE = 5.0
_LOOKS = 20
_LIVING = timedelta(seconds=15)
"""The age of a lease up to which its kubelet goes on renewing it."""


@cache
def world_of(name: str) -> World:
    """Not to be changed: work on copies."""
    return load_world(name)


def untouched(items: list[dict[str, Any]]) -> None:
    """In place of `settle`, for what no controller has seen."""


def moments(row: Row, case: Case | None) -> tuple[Moment, ...]:
    """The world as the case has it, at the first look and, if something happens then, later."""
    now = world_of(row.world).now
    if case is None:
        return (now.copy(),)
    controllers = untouched if case.untouched else settle
    first = apply_all(now, case.change, row.namespace, controllers)
    if not case.later:
        return (first,)
    return first, apply_all(first, case.later, row.namespace, controllers)


def before(row: Row) -> Moment:
    """The world when the lab began."""
    world = world_of(row.world)
    return apply_all(world.before or world.now, row.before, row.namespace, settle)


@contextmanager
def looking_at(moment: Moment) -> Iterator[Round]:
    source = MomentSource(moment)
    try:
        yield Round(source)
    finally:
        source.close()


def baselines(row: Row, moment: Moment) -> dict[str, Any]:
    """By criterion, what its check records after setup."""
    with looking_at(moment) as round_:
        return baselines_of(row, round_)


def baselines_of(row: Row, round_: Round) -> dict[str, Any]:
    found = {}
    for criterion in row.criteria:
        check = REGISTRY[criterion.check.kind]
        if check.baseline is not None:
            args = check.model.model_validate(dict(criterion.check.args))
            found[criterion.id] = check.baseline(args, Surroundings(round_))
    return found


def judge(row: Row, seen: tuple[Moment, ...], facts: Mapping[str, Any]) -> dict[str, Finding]:
    """A finding for each criterion. One moment is judged quickly, two by a full judgement."""
    if len(seen) > 1:
        return {one.id: _patiently(one, seen, facts.get(one.id)) for one in row.criteria}
    with looking_at(seen[0]) as round_:
        return {
            one.id: look_once(
                Judged(row.name, one, facts.get(one.id)),
                Surroundings(round_.for_one_look(), 1.0, facts.get(one.id), patient=False),
            )
            for one in row.criteria
        }


def _patiently(criterion: Criterion, seen: tuple[Moment, ...], baseline: Any) -> Finding:
    judged = Judged("step", criterion, baseline)
    judgement = Judgement(judged, began=0.0, time_scale=1.0)
    for number in range(_LOOKS):
        at = number * _PAUSE
        with looking_at(_after(at, seen[min(number, len(seen) - 1)])) as round_:
            around = Surroundings(round_.for_one_look(), 1.0, baseline, judgement.memory)
            judgement.take(Look(look_once(judged, around), at, at))
        if judgement.result is not None:
            break
    assert judgement.result is not None, f"no verdict on {criterion.id} after {_LOOKS} looks"
    return Finding(judgement.result.verdict, judgement.result.evidence)


def _after(seconds: float, moment: Moment) -> Moment:
    """The same some seconds later: clocks go on, and living kubelets renew their leases."""
    later = moment.copy()
    now = datetime.fromisoformat(moment.time)
    later.time = (now + timedelta(seconds=seconds)).isoformat()
    for item in later.objects:
        if item["kind"] == "Lease" and item["metadata"]["namespace"] == "kube-node-lease":
            renewed = datetime.fromisoformat(item["spec"]["renewTime"].replace("Z", "+00:00"))
            if now - renewed < _LIVING:
                renewed += timedelta(seconds=seconds)
                item["spec"]["renewTime"] = renewed.isoformat().replace("+00:00", "Z")
    return later
