from typing import Any

import pytest
from pydantic import ValidationError

from grader.kubernetes.api import ApiAnswer
from grader.verdict import Verdict
from labs.checks.placement import PlacementCheck
from tests.grader.fakes import UNREACHABLE, World, passes, why, world
from tests.grader.kubernetes_objects import deployment, node, pod, replica_set

POD: dict[str, Any] = {"namespace": "shop", "name": "cache"}


def nodes(
    *ssd: str, names: tuple[str, ...] = ("k8s-master", "k8s-node1", "k8s-node2")
) -> list[Any]:
    found = []
    for name in names:
        one = node(name)
        one["metadata"]["labels"] |= {"kubernetes.io/hostname": name}
        one["metadata"]["labels"] |= {"disk": "ssd"} if name in ssd else {}
        found.append(one)
    found[0]["spec"]["taints"] = [{"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"}]
    return found


def ruled(rule: dict[str, Any], name: str = "cache", **changes: Any) -> dict[str, Any]:
    one = pod(name, **changes)
    one["spec"] |= rule
    return one


def affinity(*terms: list[tuple[str, str, list[str]]]) -> dict[str, Any]:
    written = [
        {
            "matchExpressions": [
                {"key": key, "operator": operator, **({"values": values} if values else {})}
                for key, operator, values in term
            ]
        }
        for term in terms
    ]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": written}}
    return {"affinity": {"nodeAffinity": required}}


SSD: dict[str, Any] = {**POD, "node_selector": "disk=ssd", "rule": True}


@pytest.mark.parametrize(
    "rule",
    [
        {"nodeSelector": {"disk": "ssd"}},
        {"nodeSelector": {"kubernetes.io/hostname": "k8s-node1"}},
        affinity([("disk", "In", ["ssd"])]),
        affinity([("disk", "In", ["nvme", "ssd"])]),
        affinity([("disk", "Exists", [])]),
        affinity([("disk", "In", ["nvme"])], [("disk", "In", ["ssd"])]),
        affinity([("kubernetes.io/os", "In", ["linux"]), ("disk", "NotIn", ["hdd", ""])])
        | {"nodeSelector": {"disk": "ssd"}},
    ],
)
def test_every_way_to_write_the_rule_passes(rule: dict[str, Any]) -> None:
    found = world(*nodes("k8s-node1"), ruled(rule)).look("placement", **SSD)
    assert passes(found)


def test_the_right_node_by_luck_fails() -> None:
    found = world(*nodes("k8s-node1"), pod("cache")).look("placement", **SSD)
    assert why(found) == (
        "Pod shop/cache has no nodeSelector, required node affinity: nothing keeps it where it is"
    )


def test_a_preference_is_no_rule() -> None:
    preferred = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}
    found = world(*nodes("k8s-node1"), ruled({"affinity": {"nodeAffinity": preferred}})).look(
        "placement", **SSD
    )
    assert "nothing keeps it where it is" in why(found)


def test_a_rule_that_other_nodes_fit_too_fails() -> None:
    found = world(*nodes("k8s-node1"), ruled({"nodeSelector": {"kubernetes.io/os": "linux"}})).look(
        "placement", **SSD
    )
    assert why(found) == "the rule of Pod shop/cache accepts k8s-master, too"


def test_a_rule_that_leaves_out_one_of_the_nodes_fails() -> None:
    only = ruled({"nodeSelector": {"kubernetes.io/hostname": "k8s-node1"}})
    found = world(*nodes("k8s-node1", "k8s-node2"), only).look("placement", **SSD)
    assert why(found) == "the rule of Pod shop/cache does not accept k8s-node2"


def test_the_label_put_on_every_node_fails() -> None:
    everywhere = nodes("k8s-master", "k8s-node1", "k8s-node2")
    chosen = ruled({"nodeSelector": {"disk": "ssd"}})
    assert why(world(*everywhere, chosen).look("placement", **SSD)) == (
        "all 3 nodes have disk=ssd, so it chooses none of them"
    )
    by_name = {**POD, "nodes": ["k8s-node1"], "rule": True}
    assert why(world(*everywhere, chosen).look("placement", **by_name)) == (
        "the rule of Pod shop/cache accepts k8s-master, too"
    )


