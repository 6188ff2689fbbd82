"""A kubelet's configuration: as it runs by the API server, else its file with the defaults."""

import json
from dataclasses import dataclass
from typing import Any

from cluster.node import ApiNotInitialised
from grader.kubernetes.api import ApiAnswer
from grader.meaning.formats import NotInFormat, read_yaml
from grader.nodes.node_file import read_node_file
from grader.nodes.processes import Process
from grader.nodes.runtime_endpoint import config_path
from grader.round import Round, Unreadable

DEFAULTS: dict[str, Any] = {
    "syncFrequency": "1m0s",
    "fileCheckFrequency": "20s",
    "httpCheckFrequency": "20s",
    "address": "0.0.0.0",
    "port": 10250,
    "readOnlyPort": 0,
    "authentication": {
        "webhook": {"enabled": True, "cacheTTL": "2m0s"},
        "anonymous": {"enabled": False},
    },
    "authorization": {"mode": "Webhook"},
    "healthzPort": 10248,
    "healthzBindAddress": "127.0.0.1",
    "nodeStatusUpdateFrequency": "10s",
    "nodeLeaseDurationSeconds": 40,
    "imageMinimumGCAge": "2m0s",
    "imageGCHighThresholdPercent": 85,
    "imageGCLowThresholdPercent": 80,
    "cgroupsPerQOS": True,
    "cgroupDriver": "cgroupfs",
    "cpuManagerPolicy": "none",
    "topologyManagerPolicy": "none",
    "memoryManagerPolicy": "None",
    "hairpinMode": "promiscuous-bridge",
    "maxPods": 110,
    "podPidsLimit": -1,
    "resolvConf": "/etc/resolv.conf",
    "cpuCFSQuota": True,
    "serializeImagePulls": True,
    "evictionHard": {
        "imagefs.available": "15%",
        "memory.available": "100Mi",
        "nodefs.available": "10%",
        "nodefs.inodesFree": "5%",
    },
    "evictionPressureTransitionPeriod": "5m0s",
    "enableControllerAttachDetach": True,
    "makeIPTablesUtilChains": True,
    "failSwapOn": True,
    "containerLogMaxSize": "10Mi",
    "containerLogMaxFiles": 5,
    "enforceNodeAllocatable": ["pods"],
    "rotateCertificates": False,
    "enableProfilingHandler": True,
    "enableDebuggingHandlers": True,
}
"""Of kubelet.config.k8s.io/v1beta1, which the kubelet reads from 1.10 until today."""

_ZERO = {"readOnlyPort": 0}
"""What `configz` leaves out because it is 0."""
_MEMORY = ("availableBytes", "workingSetBytes")
_WHOLE = frozenset({"evictionHard"})
"""Mappings that are not merged: who sets one key has set all of them."""


_NOT_TOLD = (404, 405)
"""No such node, or a kubelet whose debugging handlers are off."""


class KubeletUnreadable(Unreadable):
    """The kubelet does not tell its configuration: a state of the node, which can be mended."""


@dataclass(frozen=True, slots=True)
class KubeletConfiguration:
    document: dict[str, Any]
    source: str
    """`configz`, or the path of the file."""


def read_configuration(
    round_: Round, node: str, node_name: str, process: Process | None
) -> KubeletConfiguration:
    """Of a node that the cluster knows, from its kubelet; else from the file.

    Raises NodeUnreachable, ApiUnreachable, KubeletUnreadable.
    """
    answer = _configz(round_, node_name)
    if answer is None or answer.status in _NOT_TOLD:
        return _file(round_, node, config_path(process))
    body = _document(answer.body)
    config = body.get("kubeletconfig") if isinstance(body, dict) else None
    if answer.status == 200 and isinstance(config, dict):
        return KubeletConfiguration(_ZERO | config, "configz")
    said = body.get("message") if isinstance(body, dict) else body
    raise KubeletUnreadable(
        f"the kubelet of {node_name} does not tell its configuration: {said or answer.status}", ""
    )


def node_capacity(round_: Round, node_name: str) -> dict[str, float]:
    """What 100 % is, by eviction signal, in bytes (or numbers of inodes). Raises ApiUnreachable."""
    answer = round_.request("GET", f"/api/v1/nodes/{node_name}/proxy/stats/summary")
    body = _document(answer.body)
    node = body.get("node") if isinstance(body, dict) else None
    if answer.status != 200 or not isinstance(node, dict):
        return {}
    files = node.get("fs") or {}
    images = (node.get("runtime") or {}).get("imageFs") or files
    memory = node.get("memory") or {}
    found = {
        "nodefs.available": files.get("capacityBytes"),
        "nodefs.inodesFree": files.get("inodes"),
        "imagefs.available": images.get("capacityBytes"),
        "imagefs.inodesFree": images.get("inodes"),
        "memory.available": sum(memory.get(key) or 0 for key in _MEMORY),
    }
    return {signal: float(value) for signal, value in found.items() if value}


def _configz(round_: Round, node_name: str) -> ApiAnswer | None:
    """None where there is no cluster yet."""
    try:
        return round_.request("GET", f"/api/v1/nodes/{node_name}/proxy/configz")
    except ApiNotInitialised:
        return None


def _document(body: Any) -> Any:
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return body


def _file(round_: Round, node: str, path: str) -> KubeletConfiguration:
    file = read_node_file(round_, node, path)
    if file is None:
        raise KubeletUnreadable(f"{node} is in no cluster, and has no {path}", "")
    try:
        document = read_yaml(file.content)
    except NotInFormat as error:
        raise KubeletUnreadable(f"{node}:{path}: {error.message}", "") from error
    if not isinstance(document, dict) or document.get("kind") != "KubeletConfiguration":
        raise KubeletUnreadable(f"{node}:{path} holds no KubeletConfiguration", "")
    return KubeletConfiguration(with_defaults(DEFAULTS, document), path)


def with_defaults(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """`given`, and the defaults for all that it leaves out; null and zero values are left out."""
    merged = dict(defaults)
    for key, value in given.items():
        default = defaults.get(key)
        if isinstance(default, dict) and isinstance(value, dict) and key not in _WHOLE:
            merged[key] = with_defaults(default, value)
        elif value is not None and not (_is_zero(value) and not isinstance(default, bool)):
            merged[key] = value
        else:
            merged.setdefault(key, value)
    return merged


def _is_zero(value: Any) -> bool:
    """What Go's decoder cannot tell from an omitted field."""
    return value in ("", 0, "0s", "0") and not isinstance(value, bool)
