"""Which nodes may take a pod, by its hard rules and the nodes' taints; and what chose its node."""

from collections.abc import Iterable, Mapping
from typing import Any

from grader.kubernetes.api import Object
from grader.kubernetes.api_kinds import KNOWN
from grader.kubernetes.node_affinity import pod_accepts
from grader.kubernetes.objects import owner_uids
from grader.kubernetes.toleration import repelling_taint, taint_name
from grader.round import Round

STRANGER: Object = {
    "kind": "Node",
    "metadata": {
        "name": "another-node",
        "labels": {
            "kubernetes.io/hostname": "another-node",
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
        },
    },
    "spec": {},
}
"""A node that nobody labelled: what a rule must turn away where there is no other node."""


_BORNE = ("disk-pressure", "memory-pressure", "not-ready", "pid-pressure", "unreachable")
_DAEMONS_TOLERATE = [
    {"key": f"node.kubernetes.io/{what}", "operator": "Exists"}
    for what in (*_BORNE, "unschedulable")
]


def daemon_pod_spec(owner: Object) -> Mapping[str, Any]:
    """The spec of a workload's pods, for a DaemonSet with what its controller lets them bear."""
    template = (owner.get("spec") or {}).get("template") or {}
    spec: Mapping[str, Any] = template.get("spec") or {}
    if owner.get("kind") != "DaemonSet":
        return spec
    return {**spec, "tolerations": [*(spec.get("tolerations") or []), *_DAEMONS_TOLERATE]}


def obstacle(spec: Mapping[str, Any], node: Object) -> str:
    """Why the scheduler would not put the pod there, "" when it might. Resources do not count."""
    name = node["metadata"]["name"]
    if not pod_accepts(spec, node):
        return f"its nodeSelector or required affinity does not accept {name}"
    taint = repelling_taint(spec, node)
    return f"it does not tolerate {taint_name(taint)} of {name}" if taint is not None else ""


def named_its_node(pod: Object, round_: Round) -> bool | None:
    """Whether `spec.nodeName` was written by whoever made the pod; None when nobody recorded it.

    A binding (the scheduler's, or one by hand) leaves no managed field. Objects of a round have
    none of these fields, so the pod is asked for as it is.
    """
    path = KNOWN["Pod"].path(pod["metadata"]["namespace"], pod["metadata"]["name"])
    answer = round_.request("GET", path)
    metadata = answer.body.get("metadata") or {} if answer.status == 200 else {}
    managed = metadata.get("managedFields")
    if not managed or metadata.get("uid") != pod["metadata"].get("uid"):
        return None
    return any("f:nodeName" in ((one.get("fieldsV1") or {}).get("f:spec") or {}) for one in managed)


def scheduled_by(pod: Object, events: Iterable[Object]) -> str:
    """The scheduler that says that it bound the pod, "" when none does."""
    uid = pod["metadata"].get("uid")
    for event in events:
        regarding = event.get("involvedObject") or event.get("regarding") or {}
        if regarding.get("uid") == uid and event.get("reason") == "Scheduled":
            source = (event.get("source") or {}).get("component")
            return str(event.get("reportingComponent") or source or "a scheduler")
    return ""


def is_about(event: Object, pod: Object) -> bool:
    regarding = event.get("involvedObject") or event.get("regarding") or {}
    return bool(regarding.get("uid") == pod["metadata"].get("uid"))


def is_of_a_daemon_set(pod: Object) -> bool:
    return _owned_by(pod, "DaemonSet")


def is_mirror(pod: Object) -> bool:
    """Of a static pod: the kubelet's, not the scheduler's."""
    annotations = pod["metadata"].get("annotations") or {}
    return "kubernetes.io/config.mirror" in annotations or _owned_by(pod, "Node")


def _owned_by(pod: Object, kind: str) -> bool:
    return any(o.get("kind") == kind for o in pod["metadata"].get("ownerReferences") or [])


def descends_from(pod: Object, uids: set[str]) -> bool:
    return bool(uids & owner_uids(pod))
