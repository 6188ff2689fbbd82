from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kubernetes.api import ApiAnswer, ApiUnreachable
from grader.kubernetes.component_flags import (
    compare_flags,
    first_difference,
    flags_document,
    plain_flags,
)
from grader.verdict import Finding, Verdict
from tests.grader.fakes import NOW, UNREACHABLE, FakeNode, World, passes, why, world
from tests.grader.kubernetes_objects import lease, pod
from tests.grader.kubernetes_objects import node as api_node
from tests.grader.mirror_pods import HASH, mirror, run_pod
from tests.grader.proc_tree import ProcNode, pod_group

APISERVER = ["kube-apiserver", "--authorization-mode=Node,RBAC", "--secure-port=6443"]


@pytest.fixture
def master(tmp_path: Path) -> ProcNode:
    node = ProcNode(tmp_path)
    run_pod(node, ["catatonit", "-P"], pid=600)
    node.program("curl", 'printf "ok\\n200 0\\n"')
    return node


def component(name: str, argv: list[str], **changes: Any) -> dict[str, Any]:
    container = {"name": name, "image": "x", "command": argv}
    return mirror(name, "kube-system", containers=[container], **changes)


def cluster(node: Any, *items: dict[str, Any]) -> World:
    here = world(api_node("k8s-master"), *items, nodes=[node])
    here.api.answers = lambda method, path, body: ApiAnswer(200, "ok")
    return here


def apiserver(master: ProcNode, *more: str, **changes: Any) -> World:
    """Whose process runs with more flags, which its mirror pod shows, too."""
    argv = [*APISERVER, *more]
    run_pod(master, argv)
    return cluster(master, component("kube-apiserver", argv, **changes))


def look(here: World, name: str = "kube-apiserver", **args: Any) -> Finding:
    return here.look("component", node="k8s-master", name=name, **args)


def test_flags_are_compared_by_meaning(master: ProcNode) -> None:
    here = apiserver(master, "--profiling=false", "--feature-gates=A=true,B=false")
    right = {
        "authorization-mode": ["RBAC", "Node"],
        "profiling": False,
        "secure-port": "6443",
        "feature-gates.A": True,
        "anonymous-auth": True,
        "token-auth-file": {"exists": False},
        "audit-log-path": None,
    }
    assert passes(look(here, flags=right))
    assert passes(look(here, flags={"authorization-mode": "RBAC,Node"}))
    assert passes(look(here, flags={"authorization-mode": {"contains": "RBAC"}}))
    assert "authorization-mode lacks AlwaysAllow" in why(
        look(here, flags={"authorization-mode": ["AlwaysAllow"]})
    )
    assert "has RBAC besides" in why(look(here, flags={"authorization-mode": "Node"}))
    assert "feature-gates.B is false, not true" in why(look(here, flags={"feature-gates.B": True}))


def test_a_flag_that_is_left_out_has_its_default(master: ProcNode) -> None:
    here = apiserver(master)
    assert "profiling is true, not false" in why(look(here, flags={"profiling": False}))
    assert "audit-log-path is not set" in why(look(here, flags={"audit-log-path": "/x"}))


def test_a_manifest_that_does_not_run_yet_fails(master: ProcNode) -> None:
    run_pod(master, APISERVER)
    changed = component("kube-apiserver", [*APISERVER, "--profiling=false"])
    found = look(cluster(master, changed), flags={"profiling": False})
    assert "says --profiling false, but kube-apiserver runs with true" in why(found)


def test_the_same_flags_may_be_written_otherwise(master: ProcNode) -> None:
    run_pod(master, APISERVER)
    spelled = ["/usr/bin/kube-apiserver", "--authorization_mode", "RBAC,Node", "--secure-port=6443"]
    assert passes(look(cluster(master, component("kube-apiserver", spelled))))
    shell = ["sh", "-c", "exec kube-apiserver --secure-port=1"]
    assert passes(look(cluster(master, component("kube-apiserver", shell))))


def test_a_crashing_component_fails_and_restarts_are_counted(master: ProcNode) -> None:
    crashing = look(apiserver(master, ready=False))
    assert why(crashing).endswith("kube-apiserver-k8s-master is not Ready: ErrImagePull")


def test_restarts_must_hold_still(master: ProcNode) -> None:
    found = look(apiserver(master, restarts=4))
    assert passes(found) and list(found.steady.values()) == [4]


def test_a_pod_without_its_process_fails(master: ProcNode) -> None:
    here = cluster(master, component("kube-apiserver", APISERVER))
    assert "its kube-apiserver does not run on k8s-master" in why(look(here))
    ordinary = pod("kube-apiserver-k8s-master", namespace="kube-system", node="k8s-master")
    assert "an ordinary pod" in why(look(cluster(master, ordinary)))
    assert "has no pod of kube-apiserver" in why(look(cluster(master)))


def test_an_api_server_that_is_not_ready_names_what_is_not(master: ProcNode) -> None:
    here = apiserver(master)
    text = "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed"
    here.api.answers = lambda method, path, body: ApiAnswer(500, text)
    assert why(look(here)) == (
        "kube-apiserver on k8s-master is not healthy: it answers 500: "
        "[-]etcd failed: reason withheld"
    )
    assert passes(look(here, healthy=False))


