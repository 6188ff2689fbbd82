from typing import Any

from cluster.node import ApiNotInitialised
from grader.checks import rollout
from grader.verdict import Verdict
from labs.checks.rollout import RolloutCheck
from tests.grader.fakes import World, passes, why, world
from tests.grader.kubernetes_objects import deployment, pod, replica_set

WEB: dict[str, Any] = {"namespace": "shop", "name": "web"}


def rolled_out(revision: int = 1, **changes: Any) -> World:
    pods = [pod(f"web-{n}", owner=f"rs-{revision}") for n in range(3)]
    return world(deployment(revision=revision, **changes), replica_set("web", revision), *pods)


def test_a_finished_rollout_passes() -> None:
    assert passes(rolled_out().look("rollout", **WEB, replicas=3))


def test_a_deployment_that_is_not_there_fails() -> None:
    assert why(world().look("rollout", **WEB)) == "Deployment shop/web does not exist"


def test_one_replica_too_few_fails() -> None:
    found = rolled_out(replicas=2).look("rollout", **WEB, replicas=3)
    assert why(found) == "Deployment shop/web asks for 2 pods, not 3"


def test_a_change_that_the_controller_has_not_seen_fails() -> None:
    found = rolled_out(generation=3, observed=2).look("rollout", **WEB)
    assert "has not seen the last change" in why(found)


def test_a_rollout_under_way_fails() -> None:
    found = rolled_out(updated=1).look("rollout", **WEB)
    assert why(found) == "Deployment shop/web has 1 of 3 pods of the newest template"


def test_a_paused_rollout_says_that_it_is_paused() -> None:
    found = rolled_out(updated=0, paused=True).look("rollout", **WEB)
    assert why(found).endswith("0 of 3 pods of the newest template; it is paused")


def test_surge_pods_that_are_left_fail() -> None:
    found = rolled_out(total=4).look("rollout", **WEB)
    assert why(found) == "Deployment shop/web has 4 of 3 pods in all (old ones included)"


def test_unavailable_pods_fail() -> None:
    found = rolled_out(available=0).look("rollout", **WEB)
    assert why(found) == "Deployment shop/web has 0 of 3 pods available"


def test_a_status_that_lies_is_found_out_by_the_pods() -> None:
    pods = [
        pod("web-1", owner="rs-1"),
        pod("web-2", owner="rs-1", ready=False, waiting="CrashLoopBackOff"),
    ]
    found = world(deployment(replicas=2), replica_set("web", 1), *pods).look("rollout", **WEB)
    assert why(found) == ("Deployment shop/web has 1 of 2 pods Ready; web-2: CrashLoopBackOff")


def test_pods_of_another_object_with_the_same_labels_do_not_count() -> None:
    found = world(deployment(replicas=1), replica_set("web", 1), pod("bare")).look("rollout", **WEB)
    assert why(found) == "Deployment shop/web has 0 of 1 pods Ready"


def test_a_pod_of_an_older_replica_set_fails_unless_it_is_going() -> None:
    items = [
        deployment(replicas=1, revision=2),
        replica_set("web", 1),
        replica_set("web", 2),
        pod("new", owner="rs-2"),
    ]
    old = pod("old", owner="rs-1")
    assert "old of an older ReplicaSet" in why(world(*items, old).look("rollout", **WEB))
    assert passes(world(*items, pod("old", owner="rs-1", deleted=True)).look("rollout", **WEB))


def test_nothing_scaled_to_nothing_passes_only_where_that_is_asked() -> None:
    here = world(deployment(replicas=0))
    assert why(here.look("rollout", **WEB)) == "Deployment shop/web asks for no pods"
    assert passes(here.look("rollout", **WEB, replicas=0))


def baseline(here: World) -> Any:
    return rollout.baseline(RolloutCheck(**WEB, newer_than_baseline=True), here.around())


def test_never_having_rolled_out_anything_is_not_newer() -> None:
    here = rolled_out()
    found = here.look("rollout", baseline(here), **WEB, newer_than_baseline=True)
    assert "has not been rolled out since the lab began" in why(found)


def test_scaling_is_no_rollout() -> None:
    before = baseline(rolled_out())
    found = rolled_out(generation=9).look("rollout", before, **WEB, newer_than_baseline=True)
    assert "has not been rolled out" in why(found)


