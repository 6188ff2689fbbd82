"""`runtime`: a node's container runtime as it runs: its state, configuration, pods, containers and
images, asked for through the socket that the kubelet uses."""

from collections.abc import Sequence
from typing import Any

from grader.finding import failed, mismatched, passed
from grader.meaning.compare import compare, compare_document
from grader.meaning.image_reference import parse_image
from grader.nodes.containers import (
    Container,
    Image,
    NodeContainers,
    RuntimeState,
    Sandbox,
    read_containers,
    read_images,
    read_state,
)
from grader.nodes.cri import RuntimeSilent
from grader.nodes.node_file import read_node_file
from grader.nodes.registry_mirrors import mirrors_of
from grader.nodes.runtime_endpoint import kubelet_endpoint, kubelet_process, socket_path
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.model import Selection
from labs.checks.runtime import RuntimeCheck, RuntimeContainers, RuntimeImages, RuntimePods

_SHORTEST_ID = 12
"""Digits of an id that crictl shows at least."""


def look(args: RuntimeCheck, around: Surroundings) -> Finding:
    try:
        state = read_state(around.round, args.node, args.endpoint)
        finding = (
            _kubelet(args, around)
            or _state(args, state, around)
            or _configuration(args, state, around)
            or _contents(args, around)
        )
    except RuntimeSilent as error:
        return failed(
            error.message, expected="a container runtime", actual="no answer", path=args.node
        )
    return finding or passed(actual=f"{state.name} {state.version}")


def _kubelet(args: RuntimeCheck, around: Surroundings) -> Finding | None:
    if not args.kubelet_uses:
        return None
    path = f"{args.node} kubelet --container-runtime-endpoint"
    if kubelet_process(around.round, args.node) is None:
        return failed(
            f"no kubelet runs on {args.node}", expected="a kubelet", actual="none", path=path
        )
    used = kubelet_endpoint(around.round, args.node)
    if used and (not args.endpoint or socket_path(args.endpoint) == socket_path(used)):
        return None
    return failed(
        f"the kubelet of {args.node} uses {used or 'no endpoint that it was told'}",
        expected=args.endpoint or "an endpoint",
        actual=used or "none",
        path=path,
    )


def _state(args: RuntimeCheck, state: RuntimeState, around: Surroundings) -> Finding | None:
    place = f"{args.node} {state.name}"
    for expected, actual, path in (
        (args.name, state.name, "name"),
        (args.version, state.version, "version"),
    ):
        mismatch = None if expected is None else compare(expected, actual, path)
        if mismatch is not None:
            return mismatched(mismatch, place)
    trouble = state.conditions.get("RuntimeReady", "not reported")
    if trouble:
        return failed(
            f"{place} is not ready: {trouble}",
            expected="RuntimeReady",
            actual=trouble,
            path=f"{place} RuntimeReady",
        )
    network = state.conditions.get("NetworkReady", "not reported")
    if args.network_ready is None or args.network_ready == (not network):
        return None
    return failed(
        f"the network of {place} is {'ready' if not network else f'not ready: {network}'}",
        expected="NetworkReady" if args.network_ready else "no network",
        actual=network or "NetworkReady",
        path=f"{place} NetworkReady",
    )


def _configuration(args: RuntimeCheck, state: RuntimeState, around: Surroundings) -> Finding | None:
    place = f"{args.node} {state.name} in force"
    if args.cgroup_driver and args.cgroup_driver != state.cgroup_driver:
        return failed(
            f"{state.name} on {args.node} uses the cgroup driver {state.cgroup_driver}, "
            f"not {args.cgroup_driver}",
            expected=args.cgroup_driver,
            actual=state.cgroup_driver,
            path=f"{place} cgroup driver",
        )
    config = state.info.get("config")
    if args.sandbox_image:
        told = config.get("sandboxImage") if isinstance(config, dict) else ""
        images = () if told else read_images(around.round, args.node, args.endpoint)
        names = [told] if told else [name for one in images if one.pinned for name in one.names]
        if not any(_same(args.sandbox_image, str(name)) for name in names):
            return failed(
                f"{state.name} on {args.node} makes pods of {', '.join(names) or 'no known image'}"
                f", not of {args.sandbox_image}",
                expected=args.sandbox_image,
                actual=names,
                path=f"{place} sandbox image",
            )
    mismatch = compare_document(args.config, config) if args.config else None
    if mismatch is not None:
        return mismatched(mismatch, place)
    for registry, address in args.mirrors.items():
        found = mirrors_of(around.round, args.node, state, registry)
        if address.rstrip("/") not in [one.rstrip("/") for one in found]:
            return failed(
                f"{state.name} on {args.node} does not ask {address} for images of {registry}",
                expected=address,
                actual=found,
                path=f"{place} mirrors of {registry}",
            )
    return None


