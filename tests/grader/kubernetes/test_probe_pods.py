"""Probe pods on an API server of ours that keeps pods: made, told apart, shared, removed."""

import copy
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cluster.node import ApiAccess
from grader.kubernetes.api import ApiAnswer, NoProbePod
from grader.kubernetes.probe_pod import MARK, ProbeWish, is_probe, key_of_probes, manifest
from grader.live_source import ApiLink, LiveSource
from grader.recording import RecordedSource, record_answers
from grader.round import Round
from grader.verdict import Verdict
from tests.grader.fakes import UNREACHABLE, FakeCluster, FakeNode, World, prints, world
from tests.grader.kubernetes_objects import namespace, node, pod

WISH = ProbeWish("shop", (("app", "web"),))
KEY = key_of_probes(b"a private key")


@dataclass(slots=True)
class Kept(FakeCluster):
    """Its client key is a file."""

    key: Path = Path("none")

    def api(self) -> ApiAccess:
        return ApiAccess("https://127.0.0.1:1", "kubernetes", "ca", "cert", str(self.key))


class Server:
    """Takes pods and starts them at once, as `starts` says; a status of its own refuses."""

    def __init__(self, found: World) -> None:
        self.items = found.api.items
        self.refusals: list[ApiAnswer] = []
        self.starts: Mapping[str, Any] = {"podIP": "10.244.0.77"}
        self.lock = threading.Lock()
        found.api.answers = self

    def __call__(self, method: str, path: str, body: Mapping[str, Any] | None) -> ApiAnswer:
        with self.lock:
            if method == "POST":
                assert body is not None
                return self.refusals.pop(0) if self.refusals else self.take(body)
            name = path.rpartition("/")[2]
            if method == "DELETE":
                self.items[:] = [one for one in self.items if one["metadata"]["name"] != name]
                return ApiAnswer(200, {})
            marked = [one for one in self.items if MARK in one["metadata"].get("labels", {})]
            return ApiAnswer(200, {"items": [] if "events" in path else marked})

    def take(self, body: Mapping[str, Any]) -> ApiAnswer:
        made = copy.deepcopy(dict(body))
        made["metadata"]["uid"] = f"uid-{made['metadata']['name']}"
        made["status"] = {"phase": "Pending", **self.starts}
        self.items.append(made)
        return ApiAnswer(201, made)

    def probes(self) -> list[dict[str, Any]]:
        return [one for one in self.items if "probe" in one["metadata"]["name"]]


@pytest.fixture
def here(tmp_path: Path) -> World:
    found = world(namespace("shop"), node("n2"), node("n1"), pod("web-1"))
    key = tmp_path / "client.key"
    key.write_bytes(b"a private key")
    found.cluster = Kept({}, time_scale=0.01, key=key)
    return found


@pytest.fixture
def server(here: World) -> Server:
    return Server(here)


def source(here: World, **how: bool) -> LiveSource:
    link = here.link()
    return LiveSource(here.cluster, link, **how)


def test_a_probe_does_nothing_and_is_never_taken_for_another_pod(
    server: Server, here: World
) -> None:
    (probe,) = Round(source(here)).probe_pods([WISH])
    (made,) = server.probes()
    assert (probe.ip, probe.node, probe.uid) == ("10.244.0.77", "n1", made["metadata"]["uid"])
    spec, metadata = made["spec"], made["metadata"]
    assert metadata["labels"] == {"app": "web", MARK: ""}
    assert metadata["ownerReferences"][0]["controller"], "so that no ReplicaSet adopts it"
    assert spec["readinessGates"], "so that no Service sends it anything"
    assert spec["automountServiceAccountToken"] is False and spec["activeDeadlineSeconds"] > 0
    assert spec["containers"][0]["imagePullPolicy"] == "Never"
    assert re.fullmatch(r"[a-z0-9-]{1,63}", probe.name)


def test_the_image_is_that_of_the_nodes_sandboxes(server: Server, here: World) -> None:
    here.api.items[2]["status"]["images"] = [
        {"names": ["nginx:1.22"]},
        {"names": ["registry.example/pause@sha256:00", "registry.example/pause:3.6"]},
    ]
    Round(source(here)).probe_pods([WISH])
    assert server.probes()[0]["spec"]["containers"][0]["image"] == "registry.example/pause:3.6"


def test_probes_are_in_no_answer_and_gone_when_the_round_is_over(
    server: Server, here: World
) -> None:
    mine = source(here)
    round_ = Round(mine)
    (probe,) = round_.probe_pods([WISH])
    assert [one["metadata"]["name"] for one in round_.objects("Pod")] == ["web-1"]
    assert round_.object("Pod", probe.name, "shop") is None
    whole = Round(source(here, whole=True))
    assert len(whole.objects("Pod")) == 2
    mine.close()
    assert server.probes() == []
    with pytest.raises(NoProbePod, match="over"):
        Round(mine).probe_pods([WISH])


def test_equal_wishes_share_a_pod_and_different_ones_do_not(server: Server, here: World) -> None:
    round_ = Round(source(here))
    first = round_.probe_pods([WISH])
    assert round_.probe_pods([WISH, ProbeWish("shop")])[0] == first[0]
    assert len(server.probes()) == 2


