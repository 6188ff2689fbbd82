"""What the benchmark's native API server holds, and thirty checks of it that all pass.

No controller runs there, so every object gets the status that a controller would give it.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.kubernetes.api import Api
from labs.errors import SeatrialError

NAMESPACE = "bench"
APPS = ("web", "orders", "billing")
REPLICAS = 3
_IMAGE = "docker.io/library/nginx:1.22"
_NODE = "k8s-node1"


@dataclass(frozen=True, slots=True)
class Put:
    """An object, by the path of its collection; its status is written apart."""

    path: str
    body: dict[str, Any]


def fill(api: Api) -> None:
    """Put all objects in. Raises SeatrialError."""
    core, apps = "/api/v1", f"/apis/apps/v1/namespaces/{NAMESPACE}"
    own = f"{core}/namespaces/{NAMESPACE}"
    put(api, Put(f"{core}/namespaces", {"metadata": {"name": NAMESPACE}}))
    put(api, Put(f"{core}/nodes", _node()))
    put(api, Put("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", lease()))
    for name in APPS:
        workload = put(api, Put(f"{apps}/deployments", _deployment(name)))
        set_ = put(api, Put(f"{apps}/replicasets", _replica_set(name, workload)))
        pods = [put(api, Put(f"{own}/pods", _pod(name, n, set_))) for n in range(REPLICAS)]
        put(api, Put(f"{own}/services", _service(name)))
        put(api, Put(f"{own}/endpoints", _endpoints(name, pods)))
        put(api, Put(f"{own}/configmaps", {**_named(name), "data": {"colour": "blue"}}))
        put(api, Put(f"{own}/secrets", {**_named(name), "stringData": {"word": name}}))
        put(api, Put(f"{own}/serviceaccounts", _named(name)))


def put(api: Api, new: Put) -> Mapping[str, Any]:
    """Make the object, and its status if it has one. Raises SeatrialError."""
    answer = api.request("POST", new.path, new.body, "", ())
    status = new.body.get("status")
    if answer.status == 201 and status:
        path = f"{new.path}/{new.body['metadata']['name']}/status"
        answer = api.request("PUT", path, {**answer.body, "status": status}, "", ())
    if answer.status not in (200, 201):
        raise SeatrialError(f"{new.path} answered {answer.status}: {answer.body}", "")
    made: Mapping[str, Any] = answer.body
    return made


def checks() -> Iterator[tuple[str, dict[str, Any]]]:
    """Ten kinds of questions about each app, most by `resource`, as in a lab."""
    here = {"namespace": NAMESPACE}
    for name in APPS:
        image = {"spec.template.spec.containers[name=main].image": "nginx:1.22"}
        yield "rollout", {**here, "name": name, "replicas": REPLICAS}
        yield "endpoints", {**here, "service": name, "min": REPLICAS, "port": 8080}
        yield "resource", {"kind": "Deployment", **here, "name": name, "expect": image}
        port = {"spec.ports[port=80].targetPort": 8080, "spec.type": "ClusterIP"}
        yield "resource", {"kind": "Service", **here, "name": name, "expect": port}
        ready = {"status.conditions[type=Ready].status": "True", "status.phase": "Running"}
        yield "resource", {"kind": "Pod", **here, "selector": f"app={name}", "expect": ready}
        data = {"data.colour": {"in": ["blue", "green"]}}
        yield "resource", {"kind": "ConfigMap", **here, "name": name, "expect": data}
        yield "resource", {"kind": "Secret", **here, "name": name, "expect": {"type": "Opaque"}}
        yield "resource", {"kind": "ServiceAccount", **here, "name": name}
        none = {"kind": "Pod", **here, "selector": f"app={name}", "match": "none"}
        yield "resource", {**none, "expect": {"status.phase": "Pending"}}
        yield "node", {"name": _NODE, "expect": {"status.nodeInfo.osImage": {"matches": "Debian"}}}


def lease() -> dict[str, Any]:
    """Renewed now."""
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    spec = {"holderIdentity": _NODE, "leaseDurationSeconds": 40, "renewTime": now}
    return {**_named(_NODE), "spec": spec}


def _named(name: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": {"app": name}, **more}}


def _owned(kind: str, owner: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = owner["metadata"]
    known = {"apiVersion": "apps/v1", "kind": kind, "controller": True}
    return [{**known, "name": found["name"], "uid": found["uid"]}]


def _pod_spec() -> dict[str, Any]:
    container = {
        "name": "main",
        "image": _IMAGE,
        "ports": [{"containerPort": 8080}],
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
    }
    return {"containers": [container]}


def _template(name: str) -> dict[str, Any]:
    return {
        "replicas": REPLICAS,
        "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": _pod_spec()},
    }


_REVISION = {"deployment.kubernetes.io/revision": "1"}


def _deployment(name: str) -> dict[str, Any]:
    counts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    status = {"observedGeneration": 1, **dict.fromkeys(counts, REPLICAS)}
    return {**_named(name, annotations=_REVISION), "spec": _template(name), "status": status}


def _replica_set(name: str, workload: Mapping[str, Any]) -> dict[str, Any]:
    owners = _owned("Deployment", workload)
    named = _named(name, annotations=_REVISION, ownerReferences=owners)
    return {**named, "spec": _template(name)}


def _pod(name: str, number: int, owner: Mapping[str, Any]) -> dict[str, Any]:
    named = _named(name, ownerReferences=_owned("ReplicaSet", owner))
    named["metadata"]["name"] = f"{name}-{number}"
    container = {
        **{"name": "main", "ready": True, "restartCount": 0, "image": _IMAGE, "imageID": "x"},
        "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
    }
    status = {
        "phase": "Running",
        "podIP": _address(name, number),
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [container],
    }
    return {**named, "spec": {**_pod_spec(), "nodeName": _NODE}, "status": status}


def _address(name: str, number: int) -> str:
    return f"10.244.{APPS.index(name)}.{number + 2}"


def _service(name: str) -> dict[str, Any]:
    port = {"port": 80, "targetPort": 8080}
    return {**_named(name), "spec": {"selector": {"app": name}, "ports": [port]}}


def _endpoints(name: str, pods: list[Mapping[str, Any]]) -> dict[str, Any]:
    addresses = []
    for number, pod in enumerate(pods):
        found = pod["metadata"]
        target = {"kind": "Pod", "namespace": NAMESPACE, "name": found["name"], "uid": found["uid"]}
        addresses.append({"ip": _address(name, number), "targetRef": target})
    return {**_named(name), "subsets": [{"addresses": addresses, "ports": [{"port": 8080}]}]}


def _node() -> dict[str, Any]:
    info = dict.fromkeys(
        ("machineID", "systemUUID", "bootID", "kernelVersion", "kubeProxyVersion"), "x"
    )
    info |= {"osImage": "Debian GNU/Linux 12", "containerRuntimeVersion": "containerd://1.6"}
    info |= {"kubeletVersion": "v1.20.2", "operatingSystem": "linux", "architecture": "amd64"}
    status = {"conditions": [{"type": "Ready", "status": "True"}], "nodeInfo": info}
    return {**_named(_NODE), "status": status}
