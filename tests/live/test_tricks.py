"""Nothing that a learner can replace on a node changes a verdict: tricks, each on a real node.

What is right stays PASSED and what is wrong stays FAILED while a trick is played (`tricks.yaml`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from cluster import lifecycle
from cluster.running import RunningLab
from grader.baseline import capture
from grader.grade import Grader
from grader.verdict import Baseline, GradeReport, Verdict
from labs.model import CheckSpec, Criterion, Lab, NodeScript
from tests.grader.sample_lab import lab as lab_of
from tests.grader.sample_lab import step

NODE = "k8s-master"


@dataclass(frozen=True, slots=True)
class Trick:
    name: str
    trick: str
    undo: str
    blind: bool = False
    reconnect: bool = False
    """Whether it shows with a new connection only."""


TRICKS = [
    Trick(**one)
    for one in yaml.safe_load((Path(__file__).parent / "tricks.yaml").read_text("utf-8"))
]

RIGHT: dict[str, tuple[str, dict[str, object]]] = {
    "node": ("node", {"name": NODE}),
    "dns": ("rollout", {"namespace": "kube-system", "name": "coredns"}),
    "endpoints": ("endpoints", {"namespace": "kube-system", "service": "kube-dns"}),
    "runtime": ("service", {"node": NODE, "unit": "containerd", "enabled": "enabled"}),
    "forwarding": ("sysctl", {"node": NODE, "values": {"net.ipv4.ip_forward": 1}}),
    "config": ("file", {"node": NODE, "path": "/etc/hostname", "content": NODE}),
    "health": (
        "http",
        {"node": NODE, "url": "http://127.0.0.1:10248/healthz", "body": "ok"},
    ),
}
WRONG: dict[str, tuple[str, dict[str, object]]] = {
    "deployment": ("rollout", {"namespace": "work", "name": "work"}),
    "service": ("endpoints", {"namespace": "work", "service": "work"}),
    "unit": ("service", {"node": NODE, "unit": "work", "enabled": "enabled"}),
    "parameter": ("sysctl", {"node": NODE, "values": {"vm.swappiness": 1}}),
    "answer": ("file", {"node": NODE, "path": "/root/answer", "content": "done"}),
    "page": ("http", {"node": NODE, "url": "http://127.0.0.1:8099/"}),
}


def criteria() -> Lab:
    rows = [(f"right-{name}", row) for name, row in RIGHT.items()]
    rows += [(f"wrong-{name}", row) for name, row in WRONG.items()]
    return lab_of(
        step("all", *(Criterion(name, CheckSpec(*row), ("R1",), 1) for name, row in rows))
    )


@dataclass(frozen=True, slots=True)
class Watched:
    """A cluster with the state after setup, and a way to judge it and to play on it."""

    cluster: RunningLab
    baseline: Baseline

    def judged(self) -> dict[str, tuple[Verdict, str]]:
        report: GradeReport = Grader(criteria(), self.cluster, self.baseline).grade(quick=True)
        return {
            result.criterion_id: (result.verdict, result.evidence.why)
            for result in report.steps[0].results
        }

    def play(self, script: str) -> None:
        done = self.cluster.run_script(NodeScript(NODE, script, Path("trick")))
        assert done.code == 0, done

    def reconnect(self) -> None:
        self.cluster.close()


@pytest.fixture(scope="module")
def watched(own_folders: object) -> Iterator[Watched]:
    cluster = lifecycle.up("1/tricks", "kubeadm-1")
    yield Watched(cluster, capture(criteria(), cluster))
    cluster.close()
    lifecycle.down("1/tricks")


def test_without_a_trick_right_is_passed_and_wrong_is_failed(watched: Watched) -> None:
    assert_honest(watched.judged(), blind=False)


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_a_trick_changes_no_verdict(trick: Trick, watched: Watched) -> None:
    watched.play(trick.trick)
    try:
        if trick.reconnect:
            watched.reconnect()
        assert_honest(watched.judged(), trick.blind)
    finally:
        watched.play(trick.undo)
        if trick.reconnect:
            watched.reconnect()
    assert_honest(watched.judged(), blind=False)


def assert_honest(found: dict[str, tuple[Verdict, str]], blind: bool) -> None:
    """`blind`: what could not be seen is UNKNOWN; it is still no pass, and no loss."""
    wanted = {
        name: {Verdict.PASSED if name.startswith("right-") else Verdict.FAILED}
        | ({Verdict.UNKNOWN} if blind else set())
        for name in found
    }
    assert {name: told for name, told in found.items() if told[0] not in wanted[name]} == {}


def test_there_are_as_many_tricks_as_were_promised() -> None:
    assert len(TRICKS) >= 20