def _contents(args: RuntimeCheck, around: Surroundings) -> Finding | None:
    finding: Finding | None = None
    if args.pods or args.containers:
        found = read_containers(around.round, args.node, args.endpoint)
        finding = _pods(args.pods, found, args.node) if args.pods else None
        if finding is None and args.containers:
            finding = _containers(args.containers, found, args.node, around)
    for wanted in args.images if finding is None else ():
        finding = finding or _image(wanted, args, around)
    return finding


def _pods(wanted: RuntimePods, found: NodeContainers, node: str) -> Finding | None:
    chosen = [
        one
        for one in found.sandboxes
        if wanted.namespace in ("", one.namespace)
        and wanted.name in ("", one.name)
        and wanted.labels.items() <= one.labels.items()
    ]
    good = [one for one in chosen if wanted.ready in (None, one.ready)]
    words = [wanted.name, *(f"{key}={value}" for key, value in wanted.labels.items())]
    return _count(wanted, f"pod {' '.join(filter(None, words))}".strip(), chosen, good, node)


def _containers(
    wanted: RuntimeContainers, found: NodeContainers, node: str, around: Surroundings
) -> Finding | None:
    chosen = [
        one
        for one in found.containers
        if wanted.namespace in ("", one.namespace)
        and wanted.pod in ("", one.pod)
        and wanted.name in ("", one.name)
        and wanted.labels.items() <= one.labels.items()
    ]
    good = [
        one
        for one in chosen
        if wanted.state.upper().removeprefix("CONTAINER_") in ("", one.state)
        and (not wanted.image or _is_image(wanted.image, one.image))
    ]
    finding = _count(wanted, f"container {wanted.name}".strip(), chosen, good, node)
    return finding or (_id_file(wanted, good, node, around) if wanted.id_file else None)


def _count(
    wanted: RuntimePods | RuntimeContainers,
    what: str,
    chosen: Sequence[Sandbox | Container],
    good: Sequence[Sandbox | Container],
    node: str,
) -> Finding | None:
    match: Selection = wanted.match
    path = f"{node} {what}"
    if match == "none":
        if not good:
            return None
        return failed(
            f"{node} still has {_title(good[0])}", expected="none", actual=len(good), path=path
        )
    least = max(wanted.min, 1)
    bad = [one for one in chosen if one not in good]
    if len(good) < least or (match == "every" and bad):
        there = ", ".join(map(_title, bad[:3])) if bad else "none is there"
        return failed(
            f"the runtime of {node} has {len(good)} {what} as asked, {least} needed: {there}",
            expected=f"at least {least}",
            actual=len(good),
            path=path,
        )
    if wanted.max is not None and len(good) > wanted.max:
        return failed(
            f"the runtime of {node} has {len(good)} {what}, {wanted.max} at most are right",
            expected=f"at most {wanted.max}",
            actual=len(good),
            path=path,
        )
    return None


def _title(one: Sandbox | Container) -> str:
    if isinstance(one, Sandbox):
        return f"pod {one.namespace}/{one.name} ({'ready' if one.ready else 'not ready'})"
    image = one.image.names[0] if one.image.names else one.image.id[:19]
    return f"container {one.namespace}/{one.pod}/{one.name} ({one.state.lower()}, {image})"


def _id_file(
    wanted: RuntimeContainers, good: Sequence[Any], node: str, around: Surroundings
) -> Finding | None:
    place = f"{node}:{wanted.id_file}"
    file = read_node_file(around.round, node, wanted.id_file)
    text = file.content.strip().rpartition("//")[2].lower() if file else ""
    if len(text) >= _SHORTEST_ID and any(one.id.startswith(text) for one in good):
        return None
    ids = [one.id[:13] for one in good]
    return failed(
        f"{place} holds {text[:20] or 'nothing'}, not the id of the container that runs now"
        if file
        else f"{place} does not exist",
        expected=ids,
        actual=text[:64] or "nothing",
        path=place,
    )


def _image(wanted: RuntimeImages, args: RuntimeCheck, around: Surroundings) -> Finding | None:
    images = read_images(around.round, args.node, args.endpoint)
    there = any(_is_image(wanted.reference, image) for image in images)
    if there == wanted.exists:
        return None
    word = "has no image" if wanted.exists else "still has the image"
    return failed(
        f"the runtime of {args.node} {word} {wanted.reference}",
        expected=wanted.reference if wanted.exists else "no such image",
        actual="none" if wanted.exists else wanted.reference,
        path=f"{args.node} images",
    )


def _is_image(wanted: str, image: Image) -> bool:
    digest = wanted.rpartition("@")[2]
    if ":" in digest and len(digest.rpartition(":")[2]) >= 32:
        return image.id == digest or any(name.endswith(f"@{digest}") for name in image.digests)
    return any(_same(wanted, name) for name in image.names)


def _same(wanted: str, actual: str) -> bool:
    left, right = parse_image(wanted), parse_image(actual)
    return left is not None and right is not None and left.same_image(right)
