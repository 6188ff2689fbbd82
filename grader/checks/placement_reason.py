"""Why pods are where they are, for the check `placement`: a hard rule, or who bound them."""

from collections.abc import Mapping, Sequence
from typing import Any

from grader.finding import failed, unknown
from grader.kubernetes.api import Object
from grader.kubernetes.node_affinity import has_hard_rule, pod_accepts, volume_accepts
from grader.kubernetes.objects import full_name, title
from grader.kubernetes.scheduling import STRANGER, is_about, named_its_node, scheduled_by
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.placement import PlacementCheck


def judge_rule(
    args: PlacementCheck,
    subjects: Sequence[Object],
    allowed: Sequence[Object],
    others: Sequence[Object],
    around: Surroundings,
) -> Finding | None:
    """`subjects` are pods, or their owner, whose pods of tomorrow must obey the rule, too."""
    if args.node_selector and not others and len(allowed) > 1:
        return failed(
            f"all {len(allowed)} nodes have {args.node_selector}, so it chooses none of them",
            expected=f"some nodes without {args.node_selector}",
            actual="none",
            path="Node labels",
        )
    for subject in subjects:
        spec: Mapping[str, Any] = _pod_spec(subject)
        if args.node_name:
            named = _named(subject, around)
            if named:
                continue
            if named is None and not has_hard_rule(spec):
                return unknown(f"who wrote spec.nodeName of {title(subject)} is not recorded")
        finding = _obeys(args, title(subject), spec, allowed, others or [STRANGER])
        if finding is not None:
            return finding
    return None


def _pod_spec(subject: Object) -> Mapping[str, Any]:
    holder = subject if subject["kind"] == "Pod" else (subject.get("spec") or {}).get("template")
    found: Mapping[str, Any] = (holder or {}).get("spec") or {}
    return found


def _named(subject: Object, around: Surroundings) -> bool | None:
    if subject["kind"] == "Pod":
        return named_its_node(subject, around.round)
    return bool(_pod_spec(subject).get("nodeName"))


def _obeys(
    args: PlacementCheck,
    place: str,
    spec: Mapping[str, Any],
    allowed: Sequence[Object],
    others: Sequence[Object],
) -> Finding | None:
    if not has_hard_rule(spec):
        words = "nodeSelector, required node affinity"
        words += " or nodeName" if args.node_name else ""
        return failed(
            f"{place} has no {words}: nothing keeps it where it is",
            expected="a hard rule",
            actual="none",
            path=f"{place} spec.affinity",
        )
    return _sorts(f"the rule of {place}", place, allowed, others, lambda n: pod_accepts(spec, n))


def judge_volume(
    volume: Object, allowed: Sequence[Object], others: Sequence[Object]
) -> Finding | None:
    place = title(volume)
    if not ((volume.get("spec") or {}).get("nodeAffinity") or {}).get("required"):
        return failed(
            f"{place} has no node affinity: any node may use it",
            expected="spec.nodeAffinity.required",
            actual="none",
            path=f"{place} spec.nodeAffinity",
        )
    return _sorts(
        f"the node affinity of {place}",
        place,
        allowed,
        others or [STRANGER],
        lambda node: volume_accepts(volume, node),
    )


def _sorts(
    what: str,
    place: str,
    allowed: Sequence[Object],
    others: Sequence[Object],
    accepts: Any,
) -> Finding | None:
    """Whether it accepts all of the one and none of the other nodes."""
    for node, right in [*((one, True) for one in allowed), *((one, False) for one in others)]:
        if accepts(node) != right:
            name = str(node["metadata"]["name"])
            named = "a node that has no labels of ours" if node is STRANGER else name
            return failed(
                f"{what} accepts {named}, too" if not right else f"{what} does not accept {named}",
                expected=", ".join(str(one["metadata"]["name"]) for one in allowed),
                actual=f"accepts {named}" if not right else f"refuses {named}",
                path=place,
            )
    return None


def judge_binding(
    args: PlacementCheck, pods: Sequence[Object], around: Surroundings
) -> Finding | None:
    if args.bound_by == "anybody":
        return None
    for pod in pods:
        namespace = str(pod["metadata"]["namespace"])
        events = around.round.objects("Event", "v1", namespace)
        by_name = bool(named_its_node(pod, around.round))
        own = [one for one in events if is_about(one, pod)]
        finding = _bound(args.bound_by, pod, own, by_name)
        if finding is not None:
            return finding
    return None


def _bound(wanted: str, pod: Object, events: Sequence[Object], by_name: bool) -> Finding | None:
    """Events last an hour; where none is left of the pod, nobody knows."""
    name, scheduler = full_name(pod), scheduled_by(pod, events)
    if by_name and not scheduler:
        found = "hand, by spec.nodeName"
    elif scheduler:
        found = scheduler
    elif not events:
        return unknown(f"the events of pod {name} have expired: nobody knows who bound it")
    else:
        found = "hand"
    if (wanted == "scheduler") == bool(scheduler):
        return None
    return failed(
        f"pod {name} was bound by {found}, not by {'a scheduler' if not scheduler else 'hand'}",
        expected=f"bound by {wanted}",
        actual=f"bound by {found}",
        path=f"{title(pod)} spec.nodeName",
    )