def test_a_label_on_no_node_and_a_node_that_is_not_there_fail() -> None:
    assert why(world(*nodes(), pod("cache")).look("placement", **SSD)) == (
        "the cluster has no node with disk=ssd"
    )
    found = world(*nodes(), pod("cache")).look("placement", **POD, nodes=["k8s-node9"])
    assert why(found) == "the cluster has no node k8s-node9"


def test_a_pod_on_another_node_fails() -> None:
    found = world(*nodes(), pod("cache", node="k8s-node2")).look(
        "placement", **POD, nodes=["k8s-node1"]
    )
    assert why(found) == "pod shop/cache is on k8s-node2; allowed: k8s-node1"


def test_a_pod_that_is_bound_and_does_not_start_fails() -> None:
    broken = ruled({"nodeSelector": {"disk": "ssd"}}, ready=False, waiting="ImagePullBackOff")
    found = world(*nodes("k8s-node1"), broken).look("placement", **SSD)
    assert why(found) == "pod shop/cache is not Ready: ImagePullBackOff"


def test_a_pod_that_waits_says_what_keeps_it_from_the_node() -> None:
    waiting = ruled({"nodeSelector": {"disk": "ssd"}}, node="", ready=False, phase="Pending")
    found = world(*nodes("k8s-master"), waiting).look("placement", **SSD)
    assert why(found) == (
        "pod shop/cache is not Ready: Pending; "
        "it does not tolerate node-role.kubernetes.io/master:NoSchedule of k8s-master"
    )


def test_a_pod_that_is_not_there_or_going_fails() -> None:
    assert why(world(*nodes()).look("placement", **POD)).startswith(
        "Pod shop/cache: there is no pod"
    )
    found = world(*nodes(), pod("cache", deleted=True)).look("placement", **POD)
    assert why(found) == "pod shop/cache is not Ready: Terminating"


def test_an_empty_selection_fails() -> None:
    found = world(*nodes(), pod("a", labels={})).look(
        "placement", namespace="shop", selector="app=web"
    )
    assert "Pod in shop with app=web: there is no pod" in why(found)


def made(written: bool, *items: dict[str, Any]) -> World:
    """A cluster whose API knows whether the pod was made with spec.nodeName."""
    here = world(*nodes(), pod("cache"), *items)
    fields: dict[str, Any] = {"f:spec": {"f:nodeName": {}} if written else {"f:containers": {}}}
    metadata = {"uid": "uid-cache", "managedFields": [{"manager": "kubectl", "fieldsV1": fields}]}
    here.api.answers = lambda method, path, body: ApiAnswer(200, {"metadata": metadata})
    return here


def test_the_name_of_the_node_is_a_rule_only_where_the_text_permits_it() -> None:
    here = made(True)
    rule: dict[str, Any] = {**POD, "nodes": ["k8s-node1"], "rule": True}
    assert passes(here.look("placement", **rule, node_name=True))
    assert "nothing keeps it" in why(here.look("placement", **rule))
    lucky = made(False)
    assert "or nodeName" in why(lucky.look("placement", **rule, node_name=True))
    unrecorded = world(*nodes(), pod("cache")).look("placement", **rule, node_name=True)
    assert unrecorded.verdict is Verdict.UNKNOWN


def test_on_a_cluster_of_one_node_the_rule_must_turn_strangers_away() -> None:
    alone = nodes("k8s-node1", names=("k8s-node1",))
    assert passes(world(*alone, ruled({"nodeSelector": {"disk": "ssd"}})).look("placement", **SSD))
    loose = ruled({"nodeSelector": {"kubernetes.io/os": "linux"}})
    assert why(world(*alone, loose).look("placement", **SSD)) == (
        "the rule of Pod shop/cache accepts a node that has no labels of ours, too"
    )


def workload(rule: dict[str, Any], *on: str) -> World:
    owner = deployment(replicas=len(on))
    owner["spec"]["template"]["spec"] |= rule
    pods = [pod(f"web-{n}", owner="rs-1", node=name) for n, name in enumerate(on)]
    stray = pod("web-9", node="k8s-master", owner="rs-of-somebody-else")
    return world(*nodes(), owner, replica_set("web", 1), *pods, stray)


