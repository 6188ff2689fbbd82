"""`storage`: a claim is bound to its volume, and what a pod writes there is found elsewhere, too.

Data are written as root through the mount namespace of the container, so that a container needs
neither a shell nor rights; they are looked for in the volume's own directory and in other pods.
"""

from typing import Any

from cluster.node import ApiNotInitialised
from grader.checks.storage_mounts import judge_mounts
from grader.finding import failed, mismatched, passed, unknown
from grader.kubernetes.api import Object
from grader.kubernetes.claims import access_mode, binding_trouble, resizing
from grader.kubernetes.node_selector import accepts
from grader.kubernetes.objects import is_going
from grader.meaning.compare import compare, compare_document
from grader.meaning.quantity import parse_quantity
from grader.nodes.container_files import CannotLookInside
from grader.nodes.pod_processes import UnreadableProcesses
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.storage import StorageCheck


def look(args: StorageCheck, around: Surroundings) -> Finding:
    claim = around.round.object("PersistentVolumeClaim", args.claim, args.namespace)
    place = _place(args)
    if claim is None or is_going(claim):
        state = "does not exist" if claim is None else "is being deleted"
        return failed(f"{place} {state}", expected=place, actual="none", path=place)
    name = str((claim.get("spec") or {}).get("volumeName") or "")
    volume = around.round.object("PersistentVolume", name) if name else None
    trouble = binding_trouble(claim, volume)
    if trouble or volume is None:
        return failed(f"{place} {trouble}", expected="Bound", actual=trouble, path=place)
    finding = (
        _fields(args, claim, place)
        or _size(claim, volume, place)
        or _volume(args, volume, place)
        or _node(args, volume, around)
        or _since(args, claim, volume, place, around)
    )
    if finding is not None or not args.mount_path:
        return finding or passed(actual=f"bound to {name}")
    try:
        return judge_mounts(args, volume, around) or passed(
            actual=f"bound to {name}, mounted at {args.mount_path}"
        )
    except (CannotLookInside, UnreadableProcesses) as trouble_of_ours:
        return unknown(trouble_of_ours.message)


def baseline(args: StorageCheck, around: Surroundings) -> Any:
    """Which claim it was, and its volume; {} when it was not there, or nobody asks."""
    if not args.since_baseline:
        return {}
    try:
        claim = around.round.object("PersistentVolumeClaim", args.claim, args.namespace)
    except ApiNotInitialised:
        return {}
    if claim is None:
        return {}
    volume = str((claim.get("spec") or {}).get("volumeName") or "")
    return {"uid": claim["metadata"]["uid"], "volume": volume}


def _place(args: StorageCheck) -> str:
    return f"PersistentVolumeClaim {args.namespace}/{args.claim}"


def _fields(args: StorageCheck, claim: Object, place: str) -> Finding | None:
    spec = claim.get("spec") or {}
    wanted = {access_mode(mode) for mode in args.access_modes}
    there = set(spec.get("accessModes") or [])
    if wanted and wanted != there:
        return failed(
            f"{place} asks for {', '.join(sorted(there))}, not for {', '.join(sorted(wanted))}",
            expected=sorted(wanted),
            actual=sorted(there),
            path=f"{place} spec.accessModes",
        )
    request = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    for path, expected, actual in (
        ("spec.resources.requests.storage", args.request, request),
        ("spec.storageClassName", args.storage_class, spec.get("storageClassName") or ""),
    ):
        mismatch = None if expected is None else compare(expected, actual, path)
        if mismatch is not None:
            return mismatched(mismatch, place)
    return None


def _size(claim: Object, volume: Object, place: str) -> Finding | None:
    """What is asked for must be there, by the claim's status and by the volume itself."""
    request = ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage")
    has = ((claim.get("status") or {}).get("capacity") or {}).get("storage")
    size = ((volume.get("spec") or {}).get("capacity") or {}).get("storage")
    pending = resizing(claim)
    least = parse_quantity(request)
    for what, path, actual in (
        (place, "status.capacity.storage", has),
        (f"PersistentVolume {volume['metadata']['name']}", "spec.capacity.storage", size),
    ):
        value = parse_quantity(actual)
        if least is not None and (value is None or value < least):
            more = f"; its condition {pending} is True" if pending else ""
            return failed(
                f"{what} has {actual or 'no capacity'}, less than the {request} asked for{more}",
                expected=f"at least {request}",
                actual=actual or "none",
                path=f"{what} {path}",
            )
    if not pending:
        return None
    return failed(
        f"{place} is still being resized: its condition {pending} is True",
        expected=f"no condition {pending}",
        actual=pending,
        path=f"{place} status.conditions",
    )


def _volume(args: StorageCheck, volume: Object, place: str) -> Finding | None:
    name = str(volume["metadata"]["name"])
    if args.volume and args.volume != name:
        return failed(
            f"{place} is bound to volume {name}, not to {args.volume}",
            expected=args.volume,
            actual=name,
            path=f"{place} spec.volumeName",
        )
    mismatch = compare_document(args.volume_expect, volume, api_object=True)
    return None if mismatch is None else mismatched(mismatch, f"PersistentVolume {name}")


def _node(args: StorageCheck, volume: Object, around: Surroundings) -> Finding | None:
    if not args.only_node:
        return None
    selector = ((volume.get("spec") or {}).get("nodeAffinity") or {}).get("required")
    nodes = around.round.objects("Node")
    fitting = sorted(str(one["metadata"]["name"]) for one in nodes if accepts(selector, one))
    if fitting == [args.only_node] and selector:
        return None
    name = str(volume["metadata"]["name"])
    shown = ", ".join(fitting) or "no node"
    why = f"its nodeAffinity accepts {shown}" if selector else "it has no nodeAffinity"
    return failed(
        f"PersistentVolume {name} is not tied to {args.only_node} alone: {why}",
        expected=args.only_node,
        actual=shown,
        path=f"PersistentVolume {name} spec.nodeAffinity.required",
    )


def _since(
    args: StorageCheck, claim: Object, volume: Object, place: str, around: Surroundings
) -> Finding | None:
    if not args.since_baseline:
        return None
    if not around.baseline:
        return unknown(f"which claim {place} was after setup has not been recorded")
    if around.baseline["uid"] != claim["metadata"]["uid"]:
        return failed(
            f"{place} was deleted and made anew since the lab began",
            expected=around.baseline["uid"],
            actual=claim["metadata"]["uid"],
            path=f"{place} metadata.uid",
        )
    before, now = around.baseline["volume"], str(volume["metadata"]["name"])
    if before and before != now:
        return failed(
            f"{place} is bound to volume {now}; it was {before} when the lab began",
            expected=before,
            actual=now,
            path=f"{place} spec.volumeName",
        )
    return None
