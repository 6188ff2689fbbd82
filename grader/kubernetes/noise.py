"""What changes in an object without anybody having changed anything: signs of life, bookkeeping."""

from typing import Any

from grader.kubernetes.api import Object

_LEADER = "control-plane.alpha.kubernetes.io/leader"
"""Written every two seconds by whoever leads, on an object of theirs."""


def without_bookkeeping(item: Object) -> Object:
    """Without `managedFields`: who wrote which field, most of an object's size, is never judged."""
    metadata = item.get("metadata") or {}
    if "managedFields" not in metadata:
        return item
    rest = {key: value for key, value in metadata.items() if key != "managedFields"}
    return {**item, "metadata": rest}


def essence(item: Object) -> dict[str, Any]:
    """The object as it would be if it only lived on: two with one essence are judged alike.

    Whether a sign of life is fresh is asked by time, not by change.
    """
    found = dict(item)
    metadata = {
        key: value
        for key, value in (item.get("metadata") or {}).items()
        if key not in ("resourceVersion", "managedFields")
    }
    if _LEADER in (metadata.get("annotations") or {}):
        metadata["annotations"] = {
            key: value for key, value in metadata["annotations"].items() if key != _LEADER
        }
    found["metadata"] = metadata
    if item.get("kind") == "Lease":
        found["spec"] = {
            key: value for key, value in (item.get("spec") or {}).items() if key != "renewTime"
        }
    if item.get("kind") == "Node":
        found["status"] = _without_heartbeats(item.get("status") or {})
    return found


def _without_heartbeats(status: dict[str, Any]) -> dict[str, Any]:
    conditions = [
        {key: value for key, value in condition.items() if key != "lastHeartbeatTime"}
        for condition in status.get("conditions") or []
    ]
    return {**status, "conditions": conditions}
