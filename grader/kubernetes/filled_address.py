"""Addresses that only the cluster knows, filled into a text of a check in place of `{…}`."""

import re

from grader.kubernetes.pod_network_facts import node_ips
from grader.kubernetes.service_address import cluster_ips, service_port
from grader.round import Round
from labs.errors import SeatrialError


class NoSuchAddress(SeatrialError):
    """What the text names is not there, or has no such address: a state of the cluster."""


def fill_addresses(text: str, round_: Round) -> str:
    """`{cluster_ip:NAMESPACE/SERVICE}`, `{node_port:NAMESPACE/SERVICE/PORT}`, `{node_ip:NODE}`.

    Raises NoSuchAddress, and as `Api` does.
    """

    def fill(found: re.Match[str]) -> str:
        return _FILLERS[found[1]](found[2], round_)

    return re.sub(r"\{(cluster_ip|node_port|node_ip):([^{}]+)\}", fill, text)


def _cluster_ip(place: str, round_: Round) -> str:
    namespace, _, name = place.partition("/")
    service = round_.object("Service", name, namespace)
    if service is None:
        raise NoSuchAddress(f"Service {namespace}/{name} does not exist")
    ips = cluster_ips(service)
    if not ips:
        raise NoSuchAddress(f"Service {namespace}/{name} has no cluster address")
    return _in_url(ips[0])


def _node_port(place: str, round_: Round) -> str:
    namespace, _, rest = place.partition("/")
    name, _, wanted = rest.partition("/")
    service = round_.object("Service", name, namespace)
    if service is None:
        raise NoSuchAddress(f"Service {namespace}/{name} does not exist")
    port = service_port(service, int(wanted) if wanted.isdigit() else wanted)
    if port is None:
        raise NoSuchAddress(f"Service {namespace}/{name} has no port {wanted}")
    if not port.get("nodePort"):
        raise NoSuchAddress(f"Service {namespace}/{name} has no node port for {wanted}")
    return str(port["nodePort"])


def _node_ip(name: str, round_: Round) -> str:
    node = round_.object("Node", name)
    ips = node_ips(node) if node is not None else []
    if not ips:
        raise NoSuchAddress(f"the cluster has no Node {name} with an address")
    return _in_url(ips[0])


def _in_url(ip: str) -> str:
    return f"[{ip}]" if ":" in ip else ip


_FILLERS = {"cluster_ip": _cluster_ip, "node_port": _node_port, "node_ip": _node_ip}