def test_pods_are_found_by_their_owner_and_the_rule_is_the_owners() -> None:
    args: dict[str, Any] = {"kind": "Deployment", "namespace": "shop", "name": "web"}
    args |= {"nodes": ["k8s-node1"], "rule": True, "min": 2}
    chosen = {"nodeSelector": {"kubernetes.io/hostname": "k8s-node1"}}
    assert passes(workload(chosen, "k8s-node1", "k8s-node1").look("placement", **args))
    assert "is on k8s-node2" in why(
        workload(chosen, "k8s-node1", "k8s-node2").look("placement", **args)
    )
    assert "there are only 1 pods" in why(workload(chosen, "k8s-node1").look("placement", **args))
    assert "nothing keeps it" in why(
        workload({}, "k8s-node1", "k8s-node1").look("placement", **args)
    )
    assert why(world(*nodes()).look("placement", **args)) == "there is no Deployment shop/web"


def daemon_set(*on: str, desired: int | None = None, **spec: Any) -> list[dict[str, Any]]:
    owner: dict[str, Any] = {
        "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": "shop", "uid": "ds"},
        "spec": {"template": {"spec": spec}},
        "status": {"desiredNumberScheduled": len(on) if desired is None else desired},
    }
    return [owner, *(pod(f"agent-{n}", owner="ds", node=name) for n, name in enumerate(on))]


EVERY: dict[str, Any] = {"kind": "DaemonSet", "namespace": "shop", "name": "agent"}
EVERY |= {"every_node": True}
ALL = ("k8s-master", "k8s-node1", "k8s-node2")


@pytest.mark.parametrize(
    "toleration",
    [
        {"operator": "Exists"},
        {"key": "node-role.kubernetes.io/master", "operator": "Exists", "effect": "NoSchedule"},
    ],
)
def test_a_daemon_set_on_every_node_passes_however_it_tolerates(toleration: Any) -> None:
    found = world(*nodes(), *daemon_set(*ALL, tolerations=[toleration])).look("placement", **EVERY)
    assert passes(found)


def test_a_daemon_set_that_misses_the_control_plane_says_why() -> None:
    others = [pod(f"agent-x{n}", node="k8s-master") for n in range(2)]
    found = world(*nodes(), *daemon_set("k8s-node1", "k8s-node2"), *others).look(
        "placement", **EVERY
    )
    assert why(found) == (
        "k8s-master has no pod of DaemonSet shop/agent: it does not tolerate "
        "node-role.kubernetes.io/master:NoSchedule of k8s-master"
    )


def test_a_daemon_set_of_no_pods_on_a_cluster_of_no_nodes_fails() -> None:
    assert why(world(*daemon_set()).look("placement", **EVERY)).startswith(
        "the cluster has no node"
    )
    assert "DaemonSet shop/agent: there is no pod" in why(
        world(*nodes(), *daemon_set()).look("placement", **EVERY)
    )


def test_two_pods_on_one_node_and_a_wrong_number_in_the_status_fail() -> None:
    twice = world(*nodes(), *daemon_set(*ALL, "k8s-node1")).look("placement", **EVERY)
    assert why(twice) == "k8s-node1 has 2 pods of DaemonSet shop/agent"
    few = world(*nodes(), *daemon_set(*ALL, desired=2)).look("placement", **EVERY)
    assert why(few) == "DaemonSet shop/agent wants 2 pods, for 3 nodes"


def test_a_daemon_set_on_some_nodes_only() -> None:
    here = world(*nodes("k8s-node1"), *daemon_set("k8s-node1"))
    assert passes(here.look("placement", **EVERY, node_selector="disk=ssd"))
    assert "is on k8s-node2" in why(
        world(*nodes("k8s-node1"), *daemon_set("k8s-node1", "k8s-node2")).look(
            "placement", **EVERY, node_selector="disk=ssd"
        )
    )


def volume(*terms: list[tuple[str, str, list[str]]]) -> dict[str, Any]:
    found = affinity(*terms)["affinity"]["nodeAffinity"]
    required = found["requiredDuringSchedulingIgnoredDuringExecution"]
    return {
        "kind": "PersistentVolume",
        "metadata": {"name": "pv", "uid": "pv"},
        "spec": {"nodeAffinity": {"required": required}} if terms else {},
    }


PV: dict[str, Any] = {"kind": "PersistentVolume", "name": "pv", "nodes": ["k8s-node1"]}
HOST = "kubernetes.io/hostname"


@pytest.mark.parametrize(
    "terms",
    [
        [[(HOST, "In", ["k8s-node1"])]],
        [[("kubernetes.io/os", "Exists", []), (HOST, "In", ["k8s-node1"])]],
        [[("x", "Exists", [])], [(HOST, "NotIn", ["k8s-node2", "k8s-master"])]],
    ],
)
def test_a_volume_for_exactly_one_node_passes_however_it_is_written(terms: Any) -> None:
    assert passes(world(*nodes(), volume(*terms)).look("placement", **PV))


