"""`endpoints`: ready endpoints of a Service, each backed by a Ready pod with the labels."""

from dataclasses import dataclass

from grader.finding import failed, passed
from grader.kubernetes.api import Object
from grader.kubernetes.objects import is_ready_pod, labels, pod_trouble, restarts
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.endpoints import EndpointsCheck


@dataclass(frozen=True, slots=True)
class Address:
    """A ready address of the Service; `pod_uid` is "" when no pod stands behind it."""

    ip: str
    pod: str
    pod_uid: str


def look(args: EndpointsCheck, around: Surroundings) -> Finding:
    place = f"Service {args.namespace}/{args.service}"
    if around.round.object("Service", args.service, args.namespace) is None:
        return failed(f"{place} does not exist", expected=place, actual="none", path=place)
    endpoints = around.round.object("Endpoints", args.service, args.namespace)
    addresses = _ready_addresses(endpoints, args.port)
    pods = {
        str(pod["metadata"]["uid"]): pod
        for pod in around.round.objects("Pod", "v1", args.namespace)
    }
    for address in addresses:
        finding = _judge(args, address, pods.get(address.pod_uid), place)
        if finding is None and args.workload:
            finding = _of_workload(args, address, pods[address.pod_uid], around)
        if finding is not None:
            return finding
    finding = _number(args, addresses, endpoints, place)
    backing = tuple(pods[address.pod_uid] for address in addresses)
    names = ", ".join(address.pod for address in addresses) or "none"
    return finding or passed(
        expected=f"at least {args.min}", actual=names, steady=restarts(backing)
    )


def _ready_addresses(endpoints: Object | None, port: int | None) -> list[Address]:
    found = {}
    for subset in (endpoints or {}).get("subsets") or []:
        ports = [item.get("port") for item in subset.get("ports") or []]
        if port is not None and port not in ports:
            continue
        for address in subset.get("addresses") or []:
            target = address.get("targetRef") or {}
            uid = target.get("uid", "") if target.get("kind") == "Pod" else ""
            found[address["ip"]] = Address(address["ip"], target.get("name", ""), uid)
    return list(found.values())


def _judge(
    args: EndpointsCheck, address: Address, pod: Object | None, place: str
) -> Finding | None:
    path = f"{place} endpoint {address.ip}"
    if pod is None:
        what = f"pod {address.pod}, which is gone" if address.pod else "no pod"
        return failed(
            f"the endpoint {address.ip} of {place} stands for {what}",
            expected="a Ready pod",
            actual=what,
            path=path,
        )
    if not is_ready_pod(pod):
        trouble = pod_trouble(pod)
        return failed(
            f"pod {address.pod} behind {place} is not Ready: {trouble}",
            expected="a Ready pod",
            actual=trouble,
            path=path,
        )
    for key, value in args.pod_labels.items():
        actual = labels(pod).get(key)
        if actual != value:
            shown = "not set" if actual is None else actual
            return failed(
                f"pod {address.pod} behind {place} has {key}={shown}, not {value}",
                expected=f"{key}={value}",
                actual=shown,
                path=f"{path} labels.{key}",
            )
    return None


def _of_workload(
    args: EndpointsCheck, address: Address, pod: Object, around: Surroundings
) -> Finding | None:
    owners = {(o.get("kind", ""), o.get("name", "")) for o in _controllers(pod)}
    for kind, name in sorted(owners):
        if kind == "ReplicaSet":
            replica_set = around.round.object("ReplicaSet", name, args.namespace)
            owners |= {(o.get("kind", ""), o.get("name", "")) for o in _controllers(replica_set)}
    found = [name for kind, name in sorted(owners) if kind != "ReplicaSet"]
    if args.workload in found:
        return None
    belongs = f"belongs to {', '.join(found)}" if found else "belongs to nothing"
    return failed(
        f"pod {address.pod} behind Service {args.namespace}/{args.service} {belongs}, "
        f"not to {args.workload}",
        expected=args.workload,
        actual=", ".join(found) or "none",
        path=f"Pod {args.namespace}/{address.pod} metadata.ownerReferences",
    )


def _controllers(item: Object | None) -> list[Object]:
    found: list[Object] = (item or {}).get("metadata", {}).get("ownerReferences") or []
    return found


def _number(
    args: EndpointsCheck, addresses: list[Address], endpoints: Object | None, place: str
) -> Finding | None:
    number = len(addresses)
    if number < args.min:
        waiting = sum(
            len(subset.get("notReadyAddresses") or [])
            for subset in (endpoints or {}).get("subsets") or []
        )
        reason = f"; {waiting} more pods fit its selector and are not Ready" if waiting else ""
        at_port = f" at port {args.port}" if args.port is not None else ""
        return failed(
            f"{place} has {number} ready endpoints{at_port}, {args.min} are needed{reason}",
            expected=f"at least {args.min}",
            actual=number,
            path=f"{place} endpoints",
        )
    if args.max is not None and number > args.max:
        return failed(
            f"{place} has {number} ready endpoints, more than {args.max}: "
            + ", ".join(address.pod for address in addresses),
            expected=f"at most {args.max}",
            actual=number,
            path=f"{place} endpoints",
        )
    return None
