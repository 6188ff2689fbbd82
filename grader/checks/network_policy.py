"""`network_policy`: all NetworkPolicies together allow and deny what the matrix says."""

from dataclasses import dataclass
from ipaddress import ip_address

from grader.finding import failed, passed
from grader.kubernetes.api import Object
from grader.kubernetes.network_policy import Decision, End, Port, decide
from grader.kubernetes.objects import Selection, is_going, labels
from grader.kubernetes.pod_network_facts import (
    living_pods,
    named_ports,
    node_ips,
    on_host_network,
    pod_ips,
)
from grader.kubernetes.service_address import ready_addresses, service_port
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.network_policy import NetworkPolicyCheck, PolicyClient, PolicyServer
from labs.errors import SeatrialError

Listener = tuple[End, Port]


class NoSuchEnd(SeatrialError):
    """What the matrix names is not in the cluster: a state of it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One connection that was judged."""

    client: End
    server: End
    port: Port
    wanted: str
    decision: Decision


def look(args: NetworkPolicyCheck, around: Surroundings) -> Finding:
    policies = [
        one
        for one in around.round.objects("NetworkPolicy", "networking.k8s.io/v1")
        if not is_going(one)
    ]
    try:
        clients = {name: _clients(around.round, one) for name, one in args.clients.items()}
        servers = {name: _servers(around.round, one) for name, one in args.servers.items()}
    except NoSuchEnd as state:
        return failed(state.message, expected="both ends of a connection", actual="none")
    cells = [
        Cell(client, server, port, wanted, decide(policies, client, server, port))
        for client_name, row in args.expect.items()
        for server_name, wanted in row.items()
        for client in clients[client_name]
        for server, port in servers[server_name]
        if not client.uid or client.uid != server.uid
    ]
    for cell in cells:
        if cell.decision.allowed != (cell.wanted == "allow"):
            return _wrong(cell)
    if not cells:
        return failed("each client is its only server, so there is no connection to judge")
    denied = sum(not cell.decision.allowed for cell in cells)
    return passed(
        expected=f"{len(cells)} connections as asked for",
        actual=f"{len(cells) - denied} allowed, {denied} denied by {len(policies)} policies",
    )


def _wrong(cell: Cell) -> Finding:
    allowed = "allowed" if cell.decision.allowed else "denied"
    wanted = "allowed" if cell.wanted == "allow" else "denied"
    ends = f"{cell.client.name} → {cell.server.name} {cell.port}"
    why = cell.decision.why
    if cell.decision.allowed:
        why = f"{ends} is {allowed}, not {wanted}: {why}"
    return failed(why, expected=wanted, actual=allowed, path=ends)


def _clients(round_: Round, client: PolicyClient) -> list[End]:
    if client.ip:
        return [_outside(client.ip)]
    if client.node:
        return [_node(round_, client.node)]
    if client.labels is not None:
        return [_pod_to_be(round_, client.namespace, client.namespace_labels, client.labels)]
    return _pods(round_, client.namespace, client.pod, client.selector)


def _servers(round_: Round, server: PolicyServer) -> list[Listener]:
    if server.service:
        return _behind_service(round_, server)
    if server.ip:
        ends = [_outside(server.ip)]
    elif server.node:
        ends = [_node(round_, server.node)]
    elif server.labels is not None:
        ends = [_pod_to_be(round_, server.namespace, None, server.labels)]
    else:
        ends = _pods(round_, server.namespace, server.pod, server.selector)
    return [(end, _port(end, server)) for end in ends]


def _port(end: End, server: PolicyServer) -> Port:
    if isinstance(server.port, int):
        return Port(server.protocol, server.port)
    number = end.ports.get((server.port, server.protocol))
    if number is None:
        raise NoSuchEnd(f"{end.name} has no {server.protocol} port of the name {server.port}")
    return Port(server.protocol, number)


def _outside(ip: str) -> End:
    return End(ip, addresses=(ip_address(ip),))


def _node(round_: Round, name: str) -> End:
    node = round_.object("Node", name)
    if node is None:
        raise NoSuchEnd(f"the cluster has no Node {name}")
    addresses = tuple(map(ip_address, node_ips(node)))
    return End(f"node {name}", addresses=addresses, node=name, is_host=True)


def _pod_to_be(
    round_: Round, namespace: str, namespace_labels: dict[str, str] | None, own: dict[str, str]
) -> End:
    shown = ",".join(f"{key}={value}" for key, value in own.items()) or "no labels"
    if namespace_labels is None:
        found = _namespace_labels(round_, namespace)
        return End(f"a pod in {namespace} with {shown}", namespace, found, own)
    other = ",".join(f"{key}={value}" for key, value in namespace_labels.items()) or "no labels"
    name = f"a pod with {shown} in a namespace with {other}"
    return End(name, "(another)", namespace_labels, own)


def _namespace_labels(round_: Round, name: str) -> dict[str, str]:
    namespace = round_.object("Namespace", name)
    if namespace is None:
        raise NoSuchEnd(f"namespace {name} does not exist")
    return dict(labels(namespace))


def _pods(round_: Round, namespace: str, pod: str, selector: str) -> list[End]:
    found = living_pods(round_, namespace, pod, selector)
    if not found:
        raise NoSuchEnd(f"there is no {Selection('Pod', namespace, pod, selector)}")
    return [_pod_end(round_, one) for one in found]


def _pod_end(round_: Round, pod: Object) -> End:
    metadata, host = pod["metadata"], on_host_network(pod)
    namespace = str(metadata["namespace"])
    return End(
        f"pod {namespace}/{metadata['name']}",
        "" if host else namespace,
        {} if host else _namespace_labels(round_, namespace),
        labels(pod),
        tuple(map(ip_address, pod_ips(pod))),
        named_ports(pod),
        str((pod.get("spec") or {}).get("nodeName", "")),
        host,
        str(metadata["uid"]),
    )


def _behind_service(round_: Round, server: PolicyServer) -> list[Listener]:
    """Policies see a connection to a Service as one to the pod that gets it, at the pod's port."""
    place = f"Service {server.namespace}/{server.service}"
    service = round_.object("Service", server.service, server.namespace)
    if service is None:
        raise NoSuchEnd(f"{place} does not exist")
    port = service_port(service, server.port, server.protocol)
    if port is None:
        raise NoSuchEnd(f"{place} has no {server.protocol} port {server.port}")
    endpoints = round_.object("Endpoints", server.service, server.namespace)
    pods = {str(one["metadata"]["uid"]): one for one in living_pods(round_, server.namespace)}
    found = [
        (_pod_end(round_, pods[one.pod_uid]), Port(server.protocol, one.port))
        if one.pod_uid in pods
        else (_outside(one.ip), Port(server.protocol, one.port))
        for one in ready_addresses(endpoints, str(port.get("name", "")))
    ]
    if not found:
        raise NoSuchEnd(f"{place} has no ready endpoint")
    return found
