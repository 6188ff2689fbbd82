"""A fresh pod of our own, for what only labels, a node or a new pod can show. Pure: what such a pod
is like, and how ours are told from those that others give such a name.

It does nothing (the node's own pause image), is never Ready (so no Service sends it traffic) and
has a controller (so no ReplicaSet adopts it).
"""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from grader.kubernetes.api import Object

MARK = "seatrial.io/probe"
"""A label by which ours are listed; it proves nothing."""
_PREFIX = "seatrial-probe-"
_NAME = re.compile(rf"{_PREFIX}(?P<nonce>(?P<process>[0-9a-f]+)x[0-9a-f]+)-(?P<mac>[0-9a-f]{{24}})")
_CONTAINER = "probe"
_PAUSE = re.compile(r"(^|/)pause:[^@/]+$")
_USUAL_PAUSE = "k8s.gcr.io/pause:3.2"
_REQUESTS = {"cpu": "5m", "memory": "8Mi"}
_LIMITS = {"cpu": "250m", "memory": "64Mi"}
"""What the container runtime itself needs to start a container; less and it is killed."""


class ProbeWish(NamedTuple):
    """What a probe pod shall be like. Any node that is Ready will do without `node`."""

    namespace: str
    labels: tuple[tuple[str, str], ...] = ()
    node: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe pod that has an address; or `problem` says what the cluster gave as the reason."""

    name: str
    namespace: str
    uid: str = ""
    node: str = ""
    ip: str = ""
    problem: str = ""


def manifest(wish: ProbeWish, node: Object, owner: Object, seconds: int, key: bytes) -> Object:
    """The pod, on `node`, gone by itself after `seconds`. `owner`: its Namespace."""
    labels = {**dict(wish.labels), MARK: ""}
    image = pause_image(node)
    nonce = f"{os.getpid():x}x{secrets.token_hex(5)}"
    name = f"{_PREFIX}{nonce}-{_mac(key, wish.namespace, nonce, image, labels)}"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": wish.namespace,
            "labels": labels,
            "ownerReferences": [
                {
                    "apiVersion": "v1",
                    "kind": "Namespace",
                    "name": wish.namespace,
                    "uid": owner["metadata"]["uid"],
                    "controller": True,
                }
            ],
        },
        "spec": _spec(str(node["metadata"]["name"]), image, seconds),
    }


def _spec(node: str, image: str, seconds: int) -> dict[str, Any]:
    """What restricted namespaces and quotas let in."""
    return {
        "nodeName": node,
        "restartPolicy": "Never",
        "activeDeadlineSeconds": seconds,
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "readinessGates": [{"conditionType": "seatrial.io/never"}],
        "tolerations": [{"operator": "Exists"}],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65535,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": _CONTAINER,
                "image": image,
                "imagePullPolicy": "Never",
                "resources": {"requests": _REQUESTS},
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
            }
        ],
    }


def with_other_resources(pod: Object) -> Iterator[Object]:
    """The same pod for a namespace whose quota asks for limits, and for one with its own idea."""
    spec = pod["spec"]
    for resources in ({"requests": _REQUESTS, "limits": _LIMITS}, {}):
        containers = [{**one, "resources": resources} for one in spec["containers"]]
        yield {**pod, "spec": {**spec, "containers": containers}}


def pause_image(node: Object) -> str:
    """The image of the node's sandboxes. A pod has its network even where this is not right."""
    images = (node.get("status") or {}).get("images") or []
    names = sorted(name for one in images for name in one.get("names") or [] if _is_pause(name))
    return names[-1] if names else _USUAL_PAUSE


def _is_pause(name: str) -> bool:
    return bool(_PAUSE.search(name))


def _mac(key: bytes, namespace: str, nonce: str, image: str, labels: Mapping[str, str]) -> str:
    text = json.dumps([namespace, nonce, image, sorted(labels.items())])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:24]


def key_of_probes(client_key: bytes) -> bytes:
    """What only we can sign with, from the private key of our own client certificate."""
    return hmac.new(client_key, b"names of probe pods", hashlib.sha256).digest()


def may_be_probe(name: str) -> bool:
    return name.startswith(_PREFIX)


def is_probe(pod: Object, key: bytes) -> bool:
    """Signed by us, and still no more than what we made: one container that only pauses.

    The signature covers namespace, labels and image, so a copy of the name hides nothing else.
    """
    metadata, spec = pod["metadata"], pod.get("spec") or {}
    found = _NAME.fullmatch(str(metadata["name"]))
    containers = spec.get("containers") or [{}]
    more = spec.get("initContainers") or spec.get("ephemeralContainers") or containers[1:]
    first = containers[0]
    if found is None or more or first.get("command") or first.get("args"):
        return False
    labels = metadata.get("labels") or {}
    image = str(first.get("image", ""))
    mac = _mac(key, str(metadata.get("namespace", "")), found["nonce"], image, labels)
    return hmac.compare_digest(mac, found["mac"])


def is_left_behind(pod: Object) -> bool:
    """Of a probe: it has ended, or the process that made it has."""
    if (pod.get("status") or {}).get("phase") in ("Failed", "Succeeded"):
        return True
    found = _NAME.fullmatch(str(pod["metadata"]["name"]))
    return found is not None and not _runs(int(found["process"], 16))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def is_ready_node(node: Object) -> bool:
    conditions = (node.get("status") or {}).get("conditions") or []
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def choose_node(nodes: Iterable[Object], wanted: str) -> tuple[Object | None, str]:
    """The node for a probe, or why there is none; the least tainted that is Ready."""
    found = sorted(nodes, key=_reluctance)
    if wanted:
        named = [one for one in found if one["metadata"]["name"] == wanted]
        if not named:
            return None, f"the cluster has no Node {wanted}"
        if not is_ready_node(named[0]):
            return None, f"{wanted} is not Ready, so no new pod starts there"
        return named[0], ""
    ready = [one for one in found if is_ready_node(one)]
    return (ready[0], "") if ready else (None, "no node is Ready, so no new pod starts")


def _reluctance(node: Object) -> tuple[int, str]:
    return len((node.get("spec") or {}).get("taints") or []), str(node["metadata"]["name"])
