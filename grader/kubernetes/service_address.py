"""Where a Service is reached: its cluster addresses, its ports, the pods behind it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.kubernetes.api import Object


@dataclass(frozen=True, slots=True)
class BackingAddress:
    """A ready address of a Service; `pod_uid` is "" when no pod stands behind it."""

    ip: str
    port: int
    pod_uid: str


def cluster_ips(service: Object) -> list[str]:
    """Empty for a headless Service and for an external name."""
    spec = service.get("spec") or {}
    found = spec.get("clusterIPs") or [spec.get("clusterIP") or ""]
    return [ip for ip in found if ip not in ("", "None")]


def service_port(service: Object, port: int | str, protocol: str = "") -> Mapping[str, Any] | None:
    """The port of a Service by its number or name."""
    for one in (service.get("spec") or {}).get("ports") or []:
        same_protocol = not protocol or one.get("protocol", "TCP") == protocol
        if port in (one.get("port"), one.get("name")) and same_protocol:
            found: Mapping[str, Any] = one
            return found
    return None


def ready_addresses(endpoints: Object | None, port_name: str | None) -> list[BackingAddress]:
    """At the port of this name, or (None) at any one; without repetition."""
    return sorted(set(_ready_addresses(endpoints, port_name)), key=lambda one: (one.ip, one.port))


def _ready_addresses(endpoints: Object | None, port_name: str | None) -> Iterator[BackingAddress]:
    for subset in (endpoints or {}).get("subsets") or []:
        ports = [
            one.get("port", 0)
            for one in subset.get("ports") or [{}]
            if port_name is None or one.get("name", "") == port_name
        ]
        for address in subset.get("addresses") or []:
            target = address.get("targetRef") or {}
            uid = str(target.get("uid", "")) if target.get("kind") == "Pod" else ""
            for port in ports[:1] if port_name is None else ports:
                yield BackingAddress(address["ip"], port, uid)
