"""`connect`: who reaches whom on the real network, denials only beside what is reached."""

from collections import defaultdict
from dataclasses import dataclass

from grader.finding import failed, passed
from grader.kubernetes.objects import Selection, full_name
from grader.kubernetes.pod_network_facts import living_pods, named_ports, node_ips, pod_ips
from grader.kubernetes.service_address import cluster_ips, service_port
from grader.meaning.resolver import query
from grader.nodes.connections import Attempt, Found, Outcome, Target, try_connections
from grader.nodes.pod_network import NoSuchPlace, Place, place_of_pod, places
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.connect import ConnectCheck, ConnectServer


@dataclass(frozen=True, slots=True)
class Listener:
    """A server of the matrix; `inside` is its own network, when it is a pod."""

    name: str
    target: Target
    inside: Place | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    client: Place
    server: Listener
    wanted: str

    def __str__(self) -> str:
        target = self.server.target
        return f"{self.client.name} → {self.server.name} {target.protocol} {target.port}"


def look(args: ConnectCheck, around: Surroundings) -> Finding:
    try:
        cells = _cells(args, around.round)
    except NoSuchPlace as state:
        return failed(state.message, expected="both ends of a connection", actual="none")
    if not cells:
        return failed("each client is its only server, so there is nothing to try")
    wanted: dict[Place, list[Target]] = defaultdict(list)
    for cell in cells:
        wanted[cell.client].append(cell.server.target)
    for listener in _unreached(cells):
        assert listener.inside is not None
        wanted[listener.inside].append(listener.target)
    unique = {place: tuple(dict.fromkeys(targets)) for place, targets in wanted.items()}
    found = try_connections(around.round, unique, around.time_scale)
    return _judge(cells, found)


def _cells(args: ConnectCheck, round_: Round) -> list[Cell]:
    servers = {name: _listeners(round_, one) for name, one in args.servers.items()}
    clients = {name: places(round_, one) for name, one in args.clients.items()}
    return [
        Cell(client, server, wanted)
        for client_name, row in args.expect.items()
        for server_name, wanted in row.items()
        for client in clients[client_name]
        for server in servers[server_name]
        if not (client.uid and server.inside and client.uid == server.inside.uid)
    ]


def _unreached(cells: list[Cell]) -> list[Listener]:
    """Pods that nobody is to reach: they are asked from inside whether they listen at all."""
    reached = {cell.server for cell in cells if cell.wanted == "allow"}
    return [
        server
        for server in dict.fromkeys(cell.server for cell in cells)
        if server not in reached and server.inside is not None
    ]


def _judge(cells: list[Cell], found: Found) -> Finding:
    """First what must be reached: without it no denial counts."""
    for cell in cells:
        attempt = found[cell.client, cell.server.target]
        if cell.wanted == "allow" and attempt.outcome is not Outcome.OPEN:
            return _wrong(cell, f"{cell}: {attempt}", attempt)
    for listener in _unreached(cells):
        assert listener.inside is not None
        attempt = found[listener.inside, listener.target]
        if attempt.outcome is not Outcome.OPEN:
            return failed(
                f"{listener.name} does not listen at {listener.target.protocol} "
                f"{listener.target.port} even for itself ({attempt}), so no denial counts",
                expected="a server that listens",
                actual=str(attempt),
                path=listener.name,
            )
    for cell in cells:
        attempt = found[cell.client, cell.server.target]
        if attempt.outcome not in _ACCEPTED[cell.wanted]:
            if attempt.outcome is Outcome.OPEN:
                return _wrong(cell, f"{cell}: connected, but this must not be", attempt)
            return _wrong(cell, f"{cell}: {attempt}, not {_WORDS[cell.wanted]}", attempt)
    reached = sum(cell.wanted == "allow" for cell in cells)
    return passed(
        expected=f"{len(cells)} connections as asked for",
        actual=f"{reached} connected, {len(cells) - reached} not",
    )


_ACCEPTED = {
    "allow": (Outcome.OPEN,),
    "deny": (Outcome.REFUSED, Outcome.TIMEOUT),
    "refused": (Outcome.REFUSED,),
    "timeout": (Outcome.TIMEOUT,),
}
_WORDS = {
    "allow": "a connection",
    "deny": "no connection",
    "refused": "refused",
    "timeout": "a timeout",
}


def _wrong(cell: Cell, why: str, attempt: Attempt) -> Finding:
    return failed(why, expected=_WORDS[cell.wanted], actual=str(attempt), path=str(cell))


def _listeners(round_: Round, server: ConnectServer) -> list[Listener]:
    data = server.send.encode() or (query(".", "NS", 1) if server.protocol == "UDP" else b"")
    if server.ip:
        return [_at(server, server.ip, server.ip, _number(server, server.ip), data)]
    if server.node:
        node = round_.object("Node", server.node)
        ips = node_ips(node) if node is not None else []
        if not ips:
            raise NoSuchPlace(f"the cluster has no Node {server.node} with an address")
        return [_at(server, f"node {server.node}", ips[0], _number(server, server.node), data)]
    if server.service:
        return [_service(round_, server, data)]
    pods = living_pods(round_, server.namespace, server.pod, server.selector)
    if not pods:
        chosen = Selection("Pod", server.namespace, server.pod, server.selector)
        raise NoSuchPlace(f"there is no {chosen}")
    found = []
    for pod in pods:
        inside, port = place_of_pod(pod), server.port
        if isinstance(port, str):
            port = named_ports(pod).get((port, server.protocol), 0)
            if not port:
                raise NoSuchPlace(
                    f"pod {full_name(pod)} has no {server.protocol} port of the name {server.port}"
                )
        target = Target(server.protocol, pod_ips(pod)[0], port, data)
        found.append(Listener(inside.name, target, inside))
    return found


def _at(server: ConnectServer, name: str, ip: str, port: int, data: bytes) -> Listener:
    return Listener(name, Target(server.protocol, ip, port, data))


def _number(server: ConnectServer, name: str) -> int:
    if isinstance(server.port, str):
        raise NoSuchPlace(f"{name} gives no port the name {server.port}")
    return server.port


def _service(round_: Round, server: ConnectServer, data: bytes) -> Listener:
    place = f"Service {server.namespace}/{server.service}"
    service = round_.object("Service", server.service, server.namespace)
    if service is None:
        raise NoSuchPlace(f"{place} does not exist")
    port = service_port(service, server.port, server.protocol)
    if port is None:
        raise NoSuchPlace(f"{place} has no {server.protocol} port {server.port}")
    ips = cluster_ips(service)
    if not ips:
        raise NoSuchPlace(f"{place} has no cluster address")
    return _at(server, place, ips[0], int(port["port"]), data)