def test_a_rollback_makes_a_new_revision() -> None:
    before = baseline(rolled_out(2))
    assert passes(rolled_out(3).look("rollout", before, **WEB, newer_than_baseline=True))


def test_deleting_and_making_anew_is_no_rollout() -> None:
    before = baseline(rolled_out(2))
    here = world(deployment(uid="other"), replica_set("web", 1))
    found = here.look("rollout", before, **WEB, newer_than_baseline=True)
    assert "was deleted and made anew" in why(found)


def test_what_did_not_exist_before_is_newer() -> None:
    before = baseline(world())
    assert passes(rolled_out().look("rollout", before, **WEB, newer_than_baseline=True))


def test_before_there_is_a_control_plane_nothing_was_rolled_out() -> None:
    before = baseline(world(no_api=ApiNotInitialised("there is no control plane", "make one")))
    assert passes(rolled_out().look("rollout", before, **WEB, newer_than_baseline=True))


def test_without_a_baseline_newer_cannot_be_judged() -> None:
    found = rolled_out().look("rollout", **WEB, newer_than_baseline=True)
    assert found.verdict is Verdict.UNKNOWN


def daemon_set(desired: int, **status: int) -> dict[str, Any]:
    return {
        "kind": "DaemonSet",
        "metadata": {"name": "web", "namespace": "shop", "uid": "ds", "generation": 1},
        "spec": {},
        "status": {
            "observedGeneration": 1,
            "desiredNumberScheduled": desired,
            "currentNumberScheduled": desired,
            "updatedNumberScheduled": desired,
            "numberAvailable": desired,
            **status,
        },
    }


def test_a_daemon_set_on_no_node_fails() -> None:
    found = world(daemon_set(0)).look("rollout", **WEB, kind="DaemonSet")
    assert why(found) == "DaemonSet shop/web asks for no pods"


def test_a_daemon_set_is_done_when_each_node_has_its_ready_pod() -> None:
    pods = [pod(f"web-{n}", owner="ds") for n in range(2)]
    assert passes(world(daemon_set(2), *pods).look("rollout", **WEB, kind="DaemonSet"))
    assert "1 of 2" in why(world(daemon_set(2), *pods[:1]).look("rollout", **WEB, kind="DaemonSet"))


def stateful_set(current: str, update: str, updated: int) -> dict[str, Any]:
    return {
        "kind": "StatefulSet",
        "metadata": {"name": "web", "namespace": "shop", "uid": "sts", "generation": 1},
        "spec": {"replicas": 2},
        "status": {
            "observedGeneration": 1,
            "replicas": 2,
            "readyReplicas": 2,
            "updatedReplicas": updated,
            "currentRevision": current,
            "updateRevision": update,
        },
    }


def test_a_stateful_set_is_done_when_all_have_the_newest_template() -> None:
    pods = [pod(f"web-{n}", owner="sts") for n in range(2)]
    done = world(stateful_set("b", "b", 0), *pods)
    assert passes(done.look("rollout", **WEB, kind="StatefulSet"))
    under_way = world(stateful_set("a", "b", 1), *pods)
    assert "1 of 2 pods of the newest" in why(under_way.look("rollout", **WEB, kind="StatefulSet"))


def pods_of_baseline(here: World) -> Any:
    return rollout.baseline(RolloutCheck(**WEB, new_pods=True), here.around())


def test_pods_made_anew_in_any_way_pass() -> None:
    before = pods_of_baseline(rolled_out())
    by_hand = [pod(f"web-{n}", owner="rs-1", uid=f"again-{n}") for n in range(3)]
    deleted = world(deployment(), replica_set("web", 1), *by_hand)
    assert passes(deleted.look("rollout", before, **WEB, new_pods=True))


def test_one_pod_that_was_there_before_fails() -> None:
    before = pods_of_baseline(rolled_out())
    mixed = [pod(f"web-{n}", owner="rs-1", uid=f"again-{n}") for n in range(2)]
    here = world(deployment(), replica_set("web", 1), *mixed, pod("web-2", owner="rs-1"))
    assert why(here.look("rollout", before, **WEB, new_pods=True)) == (
        "1 of 3 pods of Deployment shop/web are as old as the lab: web-2"
    )
    assert here.look("rollout", **WEB, new_pods=True).verdict is Verdict.UNKNOWN
