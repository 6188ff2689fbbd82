"""`component`: the mirror pod, the process on the node and what it answers must agree.

For the API server itself (and etcd, without which it is dead) no answer is a state to be mended,
as long as the node answers; for the others it keeps us from looking.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grader.finding import failed, mismatched, passed, unknown
from grader.kubernetes.api import ApiUnreachable, Object
from grader.kubernetes.component_flags import compare_flags, first_difference, flags_document
from grader.kubernetes.mirror_pods import no_mirror_reason
from grader.kubernetes.objects import is_going, is_ready_pod, labels, pod_trouble, restarts, title
from grader.nodes.pod_processes import (
    PodProcess,
    UnreadableProcesses,
    cgroup_uid,
    named_processes,
    pod_processes,
)
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip, show
from labs.checks.component import ComponentCheck

_HEALTH = """
command -v curl >/dev/null || { echo 'no curl'; exit 0; }
curl -q -sS -k --noproxy '*' -m "$2" -w '\\n%{http_code} %{exitcode}\\n' -- "$1" 2>/dev/null
"""
_SECONDS = 5
_HEALTHZ = {
    "kube-controller-manager": ("https", 10257),
    "kube-scheduler": ("https", 10259),
    "kube-proxy": ("http", 10256),
}
_LEADER = "control-plane.alpha.kubernetes.io/leader"
_SLACK = 10.0
"""Seconds (native speed) by which a lease may be renewed late."""


def look(args: ComponentCheck, around: Surroundings) -> Finding:
    try:
        return _look(args, around)
    except ApiUnreachable as silence:
        if args.name not in ("kube-apiserver", "etcd"):
            raise
        return _dead(args, silence, around)
    except UnreadableProcesses as trouble:
        return unknown(trouble.message)


def _look(args: ComponentCheck, around: Surroundings) -> Finding:
    pod = _pod(args, around)
    place = f"{args.name} on {args.node}"
    if pod is None:
        why = f"{args.node} has no pod of {args.name} in kube-system"
        return failed(why, expected=place, actual="none", path="Pod kube-system")
    finding = _is_right_pod(args, pod, around)
    if finding is not None:
        return finding
    running = [
        one
        for one in pod_processes(around.round, args.node, cgroup_uid(pod))
        if one.argv[0].rpartition("/")[2] == args.name
    ]
    if not running:
        return failed(
            f"{title(pod)} says Ready, but its {args.name} does not run on {args.node}",
            expected="a process",
            actual="none",
            path=place,
        )
    flags = flags_document(args.name, running[0].argv)
    return (
        _as_pod_says(args, pod, flags)
        or _flags(args, flags, place)
        or _health(args, flags, place, around)
        or _active(args, flags, place, around)
        or passed(actual=f"{title(pod)} with pid {running[0].pid}", steady=restarts((pod,)))
    )


def _pod(args: ComponentCheck, around: Surroundings) -> Object | None:
    if args.name != "kube-proxy":
        name = f"{args.name}-{args.node.lower()}"
        return around.round.object("Pod", name, "kube-system")
    for pod in around.round.objects("Pod", "v1", "kube-system"):
        on = (pod.get("spec") or {}).get("nodeName")
        if on == args.node and labels(pod).get("k8s-app") == args.name and not is_going(pod):
            return pod
    return None


def _is_right_pod(args: ComponentCheck, pod: Object, around: Surroundings) -> Finding | None:
    if args.name != "kube-proxy":
        reason = no_mirror_reason(pod, around.round.object("Node", args.node))
        if reason:
            return failed(f"{title(pod)} is {reason}", actual=reason, path=title(pod))
    if is_ready_pod(pod):
        return None
    trouble = pod_trouble(pod)
    return failed(
        f"{title(pod)} is not Ready: {trouble}", expected="Ready", actual=trouble, path=title(pod)
    )


def _as_pod_says(args: ComponentCheck, pod: Object, flags: Mapping[str, Any]) -> Finding | None:
    """Where the pod starts the program itself; a shell in between leaves only the process."""
    for container in pod["spec"].get("containers") or []:
        argv = [str(word) for word in (container.get("command") or [])]
        argv += [str(word) for word in (container.get("args") or [])]
        if not argv or argv[0].rpartition("/")[2] != args.name:
            continue
        difference = first_difference(flags_document(args.name, argv), flags)
        if difference is not None:
            name, said, used = difference
            return failed(
                f"{title(pod)} says --{name} {show(said, 40)}, but {args.name} runs with "
                f"{show(used, 40)}",
                expected=said,
                actual=used,
                path=f"{title(pod)} --{name}",
            )
    return None


def _flags(args: ComponentCheck, flags: Mapping[str, Any], place: str) -> Finding | None:
    mismatch = compare_flags(args.flags, flags)
    return None if mismatch is None else mismatched(mismatch, f"{place}, flag")


def _health(
    args: ComponentCheck, flags: Mapping[str, Any], place: str, around: Surroundings
) -> Finding | None:
    if not args.healthy:
        return None
    if args.name in ("kube-apiserver", "etcd"):
        path = "/readyz" if args.name == "kube-apiserver" else "/readyz/etcd"
        answer = around.round.request("GET", f"{path}?verbose")
        code, text = answer.status, str(answer.body)
    else:
        code, text = _asked(args, flags, around)
    if code == 200:
        return None
    if code < 0:
        return unknown(f"curl does not work on {args.node}")
    bad = [line for line in text.splitlines() if line.startswith("[-]")]
    said = clip(bad[0] if bad else text, 80) or "nothing"
    answered = f"answers {code}" if code else "does not answer"
    return failed(
        f"{place} is not healthy: it {answered}: {said}",
        expected="200 ok",
        actual=code or "no answer",
        path=f"{place} health",
    )


def _asked(args: ComponentCheck, flags: Mapping[str, Any], around: Surroundings) -> tuple[int, str]:
    """Status and text; status 0 when nothing answered, -1 when we could not ask."""
    scheme, port = _HEALTHZ[args.name]
    host = str(flags.get("bind-address") or "127.0.0.1") if scheme == "https" else "127.0.0.1"
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    url = f"{scheme}://{host}:{flags.get('secure-port', port) or port}/healthz"
    seconds = str(round(_SECONDS * around.time_scale))
    result = around.round.run(args.node, ["sh", "-s", url, seconds], stdin=_HEALTH)
    text, _, last = result.stdout.rstrip("\n").rpartition("\n")
    words = last.split()
    if len(words) != 2 or not all(word.isdecimal() for word in words):
        return -1, ""
    return (int(words[0]), text) if words[1] == "0" else (0, "")


def _active(
    args: ComponentCheck, flags: Mapping[str, Any], place: str, around: Surroundings
) -> Finding | None:
    if not args.active or args.name not in ("kube-controller-manager", "kube-scheduler"):
        return None
    if flags.get("leader-elect") is False:
        return None
    spec = _lease(args, around)
    renewed = str(spec.get("renewTime") or "")
    if not renewed:
        return failed(f"no {args.name} has a lease", expected="a leader", path=f"{place} lease")
    instant = datetime.fromisoformat(renewed.replace("Z", "+00:00"))
    age = (around.round.api_time() - instant).total_seconds()
    lasts = float(spec.get("leaseDurationSeconds") or 15)
    if age <= lasts + _SLACK * around.time_scale:
        return None
    return failed(
        f"no {args.name} is at work: its lease was last renewed {age:.0f} s ago "
        f"by {spec.get('holderIdentity') or 'nobody'}",
        expected=f"renewed within {lasts:.0f} s",
        actual=f"{age:.0f} s ago",
        path=f"Lease kube-system/{args.name}",
    )


def _lease(args: ComponentCheck, around: Surroundings) -> Mapping[str, Any]:
    """A Lease, or what older versions write into an annotation of Endpoints."""
    lease = around.round.object("Lease", args.name, "kube-system", "coordination.k8s.io/v1")
    if lease is not None:
        return lease.get("spec") or {}
    endpoints = around.round.object("Endpoints", args.name, "kube-system")
    text = ((endpoints or {}).get("metadata") or {}).get("annotations", {}).get(_LEADER, "{}")
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _dead(args: ComponentCheck, silence: ApiUnreachable, around: Surroundings) -> Finding:
    """The node answers, so what is silent is the API server: what runs there tells more.

    One that runs and is late may only be slow, as on an emulated node.
    """
    try:
        running: tuple[PodProcess, ...] = named_processes(around.round, args.node, args.name)
    except UnreadableProcesses as trouble:
        return unknown(trouble.message)
    if running and silence.message.rstrip(".").endswith("in time"):
        return unknown(f"{silence.message.rstrip('.')}, though {args.name} runs on {args.node}")
    more = f"{args.name} runs on {args.node}" if running else f"no {args.name} runs on {args.node}"
    return failed(
        f"{silence.message.rstrip('.')}; {more}",
        expected="an API server that answers",
        actual="no answer",
        path=f"{args.name} on {args.node}",
    )
