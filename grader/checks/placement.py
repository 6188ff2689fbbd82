"""`placement`: pods are Ready on the nodes allowed, for a reason that will hold; and volumes."""

from dataclasses import dataclass

from grader.checks.placement_reason import judge_binding, judge_rule, judge_volume
from grader.finding import failed, passed
from grader.kubernetes.api import Object
from grader.kubernetes.label_selector import parse_selector
from grader.kubernetes.objects import (
    Selection,
    full_name,
    is_going,
    is_ready_pod,
    labels,
    pod_trouble,
    restarts,
    title,
)
from grader.kubernetes.scheduling import (
    daemon_pod_spec,
    descends_from,
    is_mirror,
    is_of_a_daemon_set,
    obstacle,
)
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.placement import PlacementCheck


@dataclass(frozen=True, slots=True)
class Nodes:
    """All nodes of the cluster, parted by what the check allows."""

    allowed: tuple[Object, ...]
    others: tuple[Object, ...]

    @property
    def names(self) -> set[str]:
        return {str(node["metadata"]["name"]) for node in self.allowed}

    def __str__(self) -> str:
        return ", ".join(sorted(self.names))


def look(args: PlacementCheck, around: Surroundings) -> Finding:
    nodes = _nodes(args, around)
    if isinstance(nodes, Finding):
        return nodes
    owner = None
    if args.kind != "Pod":
        owner = around.round.object(args.kind, args.name, args.namespace)
        if owner is None or is_going(owner):
            place = str(Selection(args.kind, args.namespace, args.name))
            return failed(f"there is no {place}", expected=place, actual="none", path=place)
    if owner is not None and args.kind == "PersistentVolume":
        return judge_volume(owner, nodes.allowed, nodes.others) or passed(str(nodes), title(owner))
    pods = _pods(args, owner, around)
    finding = _number(args, pods, nodes) or _places(args, pods, nodes)
    if finding is None and args.every_node:
        finding = _one_each(args, owner, pods, nodes)
    if finding is None and args.rule:
        finding = judge_rule(
            args, pods if owner is None else [owner], nodes.allowed, nodes.others, around
        )
    if finding is None:
        finding = judge_binding(args, pods, around)
    where = ", ".join(f"{full_name(pod)} on {_node_of(pod)}" for pod in pods)
    return finding or passed(expected=f"on {nodes}", actual=where, steady=restarts(pods))


def _nodes(args: PlacementCheck, around: Surroundings) -> Nodes | Finding:
    everything = tuple(node for node in around.round.objects("Node") if not is_going(node))
    for name in [*args.nodes, *args.not_on]:
        if all(node["metadata"]["name"] != name for node in everything):
            return failed(
                f"the cluster has no node {name}", expected=name, actual="none", path=f"Node {name}"
            )
    rules = parse_selector(args.node_selector)
    allowed = tuple(
        node
        for node in everything
        if (not args.nodes or node["metadata"]["name"] in args.nodes)
        and node["metadata"]["name"] not in args.not_on
        and all(rule.accepts(labels(node)) for rule in rules)
    )
    if not allowed:
        what = "other node" if everything else "node"
        what = f"node with {args.node_selector}" if args.node_selector else what
        return failed(
            f"the cluster has no {what}", expected=f"a {what}", actual="none", path="Node"
        )
    return Nodes(allowed, tuple(node for node in everything if node not in allowed))


def _pods(args: PlacementCheck, owner: Object | None, around: Surroundings) -> tuple[Object, ...]:
    if owner is None:
        chosen = Selection("Pod", args.namespace, args.name, args.selector).read(around.round)
        if not args.name and not args.selector:
            chosen = tuple(p for p in chosen if not is_mirror(p) and not is_of_a_daemon_set(p))
    else:
        uids = {str(owner["metadata"]["uid"])}
        if args.kind == "Deployment":
            sets = around.round.objects("ReplicaSet", "apps/v1", args.namespace)
            uids = {str(one["metadata"]["uid"]) for one in sets if descends_from(one, uids)}
        found = around.round.objects("Pod", "v1", args.namespace)
        chosen = tuple(pod for pod in found if descends_from(pod, uids))
    return tuple(pod for pod in chosen if _counts(args, pod))


def _counts(args: PlacementCheck, pod: Object) -> bool:
    """A pod that is named always does; others do not once they go, unless they must be gone."""
    if args.kind == "Pod" and args.name:
        return True
    if is_going(pod):
        return _node_of(pod) in args.not_on
    finished = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return not (finished and (args.ready or args.not_on))


def _number(args: PlacementCheck, pods: tuple[Object, ...], nodes: Nodes) -> Finding | None:
    if len(pods) >= max(args.min, 1):
        return None
    what = _selected(args)
    why = f"{what}: there is no pod" if not pods else f"of {what} there are only {len(pods)} pods"
    return failed(
        f"{why}; at least {max(args.min, 1)} must be on {nodes}",
        expected=f"at least {max(args.min, 1)}",
        actual=len(pods),
        path=what,
    )


def _selected(args: PlacementCheck) -> str:
    return str(Selection(args.kind, args.namespace, args.name, args.selector))


def _places(args: PlacementCheck, pods: tuple[Object, ...], nodes: Nodes) -> Finding | None:
    for pod in pods:
        there = _node_of(pod)
        if there and there not in nodes.names:
            return failed(
                f"pod {full_name(pod)} is on {there}; allowed: {nodes}",
                expected=str(nodes),
                actual=there,
                path=f"{title(pod)} spec.nodeName",
            )
        if args.ready and not is_ready_pod(pod):
            trouble = pod_trouble(pod)
            because = "" if there else _because(pod, nodes)
            return failed(
                f"pod {full_name(pod)} is not Ready: {trouble}{because}",
                expected="a Ready pod",
                actual=trouble,
                path=title(pod),
            )
        if not there:
            return failed(
                f"pod {full_name(pod)} has no node{_because(pod, nodes)}",
                expected=str(nodes),
                actual="no node",
                path=f"{title(pod)} spec.nodeName",
            )
    return None


def _because(pod: Object, nodes: Nodes) -> str:
    found = [obstacle(pod.get("spec") or {}, node) for node in nodes.allowed]
    return f"; {found[0]}" if all(found) else ""


def _one_each(
    args: PlacementCheck, owner: Object | None, pods: tuple[Object, ...], nodes: Nodes
) -> Finding | None:
    for node in nodes.allowed:
        name = str(node["metadata"]["name"])
        here = [pod for pod in pods if _node_of(pod) == name]
        if len(here) == 1:
            continue
        reason = obstacle(daemon_pod_spec(owner), node) if owner is not None and not here else ""
        return failed(
            f"{name} has {len(here) or 'no'} pod{'s' if len(here) > 1 else ''} of {_selected(args)}"
            + (f": {reason}" if reason else ""),
            expected=f"one pod on each of {nodes}",
            actual=f"{len(here)} on {name}",
            path=f"Node {name}",
        )
    desired = ((owner or {}).get("status") or {}).get("desiredNumberScheduled")
    if args.kind == "DaemonSet" and int(desired or 0) != len(nodes.allowed):
        return failed(
            f"{_selected(args)} wants {desired or 0} pods, for {len(nodes.allowed)} nodes",
            expected=len(nodes.allowed),
            actual=desired or 0,
            path=f"{_selected(args)} status.desiredNumberScheduled",
        )
    return None


def _node_of(pod: Object) -> str:
    return str((pod.get("spec") or {}).get("nodeName") or "")
