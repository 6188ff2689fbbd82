"""What is done inside the nodes of a golden cluster, and in which order."""

import pytest

from cluster.entry import NodeScriptFailed
from cluster.events import Event, PhaseStarted
from cluster.fake import FakeNode
from cluster.node import CommandResult
from cluster.profile import named
from cluster.progress import Progress
from cluster.rehearsal import Rehearsal

JOIN = "kubeadm join 192.168.52.200:6443 --token a.b --discovery-token-ca-cert-hash sha256:c"


class Recorder(FakeNode):
    """Keeps the first line of every script that it is given."""

    def __init__(self, name: str, failing: str = "") -> None:
        super().__init__(name)
        self.scripts: list[str] = []
        self.failing = failing
        self.answers["bash *"] = self.answer

    def answer(self, stdin: str) -> CommandResult:
        self.scripts.append(stdin)
        if self.failing and self.failing in stdin:
            return CommandResult(1, "", "one\ntwo\nthe reason")
        return CommandResult(0, f"warning\n{JOIN}\n" if "token create" in stdin else "", "")


def rehearse(profile: str, failing: str = "") -> tuple[dict[str, Recorder], list[Event]]:
    nodes = {shape.name: Recorder(shape.name, failing) for shape in named(profile).nodes}
    events: list[Event] = []
    Rehearsal(named(profile), nodes, 2.0, Progress(events.append)).perform()
    return nodes, events


def test_nodes_without_kubernetes_only_empty_their_caches() -> None:
    nodes, _ = rehearse("kubeadm-0")
    assert all(len(node.scripts) == 1 for node in nodes.values())
    assert all("drop_caches" in node.scripts[0] for node in nodes.values())


def test_the_control_plane_is_initialised_and_settles() -> None:
    nodes, _ = rehearse("kubeadm-1")
    scripts = nodes["k8s-master"].scripts
    assert ["kubeadm init" in scripts[0], "kubectl wait" in scripts[1]] == [True, True]


def test_workers_join_by_the_printed_command_and_the_control_plane_is_tainted() -> None:
    nodes, _ = rehearse("kubeadm-3")
    for worker in ("k8s-node1", "k8s-node2"):
        assert f"bash -eu -s -- {JOIN}" in nodes[worker].commands
    assert any("kubectl taint" in script for script in nodes["k8s-master"].scripts)
    assert not any("kubeadm init" in script for script in nodes["k8s-master"].scripts)


def test_a_worker_that_does_not_join_is_forgotten_and_tried_once_more() -> None:
    nodes = {shape.name: Recorder(shape.name) for shape in named("kubeadm-3").nodes}
    attempts: list[str] = []

    def busy(stdin: str) -> CommandResult:
        if "kubeadm reset" in stdin:
            attempts.append(stdin)
        return CommandResult(1 if len(attempts) == 1 and "kubeadm reset" in stdin else 0, "", "")

    nodes["k8s-node2"].answers["bash *"] = busy
    Rehearsal(named("kubeadm-3"), nodes, 1.0, Progress(lambda event: None)).perform()
    assert len(attempts) == 2
    assert "bash -eu -s -- k8s-node2" in nodes["k8s-master"].commands
    assert "bash -eu -s -- k8s-node1" not in nodes["k8s-master"].commands


def test_an_api_server_that_refuses_for_a_while_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("labs.deadline.time.sleep", lambda seconds: None)
    master = Recorder("k8s-master")
    refusals = iter([CommandResult(1, "", "refused")])

    def refuse_once(stdin: str) -> CommandResult:
        if "kubectl wait" in stdin:
            master.scripts.append(stdin)
            return next(refusals, CommandResult(0, "", ""))
        return CommandResult(0, "", "")

    master.answers["bash *"] = refuse_once
    profile = named("kubeadm-1")
    Rehearsal(profile, {"k8s-master": master}, 1.0, Progress(lambda event: None)).perform()
    assert len(master.scripts) == 2


def test_the_remaining_time_falls_from_phase_to_phase() -> None:
    _, events = rehearse("kubeadm-1")
    left = [e.seconds_left for e in events if isinstance(e, PhaseStarted) and e.seconds_left]
    assert len(left) == 3
    assert left == sorted(left, reverse=True)


def test_a_script_that_fails_says_which_on_which_node_and_its_last_lines() -> None:
    with pytest.raises(NodeScriptFailed, match=r"initialise\.sh failed on k8s-master.*the reason"):
        rehearse("kubeadm-1", failing="kubeadm init")
