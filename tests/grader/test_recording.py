"""What a look went by is kept with its verdict, and today's grader can judge it again."""

import ast
import inspect
import sys
from typing import Any

import pytest

from grader.checks.registry import REGISTRY
from grader.judgement import Case
from grader.recording import Recording
from grader.regrade import look_again
from grader.verdict import CriterionResult, Verdict
from grader.waves import Waves
from tests.grader.fakes import UNREACHABLE, FakeNode, World, prints, world
from tests.grader.kubernetes_objects import deployment, lease, node
from tests.grader.sample_lab import criterion

SERVICE = "LoadState=loaded\nActiveState=active\nSubState=running\nEnabled=enabled\nNRestarts=0\n"


def judged(here: World, check: str, /, quick: bool = True, **args: Any) -> CriterionResult:
    with Waves(here.cluster, here.link(), quick=quick) as waves:
        return waves.judge([Case("step", criterion("c", check, **args))])[0]


def again(result: CriterionResult, check: str, /, **args: Any) -> Verdict:
    """After the way through the database and back."""
    assert result.seen is not None
    recording = Recording.unpack(result.seen.pack())
    return look_again(Case("step", criterion("c", check, **args)), recording).verdict


WEB: dict[str, Any] = {"kind": "Deployment", "namespace": "shop", "name": "web"}


def test_what_was_judged_by_objects_is_judged_again_without_a_cluster() -> None:
    right = judged(world(deployment(replicas=3)), "resource", **WEB, expect={"spec.replicas": 3})
    wrong = judged(world(deployment(replicas=2)), "resource", **WEB, expect={"spec.replicas": 3})
    assert (right.verdict, wrong.verdict) == (Verdict.PASSED, Verdict.FAILED)
    assert again(right, "resource", **WEB, expect={"spec.replicas": 3}) is Verdict.PASSED
    assert again(wrong, "resource", **WEB, expect={"spec.replicas": 3}) is Verdict.FAILED


def test_another_rule_gives_another_verdict_on_what_was_seen() -> None:
    result = judged(world(deployment(replicas=2)), "resource", **WEB, expect={"spec.replicas": 3})
    assert again(result, "resource", **WEB, expect={"spec.replicas": {"ge": 2}}) is Verdict.PASSED


def test_what_was_seen_on_a_node_is_judged_again() -> None:
    here = world(nodes=[FakeNode("n1", prints(SERVICE))])
    result = judged(here, "service", node="n1", unit="kubelet")
    assert again(result, "service", node="n1", unit="kubelet") is Verdict.PASSED
    assert again(result, "service", node="n1", unit="kubelet", active="inactive") is Verdict.FAILED


def test_what_nobody_asked_then_is_unknown_now() -> None:
    result = judged(world(deployment()), "resource", **WEB)
    assert again(result, "resource", kind="Secret", namespace="shop") is Verdict.UNKNOWN


def test_trouble_is_part_of_what_was_seen() -> None:
    here = world(deployment())
    here.api.trouble = UNREACHABLE
    result = judged(here, "resource", **WEB)
    assert result.verdict is Verdict.UNKNOWN
    assert again(result, "resource", **WEB) is Verdict.UNKNOWN


def test_what_earlier_looks_remembered_is_recorded_with_the_last_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A node passes only when its lease was renewed since the first look."""
    monkeypatch.setattr("grader.checks.node.RENEWAL", 0.1)
    monkeypatch.setattr("grader.checks.node._SLACK", 0.0)
    here = world(node("n1"), lease("n1"))
    result = judged(here, "node", quick=False)
    assert result.verdict is Verdict.FAILED
    assert result.seen is not None and result.seen.memory
    assert again(result, "node") is Verdict.FAILED


def test_who_wrote_which_field_is_not_kept() -> None:
    item = deployment()
    item["metadata"]["managedFields"] = [{"manager": "kubectl"}]
    result = judged(world(item), "resource", **WEB)
    assert result.seen is not None
    assert "managedFields" not in str(result.seen.answers)


def test_equal_recordings_are_equal_bytes() -> None:
    first, second = (judged(world(deployment()), "resource", **WEB) for _ in range(2))
    assert first.seen is not None and second.seen is not None
    assert first.seen.pack() == second.seen.pack()
    assert len(first.seen.pack()) < 600


@pytest.mark.parametrize("name", REGISTRY)
def test_a_check_reads_through_its_round_only(name: str) -> None:
    """What it saw in any other way would not be recorded, and could not be judged again."""
    tree = ast.parse(inspect.getsource(sys.modules[REGISTRY[name].look.__module__]))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported.isdisjoint({"os", "random", "secrets", "socket", "subprocess", "time"})
