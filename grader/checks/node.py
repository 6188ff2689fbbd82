"""`node`: Kubernetes nodes are Ready by condition and by a lease that is renewed while we look.

A stopped kubelet leaves its node Ready for 40 s; only the lease tells. A patient look asks that it
was renewed since the criterion's first look, which needs no clock; a quick one asks for its age.
"""

from collections.abc import Mapping
from datetime import datetime

from grader.finding import failed, mismatched, passed
from grader.kubernetes.api import Object
from grader.kubernetes.objects import Selection, condition, is_going
from grader.meaning.compare import compare_document
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.node import NodeCheck

RENEWAL = 10.0
"""A kubelet renews its lease every ten seconds of real time, also on a slow machine."""
_SLACK = 5.0
"""Seconds (native speed) by which a busy kubelet may be late."""


def look(args: NodeCheck, around: Surroundings) -> Finding:
    selection = Selection("Node", name=args.name, selector=args.selector)
    nodes = tuple(item for item in selection.read(around.round) if not is_going(item))
    least = max(args.min, 1)
    if len(nodes) < least:
        return failed(
            f"the cluster has no {selection}"
            if not nodes
            else f"the cluster has {len(nodes)} of {selection}; {least} are needed",
            expected=f"at least {least} nodes",
            actual=len(nodes),
            path=str(selection),
        )
    leases = _leases(around) if args.ready else {}
    for name, renewed in leases.items():
        around.memory.setdefault(_first_lease(name), renewed)
    for node in nodes:
        finding = _judge(args, node, leases, around)
        if finding is not None:
            return finding
    names = ", ".join(str(node["metadata"]["name"]) for node in nodes)
    return passed(expected="Ready" if args.ready else "not Ready", actual=names)


def _judge(
    args: NodeCheck, node: Object, leases: Mapping[str, str], around: Surroundings
) -> Finding | None:
    name = str(node["metadata"]["name"])
    path = f"Node {name}"
    ready = condition(node, "Ready")
    if args.ready != (ready == "True"):
        return _wrong_condition(args, node, ready)
    unschedulable = bool((node.get("spec") or {}).get("unschedulable"))
    if args.schedulable is not None and args.schedulable == unschedulable:
        return failed(
            f"{name} is cordoned" if unschedulable else f"{name} is not cordoned",
            expected="schedulable" if args.schedulable else "unschedulable",
            actual="unschedulable" if unschedulable else "schedulable",
            path=f"{path} spec.unschedulable",
        )
    mismatch = compare_document(args.expect, node, api_object=True)
    if mismatch is not None:
        return mismatched(mismatch, path)
    return _stale(name, leases.get(name), around) if args.ready else None


def _wrong_condition(args: NodeCheck, node: Object, ready: str) -> Finding:
    name = str(node["metadata"]["name"])
    message = ""
    for found in (node.get("status") or {}).get("conditions") or []:
        if found.get("type") == "Ready":
            message = str(found.get("message", ""))
    why = f"{name} is Ready" if ready == "True" else f"{name} is not Ready: {message}"
    return failed(
        why,
        expected="Ready" if args.ready else "not Ready",
        actual=f"Ready={ready or 'not reported'}",
        path=f"Node {name} status.conditions[type=Ready]",
    )


def _leases(around: Surroundings) -> dict[str, str]:
    """The time of the last renewal by node, as the kubelets wrote it."""
    found = around.round.objects("Lease", "coordination.k8s.io/v1", "kube-node-lease")
    return {
        str(lease["metadata"]["name"]): str((lease.get("spec") or {}).get("renewTime", ""))
        for lease in found
    }


def _first_lease(name: str) -> str:
    """Where the renewal of the first look is remembered, of all nodes at once."""
    return f"lease of {name}"


def _stale(name: str, renewed: str | None, around: Surroundings) -> Finding | None:
    """A finding when the node's lease does not show a living kubelet, else None."""
    if not renewed:
        return failed(
            f"the kubelet of {name} has no lease",
            expected="a fresh lease",
            actual="none",
            path=f"Lease kube-node-lease/{name}",
        )
    slack = _SLACK * around.time_scale
    age = _age(renewed, around)
    if not around.patient:
        return None if age <= RENEWAL + slack else _late(name, age)
    if around.memory.get(_first_lease(name)) != renewed:
        return None
    late = _late(name, age)
    return Finding(late.verdict, late.evidence, pending=RENEWAL + slack)


def _age(renewed: str, around: Surroundings) -> float:
    instant = datetime.fromisoformat(renewed.replace("Z", "+00:00"))
    return (around.round.api_time() - instant).total_seconds()


def _late(name: str, age: float) -> Finding:
    return failed(
        f"{name} says Ready, but its kubelet last renewed the lease {age:.0f} s ago; does it run?",
        expected="a lease renewed since the check began",
        actual=f"last renewed {age:.0f} s ago",
        path=f"Lease kube-node-lease/{name} spec.renewTime",
    )
