from typing import Any

from grader.verdict import Verdict
from tests.grader.fakes import NOT_INITIALISED, REFUSED, UNREACHABLE, passes, why, world
from tests.grader.kubernetes_objects import deployment, namespace, pod

WEB: dict[str, Any] = {"kind": "Deployment", "namespace": "shop", "name": "web"}
IMAGE = "spec.template.spec.containers[name=web].image"


def test_an_object_with_the_fields_passes() -> None:
    found = world(deployment(image="docker.io/library/nginx:1.22")).look(
        "resource", **WEB, expect={"spec.replicas": 3, IMAGE: "nginx:1.22"}
    )
    assert passes(found)


def test_an_object_that_is_not_there_fails() -> None:
    assert why(world().look("resource", **WEB)) == "there is no Deployment shop/web"


def test_an_object_of_that_name_elsewhere_does_not_count() -> None:
    elsewhere = deployment()
    elsewhere["metadata"]["namespace"] = "default"
    assert why(world(elsewhere).look("resource", **WEB)) == "there is no Deployment shop/web"


def test_a_wrong_field_fails_with_its_path() -> None:
    found = world(deployment(replicas=2)).look("resource", **WEB, expect={"spec.replicas": 3})
    assert why(found) == "Deployment shop/web: spec.replicas is 2, not 3"
    assert found.evidence.path == "Deployment shop/web spec.replicas"
    assert (found.evidence.expected, found.evidence.actual) == ("3", "2")


def test_an_image_of_another_publisher_fails() -> None:
    found = world(deployment(image="evil/nginx:1.22")).look(
        "resource", **WEB, expect={IMAGE: "nginx:1.22"}
    )
    assert "evil/nginx:1.22, not nginx:1.22" in why(found)


def test_a_sidecar_that_stands_first_does_not_disturb() -> None:
    containers = [{"name": "side", "image": "x"}, {"name": "web", "image": "nginx"}]
    found = world(pod("web-1", containers=containers)).look(
        "resource",
        kind="Pod",
        namespace="shop",
        expect={"spec.containers[name=web].image": "nginx"},
    )
    assert passes(found)


def test_every_over_an_empty_selection_fails() -> None:
    found = world(namespace("shop")).look(
        "resource", kind="Pod", namespace="shop", selector="app=web", expect={"a": 1}
    )
    assert why(found) == "there is no Pod in shop with app=web"


def test_every_fails_when_one_of_them_is_not_as_expected() -> None:
    items = (pod("a"), pod("b", image="nginx:1.21"))
    found = world(*items).look(
        "resource",
        kind="Pod",
        namespace="shop",
        expect={"spec.containers[name=web].image": "nginx:1.22"},
    )
    assert why(found).startswith("Pod shop/b: ")


def test_any_needs_as_many_as_min() -> None:
    items = (pod("a"), pod("b", ready=False), pod("c"))
    args: dict[str, Any] = {
        "kind": "Pod",
        "namespace": "shop",
        "match": "any",
        "expect": {"status.conditions[type=Ready].status": "True"},
    }
    assert passes(world(*items).look("resource", **args, min=2))
    assert "not True" in why(world(*items).look("resource", **args, min=3))


def test_too_many_fail() -> None:
    found = world(pod("a"), pod("b")).look("resource", kind="Pod", namespace="shop", max=1)
    assert why(found) == "there are 2 of Pod in shop, more than 1: shop/a, shop/b"


def test_too_few_fail() -> None:
    found = world(pod("a")).look("resource", kind="Pod", namespace="shop", min=2)
    assert why(found) == "there are 1 of Pod in shop; at least 2 are needed"


def test_an_object_under_deletion_is_no_longer_there() -> None:
    found = world(pod("a", deleted=True)).look("resource", kind="Pod", namespace="shop")
    assert why(found) == "there is no Pod in shop"


def test_none_passes_when_the_namespace_is_there_and_empty() -> None:
    found = world(namespace("shop")).look("resource", kind="Pod", namespace="shop", match="none")
    assert passes(found)


def test_none_in_a_namespace_that_is_not_there_fails() -> None:
    found = world().look("resource", kind="Pod", namespace="shop", match="none")
    assert why(found) == "namespace shop does not exist"


def test_none_fails_while_one_is_there_even_if_it_is_going() -> None:
    found = world(namespace("shop"), pod("a", deleted=True)).look(
        "resource", kind="Pod", namespace="shop", match="none"
    )
    assert why(found) == "Pod shop/a is still there, though it is being deleted"


def test_none_with_expectations_lets_others_be() -> None:
    found = world(namespace("shop"), pod("a")).look(
        "resource",
        kind="Pod",
        namespace="shop",
        match="none",
        expect={"status.phase": "Failed"},
    )
    assert passes(found)


def test_a_kind_that_the_cluster_lacks_fails() -> None:
    found = world().look("resource", kind="Widget")
    assert why(found) == "the cluster's API has no kind Widget"


def test_a_forbidden_read_fails_and_an_unreachable_server_is_unknown() -> None:
    here = world()
    here.api.trouble = REFUSED
    assert why(here.look("resource", **WEB)) == "pods is forbidden"
    here.api.trouble = UNREACHABLE
    assert here.look("resource", **WEB).verdict is Verdict.UNKNOWN


def test_without_a_control_plane_it_fails_and_says_so() -> None:
    found = world(no_api=NOT_INITIALISED).look("resource", **WEB)
    assert why(found) == "no control plane has been initialised on k8s-master"


def test_a_path_by_position_is_the_labs_fault_and_unknown() -> None:
    found = world(pod("a")).look(
        "resource", kind="Pod", namespace="shop", expect={"spec.containers[0].image": "x"}
    )
    assert found.verdict is Verdict.UNKNOWN and "the lab is at fault" in found.evidence.why


def test_restart_counts_of_pods_must_hold_still() -> None:
    found = world(pod("a", restarts=4)).look("resource", kind="Pod", namespace="shop")
    assert list(found.steady.values()) == [4]
