"""Whether pods really use a claim's volume: mounts looked up, data written and found elsewhere."""

from grader.finding import failed, mismatched
from grader.kubernetes.api import Object
from grader.kubernetes.claims import Mount, host_directory, mounts_of, normal_path, volume_at
from grader.kubernetes.objects import Selection, is_ready_pod, pod_trouble, title
from grader.meaning.compare import compare_text
from grader.nodes.container_files import read_text, root_of, write_and_read
from grader.nodes.pod_processes import cgroup_uid, of_container, pod_processes
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.storage import StorageCheck


def judge_mounts(args: StorageCheck, volume: Object, around: Surroundings) -> Finding | None:
    """None when every chosen pod is Ready, mounts the claim and holds the data.

    Raises as `Round` does, CannotLookInside, UnreadableProcesses.
    """
    selection = Selection("Pod", args.namespace, args.pod, args.selector)
    pods = selection.read(around.round)
    ready = [pod for pod in pods if is_ready_pod(pod)]
    if not ready:
        state = f"; {pods[0]['metadata']['name']}: {pod_trouble(pods[0])}" if pods else ""
        why = f"no {selection} is Ready{state}" if pods else f"there is no {selection}"
        return failed(why, expected="a Ready pod", actual="none", path=str(selection))
    for pod in ready:
        finding = _judge_pod(args, pod, volume, around)
        if finding is not None:
            return finding
    return None


def _judge_pod(
    args: StorageCheck, pod: Object, volume: Object, around: Surroundings
) -> Finding | None:
    place = title(pod)
    node = str((pod.get("spec") or {}).get("nodeName") or "")
    if args.on_node and node != args.on_node:
        return failed(
            f"{place} runs on {node}, not on {args.on_node}",
            expected=args.on_node,
            actual=node,
            path=f"{place} spec.nodeName",
        )
    mount, finding = _mount(args, pod, place)
    if finding is not None or mount is None:
        return finding
    folder = _inside(around, pod, node, mount)
    if folder is None:
        return failed(
            f"{place} says Ready, but no process of container {mount.container} runs on {node}",
            expected="a running container",
            actual="none",
            path=f"{node} /proc",
        )
    if args.file or args.content is not None:
        finding = _content(args, node, folder, place, around)
    if finding is not None or args.read_only:
        return finding
    return _written(args, pod, volume, folder, around)


def _mount(args: StorageCheck, pod: Object, place: str) -> tuple[Mount | None, Finding | None]:
    """The mount that is asked for, or what is mounted instead."""
    wanted = normal_path(args.mount_path)
    there = mounts_of(pod, args.claim)
    path = f"{place} spec.containers[].volumeMounts"
    at = [mount for mount in there if mount.path == wanted]
    fitting = [
        mount
        for mount in at
        if mount.sub_path == args.sub_path.strip("/") and mount.read_only == args.read_only
    ]
    if fitting:
        return fitting[0], None
    if not at:
        elsewhere = ", ".join(mount.path for mount in there)
        why = f"it mounts it at {elsewhere}" if there else f"there is {volume_at(pod, wanted)}"
        why = f"{place} does not mount claim {args.claim} at {wanted}: {why}"
    elif at[0].read_only != args.read_only:
        why = f"{place} mounts claim {args.claim} {'' if at[0].read_only else 'not '}read-only"
    else:
        why = (
            f"{place} mounts the directory {at[0].sub_path or '/'} of claim {args.claim}, "
            f"not {args.sub_path or '/'}"
        )
    return None, failed(why, expected=f"{args.claim} at {wanted}", actual="otherwise", path=path)


def _inside(around: Surroundings, pod: Object, node: str, mount: Mount) -> str | None:
    """The mounted directory's path on the node, through a process of the container."""
    found = pod_processes(around.round, node, cgroup_uid(pod))
    own = of_container(found, pod, mount.container)
    return root_of(own[0].pid, mount.path) if own else None


def _content(
    args: StorageCheck, node: str, folder: str, place: str, around: Surroundings
) -> Finding | None:
    path = f"{args.mount_path.rstrip('/')}/{args.file.lstrip('/')}"
    text = read_text(around.round, node, f"{folder}/{args.file.lstrip('/')}")
    if text is None:
        return failed(
            f"{place} has no file {path}", expected=path, actual="none", path=f"{place} {path}"
        )
    mismatch = None if args.content is None else compare_text(args.content, text, "content")
    return None if mismatch is None else mismatched(mismatch, f"{place} {path}")


def _written(
    args: StorageCheck, pod: Object, volume: Object, folder: str, around: Surroundings
) -> Finding | None:
    """Written through one container and found in the volume itself and in every other pod here."""
    node = str(pod["spec"]["nodeName"])
    others = _others(args, pod, volume, around)
    trial = write_and_read(around.round, node, folder, [path for _, path in others])
    place = title(pod)
    if trial.refused:
        return failed(
            f"nothing can be written at {args.mount_path} of {place}: {trial.refused}",
            expected="a volume that takes data",
            actual=trial.refused,
            path=f"{place} {args.mount_path}",
        )
    for (what, path), seen in zip(others, trial.seen, strict=True):
        if not seen:
            return failed(
                f"what is written at {args.mount_path} of {place} does not arrive in {what}",
                expected=f"one directory: {what}",
                actual="another",
                path=f"{node}:{path}",
            )
    return None


def _others(
    args: StorageCheck, pod: Object, volume: Object, around: Surroundings
) -> list[tuple[str, str]]:
    """Where else, on the pod's node, the same data must be: words and path of each."""
    node = str(pod["spec"]["nodeName"])
    found = []
    directory = host_directory(volume)
    below = args.sub_path.strip("/")
    if directory:
        path = f"{directory.rstrip('/')}/{below}".rstrip("/")
        found.append((f"{node}:{path}", path))
    for other in around.round.objects("Pod", "v1", args.namespace):
        if (other.get("spec") or {}).get("nodeName") != node or not is_ready_pod(other):
            continue
        for mount in mounts_of(other, args.claim):
            same = other["metadata"]["uid"] == pod["metadata"]["uid"]
            if mount.sub_path != below or (same and mount.path == normal_path(args.mount_path)):
                continue
            inside = _inside(around, other, node, mount)
            if inside is not None:
                found.append((f"{title(other)} {mount.path}", inside))
    return found