def test_a_dead_api_server_fails_itself_and_hides_the_others(master: ProcNode) -> None:
    here = cluster(master)
    here.api.trouble = UNREACHABLE
    assert why(look(here)) == (
        "the API server does not answer; no kube-apiserver runs on k8s-master"
    )
    assert "no etcd runs on k8s-master" in why(look(here, "etcd"))
    run_pod(master, APISERVER)
    assert why(look(here)).endswith("kube-apiserver runs on k8s-master")
    assert look(here, "kube-scheduler").verdict is Verdict.UNKNOWN
    here.api.trouble = ApiUnreachable("the API server does not answer in time")
    assert look(here).verdict is Verdict.UNKNOWN
    assert "no etcd runs on k8s-master" in why(look(here, "etcd"))
    lost = cluster(FakeNode("k8s-master", lost=True))
    lost.api.trouble = UNREACHABLE
    assert look(lost).verdict is Verdict.UNKNOWN


def scheduler(master: ProcNode, *more: str, **changes: Any) -> World:
    argv = ["kube-scheduler", "--bind-address=127.0.0.1", *more]
    run_pod(master, argv)
    renewed = changes.get("renewed", NOW)
    items = [lease("kube-scheduler", renewed)] if renewed else []
    for held in items:
        held["metadata"]["namespace"] = "kube-system"
    return cluster(master, component("kube-scheduler", argv), *items)


def test_a_leader_renews_its_lease(master: ProcNode) -> None:
    assert passes(look(scheduler(master), "kube-scheduler"))


def test_a_lease_that_nobody_renews_fails(master: ProcNode) -> None:
    here = scheduler(master, renewed=NOW - timedelta(seconds=60))
    assert "its lease was last renewed 60 s ago by nobody" in why(look(here, "kube-scheduler"))
    assert passes(look(here, "kube-scheduler", active=False))


def test_without_leader_election_there_is_no_lease(master: ProcNode) -> None:
    here = scheduler(master, "--leader-elect=false", renewed=None)
    assert passes(look(here, "kube-scheduler"))


def test_no_lease_at_all_fails(master: ProcNode) -> None:
    found = look(scheduler(master, renewed=None), "kube-scheduler")
    assert why(found) == "no kube-scheduler has a lease"


def test_a_lease_may_lie_in_an_annotation(master: ProcNode) -> None:
    here = scheduler(master, renewed=None)
    record = '{"renewTime":"2026-11-20T11:59:58Z","leaseDurationSeconds":15}'
    annotations = {"control-plane.alpha.kubernetes.io/leader": record}
    metadata = {"name": "kube-scheduler", "namespace": "kube-system", "annotations": annotations}
    here.api.items.append({"kind": "Endpoints", "metadata": metadata})
    assert passes(look(here, "kube-scheduler"))


@pytest.mark.parametrize(
    ("said", "reason"), [("bad\n500 0", "it answers 500: bad"), ("\n000 7", "it does not answer")]
)
def test_health_is_asked_of_the_component_itself(master: ProcNode, said: str, reason: str) -> None:
    master.write("answer", said)
    master.program(
        "curl", 'case "$*" in *https://127.0.0.1:10259/healthz) cat "$HOME/answer"; esac'
    )
    assert reason in why(look(scheduler(master), "kube-scheduler"))


def test_no_curl_is_unknown(master: ProcNode) -> None:
    master.program("curl", "exit 127")
    assert look(scheduler(master), "kube-scheduler").verdict is Verdict.UNKNOWN


def test_kube_proxy_is_the_pod_of_its_node(master: ProcNode) -> None:
    argv = ["/usr/local/bin/kube-proxy", "--hostname-override=k8s-master"]
    shown = [argv[0], "--hostname-override=$(NODE_NAME)"]
    container = {"name": "kube-proxy", "image": "x", "command": shown}
    labels = {"k8s-app": "kube-proxy"}
    fields: dict[str, Any] = {"namespace": "kube-system", "labels": labels}
    here = pod("proxy-a", node="k8s-master", containers=[container], uid="u-1", **fields)
    there = pod("proxy-b", node="n2", **fields)
    master.process(900, argv, pod_group("u-1", "c"))
    flags = {"hostname-override": "k8s-master"}
    assert passes(look(cluster(master, there, here), "kube-proxy", flags=flags))
    assert "has no pod of kube-proxy" in why(look(cluster(master, there), "kube-proxy"))


def test_processes_of_another_pod_do_not_count(master: ProcNode) -> None:
    master.process(701, APISERVER, pod_group(HASH[::-1], "c"))
    here = cluster(master, component("kube-apiserver", APISERVER))
    assert "does not run" in why(look(here))


NAMES = st.from_regex(r"[a-z]{3,6}(-[a-z]{3,6}){0,2}", fullmatch=True)
VALUES = st.from_regex(r"[a-z0-9/][a-z0-9/.:]{0,8}", fullmatch=True)


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_a_flag_and_its_value_may_stand_in_one_word_or_in_two(flags: dict[str, str]) -> None:
    taken = {name: value for name, value in flags.items() if name not in ("profiling", "pre-vote")}
    joined = [f"--{name}={value}" for name, value in taken.items()]
    parted = [word for name, value in taken.items() for word in (f"-{name}", value)]
    assert plain_flags(["x", *joined]) == plain_flags(["x", *parted]) == taken
    one, two = (flags_document("etcd", ["etcd", *words]) for words in (joined, parted))
    assert first_difference(one, two) is None


@given(st.permutations(["Node", "RBAC", "Webhook"]))
def test_the_order_of_a_list_does_not_matter(modes: list[str]) -> None:
    document = flags_document("kube-apiserver", ["x", "--authorization-mode=Node,RBAC,Webhook"])
    assert compare_flags({"authorization-mode": modes}, document) is None
    assert compare_flags({"authorization-mode": modes[:2]}, document) is not None
