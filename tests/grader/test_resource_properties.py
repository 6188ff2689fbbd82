"""What must never change a verdict, and what always must."""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.grader.fakes import passes, world
from tests.grader.kubernetes_objects import deployment, namespace, pod

SPELLINGS: dict[str, list[Any]] = {
    "image": ["nginx:1.22", "docker.io/nginx:1.22", "docker.io/library/nginx:1.22"],
    "cpu": ["100m", "0.1", 0.1, "100000u"],
    "memory": ["1Gi", "1024Mi", "1048576Ki", 1073741824],
}


def container(choose: Random) -> dict[str, Any]:
    limits = {name: choose.choice(SPELLINGS[name]) for name in ("cpu", "memory")}
    return {
        "name": "web",
        "image": choose.choice(SPELLINGS["image"]),
        "resources": {"limits": limits},
        "ports": [{"containerPort": 80}],
    }


def verdict(pods: list[dict[str, Any]], choose: Random) -> bool:
    limits = {name: choose.choice(SPELLINGS[name]) for name in ("cpu", "memory")}
    path = "spec.containers[name=web]"
    expect = {
        f"{path}.image": choose.choice(SPELLINGS["image"]),
        f"{path}.resources.limits": limits,
        f"{path}.ports[containerPort=80].protocol": {"ne": "UDP"},
        "spec.hostNetwork": False,
    }
    found = world(namespace("shop"), *pods).look(
        "resource", kind="Pod", namespace="shop", selector="app=web", min=2, expect=expect
    )
    return passes(found)


@given(st.randoms(use_true_random=False))
def test_spellings_orders_and_unrelated_things_never_change_a_verdict(choose: Random) -> None:
    containers = [container(choose), {"name": "side", "image": "x"}, {"name": "more", "image": "y"}]
    choose.shuffle(containers)
    pods = [pod(name, containers=containers) for name in ("a", "b")]
    others = [pod("c", labels={"app": "api"}), deployment(), pod("d", namespace="default")]
    everything = pods + others
    choose.shuffle(everything)
    assert verdict(everything, choose)


@given(st.randoms(use_true_random=False), st.sampled_from(["image", "name", "limits", "pod"]))
def test_taking_away_what_is_required_always_changes_it(choose: Random, what: str) -> None:
    broken = container(choose)
    if what == "image":
        broken["image"] = "nginx:1.21"
    elif what == "name":
        broken["name"] = "webb"
    elif what == "limits":
        broken["resources"]["limits"].pop(choose.choice(["cpu", "memory"]))
    pods = [pod("a", containers=[container(choose)]), pod("b", containers=[broken])]
    if what == "pod":
        pods.pop()
    assert not verdict(pods, choose)
