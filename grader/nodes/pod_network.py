"""The network as a pod sees it, entered from its node: no tool of the pod's image is needed."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.kubernetes.api import Object
from grader.kubernetes.objects import Selection, full_name, is_ready_pod, pod_trouble
from grader.kubernetes.pod_network_facts import living_pods, on_host_network, pod_ips
from grader.kubernetes.probe_pod import Probe, ProbeWish
from grader.round import Round, Unreadable
from labs.checks.traffic import NetworkClient
from labs.errors import SeatrialError

ENTER = """
enter() {
  into= pid=
  [ "$1" = none ] && return 0
  for found in $(grep -lsE "$1" /proc/[0-9]*/cgroup); do
    pid=${found%/cgroup} pid=${pid##*/}
    if [ "$2" = none ]; then return 0; fi
    if grep -qs -e "$2" "/proc/$pid/net/fib_trie" "/proc/$pid/net/if_inet6"; then
      into="nsenter -t $pid -n"
      return 0
    fi
  done
  return 1
}
"""
"""A shell function: `enter GROUP ADDRESS` (two patterns of a `Place`) finds a process of the pod
that has its address. Then `$into` goes before a command, and `$pid` is the process."""

_HASH = "kubernetes.io/config.hash"


class NoSuchPlace(SeatrialError):
    """The pod that a check names is not in the cluster, or does not run: a state of it."""


class NetworkNotEntered(Unreadable):
    """We could not look: the node did not let us into a pod's network."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is asked from: a node, or a pod on it."""

    name: str
    """For a sentence: `k8s-master`, `pod shop/web-1`."""
    node: str
    group: str = "none"
    """A pattern for the control group of the pod's processes; `none` for the node itself."""
    address: str = "none"
    """A pattern for the address in the kernel's tables; `none` for the network of the node."""
    ip: str = ""
    uid: str = ""

    @property
    def words(self) -> tuple[str, str]:
        """The arguments of `enter`."""
        return self.group, self.address


def place_of_node(node: str) -> Place:
    return Place(node, node)


def place_of_pod(pod: Object) -> Place:
    """Of a pod that is Ready. Raises NoSuchPlace for others."""
    name = f"pod {full_name(pod)}"
    ips = pod_ips(pod)
    if not is_ready_pod(pod) or not ips:
        raise NoSuchPlace(f"{name} is not Ready: {pod_trouble(pod)}")
    metadata = pod["metadata"]
    ids = [str(metadata["uid"]), str((metadata.get("annotations") or {}).get(_HASH, ""))]
    host = on_host_network(pod)
    address = "none" if host else _address_pattern(ips[0])
    return Place(name, str(pod["spec"]["nodeName"]), _group(ids), address, ips[0], ids[0])


def place_of_probe(probe: Probe) -> Place:
    """Raises NoSuchPlace when the cluster does not start it."""
    if probe.problem:
        raise NoSuchPlace(probe.problem)
    name = f"a new pod in {probe.namespace} on {probe.node}"
    address = _address_pattern(probe.ip)
    return Place(name, probe.node, _group([probe.uid]), address, probe.ip, probe.uid)


def _group(ids: Sequence[str]) -> str:
    """systemd's slices have underscores for the hyphens of a uid."""
    plain = [re.sub("[^0-9a-zA-Z-]", "", one).replace("-", "[-_]") for one in ids]
    return f"pod({'|'.join(filter(None, plain))})"


def _address_pattern(ip: str) -> str:
    """As fib_trie writes an address of version 4, and if_inet6 one of version 6."""
    address = ipaddress.ip_address(ip)
    if address.version == 4:
        return f"-- {address}$".replace(".", "[.]")
    return f"^{address.exploded.replace(':', '')} "


def places(round_: Round, client: NetworkClient) -> list[Place]:
    """All that a client of a check means. Raises NoSuchPlace, NoProbePod, and as `Api` does."""
    if client.node:
        return [place_of_node(client.node)]
    if client.labels is not None:
        return [place_of_probe(one) for one in round_.probe_pods(_wishes(round_, client))]
    found = living_pods(round_, client.namespace, client.pod, client.selector)
    if not found:
        raise NoSuchPlace(
            f"there is no {Selection('Pod', client.namespace, client.pod, client.selector)}"
        )
    return [place_of_pod(one) for one in found]


def _wishes(round_: Round, client: NetworkClient) -> list[ProbeWish]:
    own = tuple(sorted((client.labels or {}).items()))
    if not client.every_node:
        return [ProbeWish(client.namespace, own)]
    names = sorted(str(one["metadata"]["name"]) for one in round_.objects("Node"))
    if not names:
        raise NoSuchPlace("the cluster has no Node")
    return [ProbeWish(client.namespace, own, name) for name in names]
