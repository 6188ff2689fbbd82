"""What a cluster's controllers would make of a change, so that a case need not spell it out.

Garbage collection, the status of workloads, endpoints. On a recorded world all of it changes
nothing, and a test says so: what is here is no more than what was seen.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Item = dict[str, Any]


def settle(items: list[Item]) -> None:
    """Changes the list, and objects in it, to what they become when nobody touches them."""
    collect_garbage(items)
    for item in items:
        if item["kind"] in _STATUS:
            _STATUS[item["kind"]](item, items)
    for service in [item for item in items if item["kind"] == "Service"]:
        if (service.get("spec") or {}).get("selector"):
            _endpoints(service, items)


def collect_garbage(items: list[Item]) -> None:
    """Removes what belongs to a namespace, or only to owners, that are gone."""
    while True:
        uids = {item["metadata"]["uid"] for item in items}
        spaces = {item["metadata"]["name"] for item in items if item["kind"] == "Namespace"}
        gone = [item for item in items if not _has_reason(item, uids, spaces)]
        if not gone:
            return
        items[:] = [item for item in items if item not in gone]


def _has_reason(item: Item, uids: set[str], spaces: set[str]) -> bool:
    metadata = item["metadata"]
    namespace = metadata.get("namespace", "")
    if namespace and namespace not in spaces and not namespace.startswith("kube-"):
        return False
    owners = metadata.get("ownerReferences") or []
    return not owners or any(owner["uid"] in uids for owner in owners)


def owned(owner: Item, kind: str, items: Iterable[Item]) -> list[Item]:
    uid = owner["metadata"]["uid"]
    return [
        item
        for item in items
        if item["kind"] == kind
        and uid in {one["uid"] for one in item["metadata"].get("ownerReferences") or []}
    ]


def is_ready(pod: Mapping[str, Any]) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _living(pods: list[Item]) -> list[Item]:
    return [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]


def newest(workload: Item, items: Iterable[Item]) -> Item | None:
    """The ReplicaSet of the newest revision."""
    sets = owned(workload, "ReplicaSet", items)
    return max(sets, key=_revision, default=None)


def _revision(item: Item) -> int:
    annotations = item["metadata"].get("annotations") or {}
    text = annotations.get("deployment.kubernetes.io/revision", "0")
    return int(text) if text.isdecimal() else 0


def _write(item: Item, counts: Mapping[str, int]) -> None:
    """Zeros are left out, as the API server does with optional fields."""
    status = item.setdefault("status", {})
    for name, number in counts.items():
        if number or name in ("replicas", "currentNumberScheduled", "numberReady"):
            status[name] = number
        else:
            status.pop(name, None)


def _deployment(item: Item, items: list[Item]) -> None:
    sets = owned(item, "ReplicaSet", items)
    if not sets:
        return
    pods = _living([pod for one in sets for pod in owned(one, "Pod", items)])
    latest = newest(item, items)
    updated = _living(owned(latest, "Pod", items)) if latest else []
    ready = sum(map(is_ready, pods))
    counts = {"updatedReplicas": len(updated), "readyReplicas": ready, "availableReplicas": ready}
    missing = max(0, item["spec"].get("replicas", 1) - ready)
    _write(item, {**counts, "unavailableReplicas": missing})
    status = item["status"]
    status["replicas"] = len(pods)
    if not pods:
        del status["replicas"]
    for one in status.get("conditions", []):
        if one["type"] == "Available" and missing > _may_miss(item):
            one |= {"status": "False", "reason": "MinimumReplicasUnavailable"}


def _may_miss(item: Item) -> int:
    """maxUnavailable; a quarter, rounded down, is the default."""
    rolling = (item["spec"].get("strategy") or {}).get("rollingUpdate") or {}
    limit = rolling.get("maxUnavailable", 0)
    if isinstance(limit, str):
        return int(item["spec"].get("replicas", 1) * int(limit.rstrip("%")) / 100)
    return int(limit)


def _replica_set(item: Item, items: list[Item]) -> None:
    pods = _living(owned(item, "Pod", items))
    ready = sum(map(is_ready, pods))
    counts = {"readyReplicas": ready, "availableReplicas": ready, "fullyLabeledReplicas": len(pods)}
    _write(item, {"replicas": len(pods), **counts})


def _stateful_set(item: Item, items: list[Item]) -> None:
    pods = _living(owned(item, "Pod", items))
    counts = {"replicas": len(pods), "readyReplicas": sum(map(is_ready, pods))}
    status = item.setdefault("status", {})
    counts |= {name: len(pods) for name in ("currentReplicas", "updatedReplicas") if name in status}
    _write(item, counts)


def _daemon_set(item: Item, items: list[Item]) -> None:
    pods = _living(owned(item, "Pod", items))
    ready = sum(map(is_ready, pods))
    desired = item["status"]["desiredNumberScheduled"]
    counts = {"currentNumberScheduled": len(pods), "updatedNumberScheduled": len(pods)}
    counts |= {"numberReady": ready, "numberAvailable": ready}
    _write(item, {**counts, "numberUnavailable": max(0, desired - ready)})


_STATUS = {
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
}


def _endpoints(service: Item, items: list[Item]) -> None:
    """By selector, readiness and named ports; left alone where it says that already."""
    name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
    subsets = _subsets(service, items)
    for item in items:
        here = item["metadata"].get("namespace") == namespace
        mine = here and item["kind"] == "Endpoints" and item["metadata"]["name"] == name
        if mine and _told(item.get("subsets")) != _told(subsets):
            item["subsets"] = subsets
            if not subsets:
                del item["subsets"]
    _slices([item for item in items if _is_slice(item, name, namespace)], subsets)


def _is_slice(item: Item, service: str, namespace: str) -> bool:
    metadata = item["metadata"]
    labels = metadata.get("labels") or {}
    return (
        item["kind"] == "EndpointSlice"
        and metadata.get("namespace") == namespace
        and labels.get("kubernetes.io/service-name") == service
    )


def _subsets(service: Item, items: list[Item]) -> list[Item]:
    by_ports: dict[str, Item] = {}
    for pod in items:
        if pod["kind"] != "Pod" or not _selected(service, pod):
            continue
        ports = _ports(service, pod)
        if not ports and service["spec"].get("ports"):
            continue
        subset = by_ports.setdefault(str(ports), {"ports": ports} if ports else {})
        group = "addresses" if is_ready(pod) else "notReadyAddresses"
        subset.setdefault(group, []).append(_address(pod))
    return list(by_ports.values())


def _selected(service: Item, pod: Item) -> bool:
    metadata, status = pod["metadata"], pod.get("status") or {}
    labels = metadata.get("labels") or {}
    selector = service["spec"]["selector"]
    return (
        metadata.get("namespace") == service["metadata"]["namespace"]
        and all(labels.get(key) == value for key, value in selector.items())
        and "deletionTimestamp" not in metadata
        and bool(status.get("podIP"))
        and status.get("phase") not in ("Succeeded", "Failed")
    )


def _ports(service: Item, pod: Item) -> list[Item]:
    found = []
    for port in service["spec"].get("ports") or []:
        target = port.get("targetPort", port["port"])
        if isinstance(target, str):
            named = [
                one["containerPort"]
                for container in pod["spec"]["containers"]
                for one in container.get("ports") or []
                if one.get("name") == target
            ]
            if not named:
                continue
            target = named[0]
        name = {"name": port["name"]} if port.get("name") else {}
        found.append({**name, "port": target, "protocol": port.get("protocol", "TCP")})
    return found


def _address(pod: Item) -> Item:
    metadata = pod["metadata"]
    target = {"kind": "Pod", **{key: metadata[key] for key in ("name", "namespace", "uid")}}
    node = pod["spec"].get("nodeName", "")
    return {"ip": pod["status"]["podIP"], "nodeName": node, "targetRef": target}


def _told(subsets: Any) -> set[tuple[str, str, str, int]]:
    """Which pods are (not) ready at which ports."""
    return {
        (group, address["ip"], (address.get("targetRef") or {}).get("uid", ""), port)
        for subset in subsets or []
        for group in ("addresses", "notReadyAddresses")
        for address in subset.get(group) or []
        for port in [one["port"] for one in subset.get("ports") or []] or [0]
    }


def _slices(slices: list[Item], subsets: list[Item]) -> None:
    """All slices of a Service together; where they are changed, the first one holds all."""
    wanted = {
        (address["ip"], group == "addresses"): address
        for subset in subsets
        for group in ("addresses", "notReadyAddresses")
        for address in subset.get(group) or []
    }
    there = {
        (one["addresses"][0], bool(one["conditions"].get("ready")))
        for item in slices
        for one in item.get("endpoints") or []
    }
    if there == set(wanted):
        return
    for item in slices:
        item["endpoints"] = []
    for (ip, ready), one in wanted.items() if slices else ():
        endpoint = {"addresses": [ip], "conditions": {"ready": ready}}
        slices[0]["endpoints"].append(endpoint | {"targetRef": one["targetRef"]})
