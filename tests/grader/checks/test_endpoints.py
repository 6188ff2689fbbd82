from typing import Any

from grader.verdict import Verdict
from tests.grader.fakes import UNREACHABLE, passes, why, world
from tests.grader.kubernetes_objects import endpoints, pod, service

WEB: dict[str, Any] = {"namespace": "shop", "service": "web"}
GREEN = {"app": "web", "version": "green"}
BLUE = {"app": "web", "version": "blue"}


def test_ready_pods_with_the_labels_pass() -> None:
    items = (
        service(),
        endpoints("web", "g1", "g2"),
        pod("g1", labels=GREEN),
        pod("g2", labels=GREEN),
    )
    found = world(*items).look("endpoints", **WEB, min=2, pod_labels={"version": "green"})
    assert passes(found)


def test_a_selector_changed_while_green_is_not_ready_fails() -> None:
    items = (service(), endpoints("web", waiting=["g1"]), pod("g1", labels=GREEN, ready=False))
    found = world(*items).look("endpoints", **WEB, pod_labels={"version": "green"})
    assert why(found) == (
        "Service shop/web has 0 ready endpoints, 1 are needed; "
        "1 more pods fit its selector and are not Ready"
    )


def test_a_blue_pod_among_the_endpoints_fails() -> None:
    items = (
        service(),
        endpoints("web", "g1", "b2"),
        pod("g1", labels=GREEN),
        pod("b2", labels=BLUE),
    )
    found = world(*items).look("endpoints", **WEB, pod_labels={"version": "green"})
    assert why(found) == "pod b2 behind Service shop/web has version=blue, not green"


def test_an_endpoint_without_a_pod_fails() -> None:
    by_hand = endpoints("web", "x1")
    by_hand["subsets"][0]["addresses"][0].pop("targetRef")
    found = world(service(), by_hand).look("endpoints", **WEB)
    assert why(found).endswith("of Service shop/web stands for no pod")


def test_an_endpoint_of_a_pod_that_was_made_anew_fails() -> None:
    items = (service(), endpoints("web", "w1"), pod("w1", uid="another"))
    assert "pod w1, which is gone" in why(world(*items).look("endpoints", **WEB))


def test_an_endpoint_of_a_pod_that_is_no_longer_ready_fails() -> None:
    items = (service(), endpoints("web", "w1"), pod("w1", ready=False))
    assert "is not Ready: Running, but not Ready" in why(world(*items).look("endpoints", **WEB))


def test_a_service_that_is_not_there_fails() -> None:
    assert why(world().look("endpoints", **WEB)) == "Service shop/web does not exist"


def test_a_service_without_endpoints_fails() -> None:
    assert "0 ready endpoints" in why(world(service()).look("endpoints", **WEB))


def test_too_many_endpoints_fail() -> None:
    items = (service(), endpoints("web", "w1", "w2"), pod("w1"), pod("w2"))
    assert "more than 1: w1, w2" in why(world(*items).look("endpoints", **WEB, max=1))


def test_only_endpoints_at_the_port_count() -> None:
    items: tuple[dict[str, Any], ...] = (service(), endpoints("web", "w1", port=80), pod("w1"))
    assert passes(world(*items).look("endpoints", **WEB, port=80))
    found = world(*items).look("endpoints", **WEB, port=8080)
    assert why(found) == "Service shop/web has 0 ready endpoints at port 8080, 1 are needed"


def test_an_unreachable_server_is_unknown() -> None:
    here = world(service())
    here.api.trouble = UNREACHABLE
    assert here.look("endpoints", **WEB).verdict is Verdict.UNKNOWN


def owned(name: str, kind: str, owner: str, **changes: Any) -> dict[str, Any]:
    one = pod(name, labels=GREEN, **changes)
    one["metadata"]["ownerReferences"] = [{"kind": kind, "name": owner, "uid": f"uid-{owner}"}]
    return one


def replica_set_of(deployment_name: str) -> dict[str, Any]:
    owner = {"kind": "Deployment", "name": deployment_name, "uid": f"uid-{deployment_name}"}
    name = f"{deployment_name}-5d9"
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "ownerReferences": [owner]}
    return {"kind": "ReplicaSet", "metadata": metadata}


def test_pods_of_the_workload_pass_through_its_replica_set_or_directly() -> None:
    by_set = owned("g1", "ReplicaSet", "green-5d9")
    found = world(service(), endpoints("web", "g1"), by_set, replica_set_of("green"))
    assert passes(found.look("endpoints", **WEB, workload="green"))
    direct = owned("g1", "StatefulSet", "green")
    found = world(service(), endpoints("web", "g1"), direct)
    assert passes(found.look("endpoints", **WEB, workload="green"))


def test_a_pod_relabelled_by_hand_fails() -> None:
    stray = pod("b1", labels=GREEN)
    found = world(service(), endpoints("web", "b1"), stray).look(
        "endpoints", **WEB, pod_labels={"version": "green"}, workload="green"
    )
    assert why(found) == "pod b1 behind Service shop/web belongs to nothing, not to green"


def test_a_pod_of_another_workload_fails() -> None:
    here = world(
        service(),
        endpoints("web", "b1"),
        owned("b1", "ReplicaSet", "blue-5d9"),
        replica_set_of("blue"),
    )
    found = here.look("endpoints", **WEB, workload="green")
    assert why(found) == "pod b1 behind Service shop/web belongs to blue, not to green"