def test_a_volume_for_other_nodes_or_for_all_fails() -> None:
    two = volume([(HOST, "In", ["k8s-node1", "k8s-node2"])])
    assert why(world(*nodes(), two).look("placement", **PV)) == (
        "the node affinity of PersistentVolume pv accepts k8s-node2, too"
    )
    other = volume([(HOST, "In", ["k8s-node2"])])
    assert why(world(*nodes(), other).look("placement", **PV)) == (
        "the node affinity of PersistentVolume pv does not accept k8s-node1"
    )
    assert why(world(*nodes(), volume()).look("placement", **PV)) == (
        "PersistentVolume pv has no node affinity: any node may use it"
    )
    assert why(world(*nodes()).look("placement", **PV)) == "there is no PersistentVolume pv"


DRAINED: dict[str, Any] = {"not_on": ["k8s-node1"]}


def test_a_drained_node_keeps_only_daemons_and_static_pods() -> None:
    daemon = pod("agent", node="k8s-node1", namespace="kube-system")
    daemon["metadata"]["ownerReferences"] = [{"kind": "DaemonSet", "uid": "ds"}]
    static = pod("etcd-k8s-node1", node="k8s-node1", namespace="kube-system")
    static["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    done = pod("job", node="k8s-node1", phase="Succeeded", ready=False)
    moved = pod("web", node="k8s-node2")
    here = world(*nodes(), daemon, static, done, moved)
    assert passes(here.look("placement", **DRAINED))
    bare = world(*nodes(), daemon, static, moved, pod("bare", node="k8s-node1"))
    assert why(bare.look("placement", **DRAINED)) == (
        "pod shop/bare is on k8s-node1; allowed: k8s-master, k8s-node2"
    )
    going = world(*nodes(), moved, pod("slow", node="k8s-node1", deleted=True))
    assert "shop/slow is on k8s-node1" in why(going.look("placement", **DRAINED))


def event(reason: str, component: str) -> dict[str, Any]:
    return {
        "kind": "Event",
        "metadata": {"name": reason, "namespace": "shop", "uid": f"ev-{reason}"},
        "involvedObject": {"kind": "Pod", "uid": "uid-cache"},
        "reason": reason,
        "source": {"component": component},
    }


SCHEDULED, STARTED = event("Scheduled", "default-scheduler"), event("Started", "kubelet")


def test_a_pod_that_was_bound_by_hand_is_known_by_what_the_scheduler_does_not_say() -> None:
    by_hand: dict[str, Any] = {**POD, "bound_by": "hand"}
    assert passes(made(False, STARTED).look("placement", **by_hand))
    assert passes(made(True).look("placement", **by_hand))
    found = made(False, STARTED, SCHEDULED).look("placement", **by_hand)
    assert why(found) == "pod shop/cache was bound by default-scheduler, not by hand"
    expired = made(False).look("placement", **by_hand)
    assert expired.verdict is Verdict.UNKNOWN and "have expired" in expired.evidence.why


def test_a_pod_that_the_scheduler_must_have_bound() -> None:
    scheduled: dict[str, Any] = {**POD, "bound_by": "scheduler"}
    assert passes(made(False, STARTED, SCHEDULED).look("placement", **scheduled))
    assert why(made(True, STARTED).look("placement", **scheduled)) == (
        "pod shop/cache was bound by hand, by spec.nodeName, not by a scheduler"
    )


def test_restarts_of_the_pods_must_hold_still() -> None:
    found = world(*nodes(), pod("cache", restarts=3)).look("placement", **POD)
    assert list(found.steady.values()) == [3]


def test_an_api_that_does_not_answer_is_unknown() -> None:
    here = world(*nodes(), pod("cache"))
    here.api.trouble = UNREACHABLE
    assert here.look("placement", **POD).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "args",
    [
        {"kind": "DaemonSet", "namespace": "shop"},
        {"kind": "DaemonSet", "name": "agent"},
        {"kind": "PersistentVolume"},
        {"kind": "Deployment", "namespace": "shop", "name": "web", "selector": "app=web"},
    ],
)
def test_an_owner_must_be_named(args: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="kind"):
        PlacementCheck.model_validate(args)
