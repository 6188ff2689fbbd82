"""`rollout`: a workload has finished rolling out: observed, updated, available, and pods agree."""

from typing import Any

from cluster.node import ApiNotInitialised
from grader.finding import failed, passed, unknown
from grader.kubernetes.api import Object
from grader.kubernetes.objects import is_going, is_ready_pod, owner_uids, pod_trouble, restarts
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.rollout import RolloutCheck

_REVISION = "deployment.kubernetes.io/revision"


def look(args: RolloutCheck, around: Surroundings) -> Finding:
    workload = around.round.object(args.kind, args.name, args.namespace)
    place = f"{args.kind} {args.namespace}/{args.name}"
    if workload is None or is_going(workload):
        return failed(f"{place} does not exist", expected=place, actual="none", path=place)
    finding = (
        _replicas(args, workload, place)
        or _since_baseline(args, workload, place, around)
        or _status(args, workload, place)
    )
    if finding is not None:
        return finding
    pods = _pods(args, workload, around)
    finding = _judge_pods(args, workload, pods, place, around)
    return (
        finding
        or _old_pods(args, pods, place, around)
        or passed(
            expected="rolled out", actual=f"{wanted(args, workload)} ready", steady=restarts(pods)
        )
    )


def baseline(args: RolloutCheck, around: Surroundings) -> Any:
    """How often it had been rolled out, and its pods; {} when it did not exist, or nobody asks."""
    if not args.newer_than_baseline and not args.new_pods:
        return {}
    try:
        workload = around.round.object(args.kind, args.name, args.namespace)
    except ApiNotInitialised:
        return {}
    if workload is None:
        return {}
    return {
        "uid": workload["metadata"]["uid"],
        "revision": _revision(args, workload, around),
        "pods": [str(pod["metadata"]["uid"]) for pod in _pods(args, workload, around)],
    }


def _old_pods(
    args: RolloutCheck, pods: tuple[Object, ...], place: str, around: Surroundings
) -> Finding | None:
    if not args.new_pods:
        return None
    if around.baseline is None:
        return unknown(f"which pods {place} had before has not been recorded")
    before = set(around.baseline.get("pods", ()))
    old = [str(pod["metadata"]["name"]) for pod in pods if pod["metadata"]["uid"] in before]
    if not old:
        return None
    return failed(
        f"{len(old)} of {len(pods)} pods of {place} are as old as the lab: {', '.join(old)}",
        expected="only pods made since",
        actual=f"{len(old)} old ones",
        path=f"{place} pods",
    )


def wanted(args: RolloutCheck, workload: Object) -> int:
    """How many pods the workload asks for."""
    if args.kind == "DaemonSet":
        return int((workload.get("status") or {}).get("desiredNumberScheduled") or 0)
    return int((workload.get("spec") or {}).get("replicas", 1))


def _replicas(args: RolloutCheck, workload: Object, place: str) -> Finding | None:
    number = wanted(args, workload)
    if args.replicas is None or args.replicas == number:
        if number > 0 or args.replicas == 0:
            return None
        return failed(f"{place} asks for no pods", expected="at least 1", actual=0, path=place)
    return failed(
        f"{place} asks for {number} pods, not {args.replicas}",
        expected=args.replicas,
        actual=number,
        path=f"{place} spec.replicas",
    )


def _since_baseline(
    args: RolloutCheck, workload: Object, place: str, around: Surroundings
) -> Finding | None:
    if not args.newer_than_baseline:
        return None
    if around.baseline is None:
        return unknown(f"how often {place} was rolled out before has not been recorded")
    before = int(around.baseline.get("revision", 0))
    now = _revision(args, workload, around)
    if now > before:
        return None
    again = around.baseline.get("uid") not in (None, workload["metadata"]["uid"])
    why = (
        "was deleted and made anew, so nothing was rolled out"
        if again
        else ("has not been rolled out since the lab began")
    )
    return failed(
        f"{place} {why}: its revision is {now}, as before" if now == before else f"{place} {why}",
        expected=f"a revision after {before}",
        actual=now,
        path=f"{place} revision",
    )


def _revision(args: RolloutCheck, workload: Object, around: Surroundings) -> int:
    """The number of the newest rollout, which scaling does not change."""
    if args.kind == "Deployment":
        return _number(workload)
    uid = workload["metadata"]["uid"]
    found = around.round.objects("ControllerRevision", "apps/v1", args.namespace)
    return max((int(item["revision"]) for item in found if uid in owner_uids(item)), default=0)


