"""What an author wrote wrongly is the lab's fault, never the learner's; and what lacks says so."""

from typing import Any

import pytest

from grader.meaning.compare import compare
from grader.meaning.operand import OperandError
from grader.meaning.path import Missing
from grader.wording import describe


@pytest.mark.parametrize(
    ("operator", "operand"),
    [
        ("cron", "often"),
        ("argv", {}),
        ("instant", "soon"),
        ("instant", {"at": "2026-11-20", "within": "a while"}),
        ("instant", {"at": "2026-11-20", "about": "1h"}),
        ("network", "home"),
        ("network", {"has": "10.0.0.1"}),
        ("version", "the newest"),
    ],
)
def test_an_operand_that_cannot_be_read_is_an_error(operator: str, operand: Any) -> None:
    with pytest.raises(OperandError, match=operator):
        compare({operator: operand}, "10.0.0.0/8", "x")


@pytest.mark.parametrize(
    ("operator", "operand", "words"),
    [
        ("cron", "* * * * *", "the schedule * * * * *"),
        ("argv", ["sleep", "1"], 'the command ["sleep", "1"]'),
        ("instant", "2026-11-20", "2026-11-20"),
        ("instant", {"at": "2026-11-20", "within": "1h"}, "2026-11-20, or up to 1h from it"),
        ("network", "10.0.0.0/8", "the network 10.0.0.0/8"),
        ("network", {"contains": "10.0.0.1"}, "a network with 10.0.0.1"),
        ("version", ">=1.20", "version >=1.20"),
        ("has", {"image": "nginx"}, 'something with {"image": "nginx"}'),
    ],
)
def test_what_is_not_there_fails_and_what_is_asked_reads_well(
    operator: str, operand: Any, words: str
) -> None:
    mismatch = compare({operator: operand}, Missing("x is not set", omitted=True), "x")
    assert mismatch is not None
    assert (mismatch.why, mismatch.expected) == ("x is not set", words)
    assert describe({operator: operand}) == words


def test_the_label_version_is_no_operator() -> None:
    assert compare({"version": "green"}, {"version": "green"}, "metadata.labels") is None
    assert compare({"version": "green"}, {"version": "blue"}, "spec.selector") is not None
    assert compare({"version": "1.20"}, "v1.20.2", "status.nodeInfo.kubeletVersion") is None
