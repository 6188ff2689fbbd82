"""What judging the network needs of pods and nodes: addresses, named ports, host network."""

from collections.abc import Mapping

from grader.kubernetes.api import Object
from grader.kubernetes.objects import Selection, is_going
from grader.round import Round


def living_pods(
    round_: Round, namespace: str, pod: str = "", selector: str = ""
) -> tuple[Object, ...]:
    """Chosen pods that are not going and have not ended, by name. Raises as `Api` does."""
    found = Selection("Pod", namespace, pod, selector).read(round_)
    alive = [one for one in found if not is_going(one) and _phase(one) not in _ENDED]
    return tuple(sorted(alive, key=lambda one: str(one["metadata"]["name"])))


_ENDED = ("Succeeded", "Failed")


def _phase(pod: Object) -> str:
    return str((pod.get("status") or {}).get("phase", ""))


def pod_ips(pod: Object) -> list[str]:
    """All addresses of a pod, the primary one first; empty while it has none."""
    status = pod.get("status") or {}
    listed = [one["ip"] for one in status.get("podIPs") or [] if one.get("ip")]
    primary = [status["podIP"]] if status.get("podIP") else []
    return listed or primary


def on_host_network(pod: Object) -> bool:
    return bool((pod.get("spec") or {}).get("hostNetwork"))


def named_ports(pod: Object) -> Mapping[tuple[str, str], int]:
    """Numbers of container ports by name and protocol."""
    spec = pod.get("spec") or {}
    containers = [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]
    return {
        (port["name"], port.get("protocol") or "TCP"): int(port["containerPort"])
        for container in containers
        for port in container.get("ports") or []
        if port.get("name")
    }


def node_ips(node: Object, kind: str = "InternalIP") -> list[str]:
    addresses = (node.get("status") or {}).get("addresses") or []
    return [str(one["address"]) for one in addresses if one.get("type") == kind]