def _number(item: Object) -> int:
    """The revision in an annotation, which anybody may have scribbled over."""
    text = str((item["metadata"].get("annotations") or {}).get(_REVISION, ""))
    return int(text) if text.isdecimal() else 0


def _status(args: RolloutCheck, workload: Object, place: str) -> Finding | None:
    status = workload.get("status") or {}
    number = wanted(args, workload)
    if int(status.get("observedGeneration") or 0) < int(workload["metadata"]["generation"]):
        return failed(
            f"the controller has not seen the last change of {place} yet",
            expected=f"observedGeneration {workload['metadata']['generation']}",
            actual=status.get("observedGeneration", "none"),
            path=f"{place} status.observedGeneration",
        )
    for field, least in _fields(args, workload, number).items():
        actual = int(status.get(field) or 0)
        if actual != least:
            return failed(
                f"{place} has {actual} of {least} pods {_WORDS[field]}{_paused(workload)}",
                expected=least,
                actual=actual,
                path=f"{place} status.{field}",
            )
    return None


_WORDS = {
    "updatedReplicas": "of the newest template",
    "updatedNumberScheduled": "of the newest template",
    "replicas": "in all (old ones included)",
    "currentNumberScheduled": "in all",
    "readyReplicas": "ready",
    "availableReplicas": "available",
    "numberAvailable": "available",
    "numberMisscheduled": "on nodes where they do not belong",
}


def _fields(args: RolloutCheck, workload: Object, number: int) -> dict[str, int]:
    if args.kind == "Deployment":
        names = ["updatedReplicas", "replicas", "availableReplicas"]
    elif args.kind == "DaemonSet":
        names = ["updatedNumberScheduled", "currentNumberScheduled", "numberAvailable"]
    else:
        names = ["updatedReplicas", "replicas", "readyReplicas"]
        status = workload.get("status") or {}
        if status.get("currentRevision") == status.get("updateRevision"):
            # Once it is done, the controller of 1.20 may leave updatedReplicas out.
            names.remove("updatedReplicas")
    return dict.fromkeys(names, number)


def _paused(workload: Object) -> str:
    return "; it is paused" if (workload.get("spec") or {}).get("paused") else ""


def _pods(args: RolloutCheck, workload: Object, around: Surroundings) -> tuple[Object, ...]:
    """The workload's pods by owner, those under deletion left out: they serve no longer."""
    owners = {workload["metadata"]["uid"]}
    if args.kind == "Deployment":
        owners = {item["metadata"]["uid"] for item in _replica_sets(args, workload, around)}
    return tuple(
        pod
        for pod in around.round.objects("Pod", "v1", args.namespace)
        if owners & owner_uids(pod) and not is_going(pod)
    )


def _replica_sets(args: RolloutCheck, workload: Object, around: Surroundings) -> list[Object]:
    uid = workload["metadata"]["uid"]
    found = around.round.objects("ReplicaSet", "apps/v1", args.namespace)
    return [item for item in found if uid in owner_uids(item)]


def _judge_pods(
    args: RolloutCheck,
    workload: Object,
    pods: tuple[Object, ...],
    place: str,
    around: Surroundings,
) -> Finding | None:
    if args.kind == "Deployment":
        old = _old_pod(args, workload, pods, around)
        if old is not None:
            return failed(
                f"pod {old} of an older ReplicaSet of {place} still runs",
                expected="no pods of older revisions",
                actual=old,
                path=place,
            )
    number = wanted(args, workload)
    ready = [pod for pod in pods if is_ready_pod(pod)]
    if len(ready) >= number:
        return None
    trouble = next((pod for pod in pods if not is_ready_pod(pod)), None)
    why = f"; {trouble['metadata']['name']}: {pod_trouble(trouble)}" if trouble else ""
    return failed(
        f"{place} has {len(ready)} of {number} pods Ready{why}",
        expected=number,
        actual=len(ready),
        path=f"{place} pods",
    )


def _old_pod(
    args: RolloutCheck, workload: Object, pods: tuple[Object, ...], around: Surroundings
) -> str | None:
    """The name of a pod that an older ReplicaSet still has."""
    sets = _replica_sets(args, workload, around)
    newest = _revision(args, workload, around)
    current = {item["metadata"]["uid"] for item in sets if _number(item) == newest}
    for pod in pods:
        if not current & owner_uids(pod):
            return str(pod["metadata"]["name"])
    return None
