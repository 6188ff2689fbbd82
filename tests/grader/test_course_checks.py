"""The checks of the course itself: what no schema sees, and no lab can be proved with."""

from collections.abc import Iterator
from typing import Any

import pytest

from grader.checks.registry import REGISTRY
from grader.kubernetes.label_selector import parse_selector
from grader.meaning.operators import OPERATOR_NAMES
from grader.meaning.path import parse_path
from labs.course import lab_places, load_lab
from labs.model import CheckSpec

_BY_PATH = ("expect", "json", "json_body", "yaml", "toml", "ini", "distinct")


def checks() -> Iterator[Any]:
    for place in lab_places():
        lab = load_lab(place.id, "seed")
        criteria = [(step.id, one) for step in lab.steps for one in step.criteria]
        criteria += [("ready", one) for one in lab.ready]
        for step_id, one in criteria:
            yield pytest.param(one.check, id=f"{place.id}:{step_id}/{one.id}")


@pytest.mark.parametrize("check", checks())
def test_a_check_of_the_course_can_be_read(check: CheckSpec) -> None:
    REGISTRY[check.kind].model.model_validate(dict(check.args))
    parse_selector(check.args.get("selector", ""))
    for name in _BY_PATH:
        for path, expected in check.args.get(name, {}).items():
            parse_path(path)
            _operators_are_spelled_right(expected)
    for name in ("exit", "stdout", "stderr", "content", "status", "body", "active", "enabled"):
        _operators_are_spelled_right(check.args.get(name))


def _operators_are_spelled_right(expected: Any) -> None:
    """A mapping of an operator and something else would be compared as a plain value."""
    if isinstance(expected, dict):
        known = set(expected) & OPERATOR_NAMES
        assert not known or known == set(expected), expected
