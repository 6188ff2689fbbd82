from datetime import timedelta

from grader.verdict import Verdict
from tests.grader.fakes import NOW, UNREACHABLE, World, passes, why, world
from tests.grader.kubernetes_objects import lease, node


def renewed(here: World, name: str) -> None:
    """The kubelet renews its lease."""
    for item in here.api.items:
        if item["kind"] == "Lease" and item["metadata"]["name"] == name:
            item["spec"]["renewTime"] = (NOW + timedelta(seconds=9)).isoformat()


def test_a_ready_node_whose_lease_is_renewed_while_we_look_passes() -> None:
    here = world(node("k8s-node1"), lease("k8s-node1"))
    first = here.look("node", name="k8s-node1")
    assert first.verdict is Verdict.FAILED and first.pending >= 10
    renewed(here, "k8s-node1")
    assert passes(here.look("node", name="k8s-node1"))


def test_a_stopped_kubelet_whose_node_still_says_ready_fails() -> None:
    here = world(node("k8s-node1"), lease("k8s-node1", NOW - timedelta(seconds=3)))
    here.look("node", name="k8s-node1")
    found = here.look("node", name="k8s-node1")
    assert why(found) == (
        "k8s-node1 says Ready, but its kubelet last renewed the lease 3 s ago; does it run?"
    )


def test_the_leases_of_all_nodes_are_watched_from_the_first_look() -> None:
    here = world(node("a"), lease("a"), node("b"), lease("b"))
    here.look("node", min=2)
    renewed(here, "a")
    renewed(here, "b")
    assert passes(here.look("node", min=2))


def test_a_quick_look_goes_by_the_age_of_the_lease() -> None:
    fresh = world(node("k8s-node1"), lease("k8s-node1", NOW - timedelta(seconds=8)))
    assert passes(fresh.look("node", patient=False))
    stale = world(node("k8s-node1"), lease("k8s-node1", NOW - timedelta(seconds=31)))
    assert "31 s ago" in why(stale.look("node", patient=False))


def test_a_node_that_is_not_ready_fails_with_the_kubelets_words() -> None:
    here = world(node("k8s-node1", ready="Unknown"), lease("k8s-node1"))
    assert why(here.look("node", name="k8s-node1")) == (
        "k8s-node1 is not Ready: kubelet stopped posting status"
    )


def test_a_node_without_a_lease_fails() -> None:
    found = world(node("k8s-node1")).look("node", name="k8s-node1")
    assert why(found) == "the kubelet of k8s-node1 has no lease"


def test_deleting_the_sick_node_does_not_pass() -> None:
    here = world(node("k8s-master"), lease("k8s-master"))
    assert why(here.look("node", min=2, patient=False)) == (
        "the cluster has 1 of Node; 2 are needed"
    )
    assert why(here.look("node", name="k8s-node1")) == "the cluster has no Node k8s-node1"


def test_one_sick_node_among_healthy_ones_fails() -> None:
    here = world(node("a"), lease("a"), node("b", ready="False"), lease("b"))
    assert why(here.look("node", patient=False)).startswith("b is not Ready")


def test_no_nodes_are_not_all_ready() -> None:
    assert why(world().look("node", min=0)) == "the cluster has no Node"


def test_not_ready_can_be_what_is_asked_for() -> None:
    assert passes(world(node("a", ready="Unknown")).look("node", name="a", ready=False))
    assert why(world(node("a")).look("node", name="a", ready=False)) == "a is Ready"


def test_a_cordoned_node_is_not_schedulable() -> None:
    here = world(node("a", unschedulable=True), lease("a"))
    assert why(here.look("node", name="a", schedulable=True, patient=False)) == "a is cordoned"
    assert passes(here.look("node", name="a", schedulable=False, patient=False))


def test_fields_of_the_node_are_compared() -> None:
    here = world(node("a"), lease("a"))
    expect = {"status.nodeInfo.kubeletVersion": "v1.21.0"}
    assert "v1.20.2, not v1.21.0" in why(here.look("node", expect=expect, patient=False))


def test_an_unreachable_server_is_unknown() -> None:
    here = world(node("a"))
    here.api.trouble = UNREACHABLE
    assert here.look("node").verdict is Verdict.UNKNOWN
