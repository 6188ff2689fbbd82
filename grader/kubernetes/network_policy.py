"""What NetworkPolicies (networking.k8s.io/v1) allow, by the specification, from the objects alone.

Pure. What a network add-on does beyond the specification is not known here: traffic to an `ipBlock`
is judged by a pod's own address, and pods of the host's network are taken for their node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any

from grader.kubernetes.api import Object
from grader.kubernetes.label_selector import Requirement

Address = IPv4Address | IPv6Address


class Direction(Enum):
    INGRESS = "Ingress"
    EGRESS = "Egress"

    @property
    def rules(self) -> str:
        """The field of a policy's spec that holds the rules."""
        return self.value.lower()

    @property
    def peers(self) -> str:
        return "from" if self is Direction.INGRESS else "to"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection. Only a pod of the pod network has a `namespace`."""

    name: str
    """For a sentence: `pod shop/web-1`, `192.0.2.1`."""
    namespace: str = ""
    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[Address, ...] = ()
    """Empty for a pod that does not exist: such a pod may have any address."""
    ports: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Numbers of container ports by name and protocol."""
    node: str = ""
    is_host: bool = False
    """The node itself, or a pod of its network."""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Port:
    protocol: str
    number: int

    def __str__(self) -> str:
        return f"{self.protocol} {self.number}"


@dataclass(frozen=True, slots=True)
class Decision:
    """`why` names the policy and the rule that decides, or says that there is none."""

    allowed: bool
    why: str


def decide(policies: Sequence[Object], client: End, server: End, port: Port) -> Decision:
    """Whether `client` may connect to `server`: it must be let out, and let in."""
    if client.uid and client.uid == server.uid:
        return Decision(True, f"{client.name} always reaches itself")
    if client.node and client.node == server.node and (client.is_host or server.is_host):
        return Decision(True, "traffic between a pod and its own node is always allowed")
    leaving = _decide(policies, Direction.EGRESS, client, server, port)
    if not leaving.allowed:
        return leaving
    entering = _decide(policies, Direction.INGRESS, server, client, port)
    return entering if not entering.allowed else Decision(True, f"{leaving.why}; {entering.why}")


def _decide(
    policies: Sequence[Object], direction: Direction, subject: End, peer: End, port: Port
) -> Decision:
    """One end's say: `subject` is the pod whose policies count."""
    if not subject.namespace:
        return Decision(True, f"no policy can select {subject.name}")
    selecting = sorted(
        (one for one in policies if _isolates(one, direction, subject)), key=_policy_name
    )
    if not selecting:
        return Decision(True, f"no policy selects {subject.name} for {direction.value}")
    server = subject if direction is Direction.INGRESS else peer
    near = ""
    for policy in selecting:
        for number, rule in enumerate(policy["spec"].get(direction.rules) or [], 1):
            name = f"{direction.rules} rule {number} of {_policy_name(policy)}"
            fits_peer = _fits_peers(rule.get(direction.peers), policy, peer)
            if fits_peer and _fits_ports(rule.get("ports"), server, port):
                return Decision(True, f"{name} allows it")
            if fits_peer and not near:
                near = f"; {name} allows only {_show_ports(rule['ports'])}"
    names = ", ".join(map(_policy_name, selecting))
    ends = (
        f"{peer.name} into {subject.name}"
        if direction is Direction.INGRESS
        else f"{subject.name} out to {peer.name}"
    )
    return Decision(False, f"no {direction.rules} rule of {names} lets {ends} at {port}{near}")


def _policy_name(policy: Object) -> str:
    return f"{policy['metadata']['namespace']}/{policy['metadata']['name']}"


def _isolates(policy: Object, direction: Direction, subject: End) -> bool:
    spec = policy["spec"]
    if policy["metadata"]["namespace"] != subject.namespace:
        return False
    types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
    return direction.value in types and fits_label_selector(
        spec.get("podSelector") or {}, subject.labels
    )


def _fits_peers(peers: Sequence[Mapping[str, Any]] | None, policy: Object, end: End) -> bool:
    """No peers mean everybody; each of them is enough."""
    return not peers or any(_fits_peer(one, policy, end) for one in peers)


def _fits_peer(peer: Mapping[str, Any], policy: Object, end: End) -> bool:
    block = peer.get("ipBlock")
    if block is not None:
        return _fits_block(block, end)
    pods, namespaces = peer.get("podSelector"), peer.get("namespaceSelector")
    if not end.namespace or (pods is None and namespaces is None):
        return False
    if namespaces is None:
        in_namespace = end.namespace == policy["metadata"]["namespace"]
    else:
        in_namespace = fits_label_selector(namespaces, end.namespace_labels)
    return in_namespace and (pods is None or fits_label_selector(pods, end.labels))


def _fits_block(block: Mapping[str, Any], end: End) -> bool:
    network = ip_network(block["cidr"], strict=False)
    holes = [ip_network(one, strict=False) for one in block.get("except") or []]
    if not end.addresses:
        return bool(end.namespace) and network.prefixlen == 0 and not holes
    return any(one in network and not any(one in hole for hole in holes) for one in end.addresses)


def _fits_ports(ports: Sequence[Mapping[str, Any]] | None, server: End, port: Port) -> bool:
    """No ports mean all; each of them is enough."""
    return not ports or any(_fits_port(one, server, port) for one in ports)


def _fits_port(allowed: Mapping[str, Any], server: End, port: Port) -> bool:
    protocol = allowed.get("protocol") or "TCP"
    if protocol != port.protocol:
        return False
    first = allowed.get("port")
    if first is None:
        return True
    if isinstance(first, str):
        return server.ports.get((first, protocol)) == port.number
    return bool(first <= port.number <= (allowed.get("endPort") or first))


def _show_ports(ports: Sequence[Mapping[str, Any]]) -> str:
    words = []
    for one in ports:
        last = f"-{one['endPort']}" if one.get("endPort") else ""
        words.append(f"{one.get('protocol') or 'TCP'} {one.get('port', 'all')}{last}")
    return ", ".join(words)


def fits_label_selector(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """A LabelSelector of the API: all of its parts must hold; an empty one fits everything."""
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _requirement(one).accepts(labels) for one in selector.get("matchExpressions") or []
    )


_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "absent"}


def _requirement(expression: Mapping[str, Any]) -> Requirement:
    return Requirement(
        expression["key"],
        _OPERATORS[expression["operator"]],
        frozenset(expression.get("values") or ()),
    )
