"""`[any]` and `has`: some item has all of this, and a failure names the closest."""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.compare import compare_document

POD: dict[str, Any] = {
    "spec": {
        "containers": [
            {"name": "side", "image": "busybox", "ports": []},
            {
                "name": "web",
                "image": "nginx:1.22",
                "ports": [{"name": "http", "containerPort": 80}, {"containerPort": 443}],
                "volumeMounts": [{"name": "data", "mountPath": "/data"}],
            },
        ],
        "volumes": [],
    }
}
CONTAINERS = "spec.containers[any]"


def why(expectations: dict[str, Any], document: Any = POD) -> str:
    mismatch = compare_document(expectations, document, api_object=True)
    return "" if mismatch is None else mismatch.why


def test_one_item_that_fits_is_enough() -> None:
    assert not why({f"{CONTAINERS}.image": "docker.io/library/nginx:1.22"})


def test_one_item_must_have_all_of_it() -> None:
    both = {"image": "nginx:1.22", "ports[any].containerPort": 443}
    assert not why({CONTAINERS: {"has": both}})
    assert why({CONTAINERS: {"has": {"image": "busybox", "ports[any].containerPort": 443}}}) == (
        "none of the 2 containers fits; the closest: "
        "spec.containers[name=side].ports is an empty list"
    )


def test_the_failure_names_the_closest_item_and_why() -> None:
    wanted = {"image": "nginx:1.22", "name": "web", "ports[any].containerPort": 8080}
    assert why({CONTAINERS: {"has": wanted}}) == (
        "none of the 2 containers fits; the closest: none of the 2 ports fits; the closest: "
        "spec.containers[name=web].ports[name=http].containerPort is 80, not 8080"
    )


def test_the_closest_of_plain_mappings_has_most_of_the_keys() -> None:
    wanted = {"name": "web", "image": "nginx:1.22", "tty": "yes"}
    assert "tty is not set" in why({CONTAINERS: wanted})
    mismatch = compare_document({CONTAINERS: wanted}, POD)
    assert mismatch is not None and mismatch.path == "spec.containers[name=web].tty"


def test_no_item_at_all_never_fits() -> None:
    assert why({"spec.volumes[any].name": {"exists": False}}) == "spec.volumes is an empty list"
    assert why({"spec.initContainers[any].name": "x"}) == "initContainers is not set"
    assert why({"spec[any].name": "x"}) == "spec is not a list"


def test_any_below_every_must_fit_in_every_one() -> None:
    assert why({"spec.containers[].ports[any].containerPort": 80}) == (
        "spec.containers[name=side].ports is an empty list"
    )
    assert not why({"spec.containers[name=web].ports[any].containerPort": 80})


def test_every_below_any_must_fit_for_one() -> None:
    assert not why({"spec.containers[any].ports[].containerPort": {"in": [80, 443]}})
    assert why({"spec.containers[any].ports[].containerPort": 80})


def test_omitted_booleans_below_has_have_their_defaults() -> None:
    assert not why({f"{CONTAINERS}.volumeMounts[any]": {"has": {"readOnly": False}}})
    assert why({f"{CONTAINERS}.volumeMounts[any]": {"has": {"readOnly": True}}})


def test_has_of_something_that_is_not_there_fails() -> None:
    assert why({"spec.securityContext": {"has": {"runAsUser": 1}}}) == "securityContext is not set"


ITEMS = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("abc"), "port": st.integers(1, 3)}), max_size=5
)


@given(ITEMS, st.randoms(use_true_random=False))
def test_some_item_is_found_wherever_it_stands(items: list[Any], choose: Random) -> None:
    wanted = {"name": "z", "port": 9}
    found = [*items, {"port": 9, "name": "z", "more": True}]
    choose.shuffle(found)
    assert not why({"items[any]": {"has": wanted}}, {"items": found})
    assert not why({"items[any]": wanted}, {"items": found})


@given(ITEMS, st.sampled_from(["name", "port"]))
def test_items_that_have_each_only_a_part_do_not_fit(items: list[Any], lacking: str) -> None:
    parts = [{"name": "z", "port": 1}, {"name": "a", "port": 9}]
    parts[0 if lacking == "port" else 1].pop(lacking)
    assert why({"items[any]": {"has": {"name": "z", "port": 9}}}, {"items": [*items, *parts]})


def test_the_closest_item_is_named_where_its_reason_does_not() -> None:
    assert why({CONTAINERS: {"has": {"image": "nginx:1.22", "tty": "yes"}}}) == (
        "none of the 2 containers fits; the closest, name=web: tty is not set; expected yes"
    )
