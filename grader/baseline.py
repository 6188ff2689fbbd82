"""Facts captured after setup, before the learner's first key, for checks that ask what changed."""

import json
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any

from cluster.node import Cluster, NodeUnreachable
from grader.checks.registry import REGISTRY
from grader.kubernetes.api import ApiUnreachable, NoProbePod
from grader.live_source import ApiLink, LiveSource
from grader.nodes import tools
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Baseline
from labs.deadline import Deadline
from labs.errors import SeatrialError
from labs.model import CheckSpec, Lab

_TOOLS = "tools/"
_PATIENCE = 20.0
"""Seconds (native speed) for a cluster that does not answer yet."""


class BaselineFailed(SeatrialError):
    """The state after setup could not be read, so the attempt cannot begin."""


def capture(lab: Lab, cluster: Cluster, link: ApiLink | None = None) -> Baseline:
    """By `<step id>/<criterion id>`: what each check wants to remember. Raises BaselineFailed."""
    checks = {
        f"{step.id}/{criterion.id}": criterion.check
        for step in lab.steps
        for criterion in step.criteria
    }
    return capture_for(checks, lab.id, cluster, link)


def tools_of(baseline: Baseline) -> Mapping[str, Any]:
    """What was captured of the nodes' own programs, by node."""
    found = {key: value for key, value in baseline.items() if key.startswith(_TOOLS)}
    return {key.removeprefix(_TOOLS): value for key, value in found.items()}


def capture_for(
    checks: Mapping[str, CheckSpec], what: str, cluster: Cluster, link: ApiLink | None = None
) -> Baseline:
    """By the keys of `checks`, for `what` was just set up. Raises BaselineFailed."""
    link = link or ApiLink(cluster)
    facts: dict[str, object] = {}
    deadline = Deadline.after(_PATIENCE * cluster.time_scale)
    last: list[SeatrialError] = []

    def read_all() -> Baseline | None:
        with closing(LiveSource(cluster, link)) as source:
            return read_by(Round(source))

    def read_by(round_: Round) -> Baseline | None:
        for key, spec in checks.items():
            check = REGISTRY[spec.kind]
            if check.baseline is None or key in facts:
                continue
            around = Surroundings(round=round_, time_scale=cluster.time_scale)
            try:
                facts[key] = check.baseline(_arguments(spec), around)
            except (NodeUnreachable, ApiUnreachable, NoProbePod) as error:
                last[:] = [error]
                return None
        for node in cluster.nodes:
            with suppress(tools.ToolsUnreadable):
                facts[f"{_TOOLS}{node}"] = tools.capture(round_, node)
        return facts

    found = deadline.poll(read_all, every=1.0)
    if found is None:
        raise BaselineFailed(
            f"The state of {what} after its setup could not be read: {last[0].message}",
            "Start the lab again.",
        ) from last[0]
    json.dumps(found)
    return found


def _arguments(spec: CheckSpec) -> object:
    return REGISTRY[spec.kind].model.model_validate(dict(spec.args))