def test_an_imitated_name_hides_nothing(server: Server, here: World) -> None:
    Round(source(here)).probe_pods([WISH])
    (made,) = server.probes()
    name = made["metadata"]["name"]
    changes: list[tuple[str, Any]] = [
        ("another name", lambda one: one["metadata"].update(name=name[:-1] + "x")),
        ("other labels", lambda one: one["metadata"]["labels"].update(app="db")),
        ("another namespace", lambda one: one["metadata"].update(namespace="default")),
        ("another image", lambda one: one["spec"]["containers"][0].update(image="nginx")),
        ("a command", lambda one: one["spec"]["containers"][0].update(command=["sleep"])),
        ("one container more", lambda one: one["spec"]["containers"].append({"name": "x"})),
        ("an init container", lambda one: one["spec"].update(initContainers=[{"name": "x"}])),
    ]
    assert is_probe(made, KEY)
    assert not is_probe(made, key_of_probes(b"another key"))
    for what, change in changes:
        imitation = copy.deepcopy(made)
        change(imitation)
        assert not is_probe(imitation, KEY), what


def test_a_probe_that_is_refused_is_tried_with_limits_and_without(
    server: Server, here: World
) -> None:
    server.refusals = [ApiAnswer(403, {"message": "must specify limits.cpu"})]
    Round(source(here)).probe_pods([WISH])
    assert "limits" in server.probes()[0]["spec"]["containers"][0]["resources"]


def test_a_probe_that_a_quota_refuses_is_unknown_with_the_reason(
    server: Server, here: World
) -> None:
    server.refusals = [ApiAnswer(403, {"message": "exceeded quota: pods"})] * 3
    with pytest.raises(NoProbePod, match="in shop was refused: exceeded quota: pods"):
        Round(source(here)).probe_pods([WISH])
    server.refusals = [ApiAnswer(403, {"message": "exceeded quota: pods"})] * 3
    found = here.look("dns", client={"namespace": "shop", "labels": {}}, name="web")
    assert found.verdict is Verdict.UNKNOWN
    assert "exceeded quota" in found.evidence.why


def test_what_the_cluster_says_against_a_new_pod_is_a_problem(server: Server, here: World) -> None:
    def problem(wish: ProbeWish) -> str:
        return Round(source(here)).probe_pods([wish])[0].problem

    assert problem(ProbeWish("nowhere")) == "namespace nowhere does not exist"
    assert problem(ProbeWish("shop", (), "n9")) == "the cluster has no Node n9"
    server.starts = {"phase": "Failed", "reason": "OutOfpods", "message": "too many"}
    assert problem(WISH) == "n1 does not run a new pod: OutOfpods too many"
    here.api.items[1]["status"]["conditions"][1]["status"] = "Unknown"
    assert problem(ProbeWish("shop", (), "n2")) == "n2 is not Ready, so no new pod starts there"
    here.api.items[2]["status"]["conditions"][1]["status"] = "Unknown"
    assert problem(WISH) == "no node is Ready, so no new pod starts"


def test_a_pod_that_gives_no_sign_in_time_is_unknown(server: Server, here: World) -> None:
    server.starts = {}
    with pytest.raises(NoProbePod, match="did not start in time"):
        Round(source(here)).probe_pods([WISH])


NOBODY = 0x7FFFFFFF
"""No process has this number."""


def left_behind(process: int, phase: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(os, "getpid", lambda: process)
    made = dict(manifest(WISH, node("n1"), namespace("shop"), 60, KEY))
    monkeypatch.undo()
    return made | {"metadata": dict(made["metadata"]), "status": {"phase": phase}}


def test_what_a_killed_grader_left_is_removed_at_the_next_grading(
    server: Server, here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = left_behind(NOBODY, "Running", monkeypatch)
    ended = left_behind(os.getpid(), "Failed", monkeypatch)
    imitation = copy.deepcopy(killed)
    imitation["metadata"]["name"] = "seatrial-probe-1x2-" + "0" * 24
    server.items += [killed, ended, imitation]
    one = source(here)
    Round(one).objects("Pod")
    one.close()
    assert server.probes() == [imitation]


def test_a_probe_of_a_process_that_runs_is_left_alone(server: Server, here: World) -> None:
    other = source(here)
    Round(other).probe_pods([WISH])
    one = source(here)
    Round(one).objects("Pod")
    one.close()
    assert len(server.probes()) == 1


def test_a_server_that_is_gone_does_not_hinder_the_end_of_a_round(
    server: Server, here: World
) -> None:
    mine = source(here)
    Round(mine).probe_pods([WISH])
    here.api.trouble = UNREACHABLE
    mine.close()
    assert len(server.probes()) == 1


def test_a_recording_has_probes_too(server: Server, here: World) -> None:
    round_ = Round(source(here))
    live = round_.probe_pods([WISH])
    replayed = Round(RecordedSource(record_answers(round_.asked)))
    assert replayed.probe_pods([WISH]) == live


def test_a_wave_ends_with_the_removal_of_its_probes(server: Server, here: World) -> None:
    from grader.grade import Grader
    from tests.grader.sample_lab import criterion, lab, step

    here.cluster.nodes = {"n1": FakeNode("n1", prints("there\n"))}
    check = criterion("c", "dns", client={"namespace": "shop", "labels": {}}, name="web")
    link = ApiLink(here.cluster, lambda access, scale: here.api)
    report = Grader(lab(step("one", check)), here.cluster, {}, (), link).grade(quick=True)
    why = report.steps[0].results[0].evidence.why
    assert why == "the resolv.conf of a new pod in shop on n1 names no name server"
    assert server.probes() == []
