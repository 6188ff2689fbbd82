"""Which objects a cluster holds, by identity: to prove that grading leaves no trace."""

from cluster.node import ApiNotInitialised
from grader.kubernetes.api import UnknownKind
from grader.kubernetes.objects import full_name
from grader.round import Round

_KINDS = (
    "Namespace",
    "Node",
    "PersistentVolume",
    "Pod",
    "Service",
    "ConfigMap",
    "Secret",
    "ServiceAccount",
    "PersistentVolumeClaim",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "Role",
    "RoleBinding",
)
"""Without leases and events, which change by themselves."""

Inventory = dict[str, tuple[str, int]]
"""`Pod shop/web-1` to uid and generation."""


def take_inventory(round_: Round) -> Inventory:
    """Empty where there is no control plane. Raises NodeUnreachable, ApiUnreachable."""
    found: Inventory = {}
    for kind in _KINDS:
        try:
            items = round_.objects(kind)
        except ApiNotInitialised:
            return {}
        except UnknownKind:
            continue
        for item in items:
            metadata = item["metadata"]
            found[f"{kind} {full_name(item)}"] = (
                str(metadata["uid"]),
                int(metadata.get("generation", 0)),
            )
    return found


def difference(before: Inventory, after: Inventory) -> str:
    """The first thing that is not the same, in words; "" when all is."""
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            return f"{name} is gone"
        if name not in before:
            return f"{name} is new"
        if before[name] != after[name]:
            return f"{name} has been changed or made anew"
    return ""
