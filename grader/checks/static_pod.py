"""`static_pod`: the manifest, the mirror pod and the processes on the node are one and the same.

The API's word alone is not taken: annotations can be written by anybody, and only a static pod's
control group carries the hash of its manifest.
"""

from grader.finding import failed, mismatched, passed, unknown
from grader.kubernetes.api import Object
from grader.kubernetes.mirror_pods import manifest_difference, no_mirror_reason
from grader.kubernetes.objects import is_ready_pod, pod_trouble, restarts, title
from grader.meaning.compare import compare_document
from grader.meaning.plain import Difference
from grader.nodes.pod_processes import UnreadableProcesses, cgroup_uid, pod_processes
from grader.nodes.static_manifests import (
    Manifest,
    NoKubelet,
    StaticFolder,
    UnreadableManifests,
    read_manifests,
    static_folder,
)
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.static_pod import StaticPodCheck


def look(args: StaticPodCheck, around: Surroundings) -> Finding:
    try:
        return _look(args, around)
    except NoKubelet as state:
        return failed(state.message, expected="a running kubelet", actual="none", path=args.node)
    except (UnreadableManifests, UnreadableProcesses) as trouble:
        return unknown(trouble.message)


def _look(args: StaticPodCheck, around: Surroundings) -> Finding:
    folder = static_folder(around.round, args.node)
    if not folder.path:
        return failed(
            f"the kubelet of {args.node} reads no static pods: staticPodPath is not set",
            expected="a staticPodPath",
            actual="none",
            path=f"{args.node}: {folder.said_by}",
        )
    manifests = read_manifests(around.round, args.node, folder.path)
    own = [one for one in manifests if (one.name, one.namespace) == (args.name, args.namespace)]
    pod = around.round.object("Pod", f"{args.name}-{args.node.lower()}", args.namespace)
    if args.absent:
        return _absent(args, folder, own, pod, around)
    return _present(args, folder, own, manifests, pod, around)


def _absent(
    args: StaticPodCheck,
    folder: StaticFolder,
    own: list[Manifest],
    pod: Object | None,
    around: Surroundings,
) -> Finding:
    for manifest in own:
        place = f"{args.node}:{manifest.path}"
        return failed(f"{place} still defines pod {args.name}", actual="there", path=place)
    if pod is None:
        return passed(expected="no such static pod", actual=f"none in {folder.path}")
    left = pod_processes(around.round, args.node, cgroup_uid(pod))
    runs = f"; {len(left)} of its processes run" if left else ""
    return failed(
        f"{title(pod)} is still there{runs}", expected="none", actual="there", path=title(pod)
    )


def _present(
    args: StaticPodCheck,
    folder: StaticFolder,
    own: list[Manifest],
    manifests: tuple[Manifest, ...],
    pod: Object | None,
    around: Surroundings,
) -> Finding:
    whole = [manifest for manifest in own if not manifest.trouble]
    if not whole:
        return _no_manifest(args, folder, own, manifests)
    if pod is None:
        return failed(
            f"{whole[0].path} is there, but the kubelet of {args.node} shows no pod of it: "
            "it rejects the manifest, or has not read it yet",
            expected=f"mirror pod {args.namespace}/{args.name}-{args.node}",
            actual="none",
            path=f"Pod {args.namespace}/{args.name}-{args.node}",
        )
    return (
        _is_mirror(args, pod, around)
        or _is_manifest(args, whole, pod)
        or _runs(args, pod, around)
        or _expected(args, pod)
        or passed(actual=f"{whole[0].path} runs as {title(pod)}", steady=restarts((pod,)))
    )


def _no_manifest(
    args: StaticPodCheck,
    folder: StaticFolder,
    own: list[Manifest],
    manifests: tuple[Manifest, ...],
) -> Finding:
    place = f"{args.node}:{folder.path}"
    broken = own or [manifest for manifest in manifests if manifest.trouble]
    more = f"; {broken[0].path}: {broken[0].trouble}" if broken else ""
    return failed(
        f"no manifest in {place} defines pod {args.namespace}/{args.name}{more}",
        expected=f"a manifest of {args.name}",
        actual=[manifest.path.rpartition("/")[2] for manifest in manifests],
        path=place,
    )


def _is_mirror(args: StaticPodCheck, pod: Object, around: Surroundings) -> Finding | None:
    reason = no_mirror_reason(pod, around.round.object("Node", args.node))
    on = str((pod.get("spec") or {}).get("nodeName") or "nowhere")
    if not reason and on != args.node:
        reason = f"on {on}, not on {args.node}"
    if not reason:
        return None
    return failed(
        f"{title(pod)} is {reason}",
        expected=f"the mirror of a static pod of {args.node}",
        actual=reason,
        path=f"{title(pod)} metadata",
    )


def _is_manifest(args: StaticPodCheck, whole: list[Manifest], pod: Object) -> Finding | None:
    """Two files may define one pod; which of them runs is then a matter of luck."""
    for manifest in whole:
        difference = manifest_difference(manifest.pod or {}, pod)
        if difference is not None:
            return _differs(args, manifest, difference, pod)
    return None


def _differs(
    args: StaticPodCheck, manifest: Manifest, difference: Difference, pod: Object
) -> Finding:
    return failed(
        f"{title(pod)} does not run what {manifest.path} says: {difference.why}",
        expected=difference.expected,
        actual=difference.actual if isinstance(difference.actual, str | int) else "otherwise",
        path=f"{args.node}:{manifest.path} {difference.path}",
    )


def _runs(args: StaticPodCheck, pod: Object, around: Surroundings) -> Finding | None:
    if not is_ready_pod(pod):
        trouble = pod_trouble(pod)
        return failed(
            f"{title(pod)} is not Ready: {trouble}",
            expected="Ready",
            actual=trouble,
            path=f"{title(pod)} status",
        )
    if pod_processes(around.round, args.node, cgroup_uid(pod)):
        return None
    return failed(
        f"{title(pod)} says Ready, but no process of it runs on {args.node}",
        expected="processes of this manifest's hash",
        actual="none",
        path=f"{args.node} /proc",
    )


def _expected(args: StaticPodCheck, pod: Object) -> Finding | None:
    mismatch = compare_document(args.expect, pod, api_object=True)
    return None if mismatch is None else mismatched(mismatch, title(pod))
