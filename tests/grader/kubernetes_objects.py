"""Kubernetes objects as a server of 1.20 gives them: healthy, unless a change is named."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.grader.fakes import NOW


def namespace(name: str) -> dict[str, Any]:
    return {"kind": "Namespace", "metadata": {"name": name, "uid": f"ns-{name}"}}


def pod(name: str, **changes: Any) -> dict[str, Any]:
    """A Ready pod in `shop`; labels, owner, ready, restarts, waiting, node and deleted by name."""
    ready = changes.get("ready", True)
    state = {"waiting": {"reason": changes["waiting"]}} if "waiting" in changes else {"running": {}}
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": changes.get("namespace", "shop"),
        "uid": changes.get("uid", f"uid-{name}"),
        "labels": changes.get("labels", {"app": "web"}),
    }
    if "owner" in changes:
        metadata["ownerReferences"] = [{"kind": "ReplicaSet", "uid": changes["owner"]}]
    if changes.get("deleted"):
        metadata["deletionTimestamp"] = "2026-11-20T11:59:00Z"
    return {
        "kind": "Pod",
        "metadata": metadata,
        "spec": {
            "nodeName": changes.get("node", "k8s-node1"),
            "containers": changes.get(
                "containers", [{"name": "web", "image": changes.get("image", "nginx:1.22")}]
            ),
        },
        "status": {
            "phase": changes.get("phase", "Running"),
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
            "containerStatuses": [
                {
                    "name": "web",
                    "restartCount": changes.get("restarts", 0),
                    "ready": ready,
                    "state": state,
                }
            ],
        },
    }


def deployment(name: str = "web", **changes: Any) -> dict[str, Any]:
    """Rolled out in `shop`: generation, observed, replicas, updated, available, total, revision."""
    replicas = changes.get("replicas", 3)
    status = {
        "observedGeneration": changes.get("observed", changes.get("generation", 2)),
        "replicas": changes.get("total", replicas),
        "updatedReplicas": changes.get("updated", replicas),
        "readyReplicas": changes.get("available", replicas),
        "availableReplicas": changes.get("available", replicas),
    }
    return {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": changes.get("uid", f"uid-{name}"),
            "generation": changes.get("generation", 2),
            "annotations": {"deployment.kubernetes.io/revision": str(changes.get("revision", 1))},
        },
        "spec": {
            "replicas": replicas,
            **({"paused": True} if changes.get("paused") else {}),
            "template": {
                "spec": {
                    "containers": [{"name": "web", "image": changes.get("image", "nginx:1.22")}]
                }
            },
        },
        "status": {key: value for key, value in status.items() if value},
    }


def replica_set(owner: str, revision: int) -> dict[str, Any]:
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{owner}-{revision}",
            "namespace": "shop",
            "uid": f"rs-{revision}",
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [{"kind": "Deployment", "uid": f"uid-{owner}"}],
        },
    }


def service(name: str = "web", cluster_ip: str = "10.96.0.7") -> dict[str, Any]:
    return {
        "kind": "Service",
        "metadata": {"name": name, "namespace": "shop", "uid": f"svc-{name}"},
        "spec": {"clusterIP": cluster_ip, "selector": {"app": "web"}},
    }


def endpoints(
    name: str, *names: str, waiting: Sequence[str] = (), port: int = 80
) -> dict[str, Any]:
    """Addresses that stand for pods of these names."""

    def address(pod_name: str) -> dict[str, Any]:
        target = {"kind": "Pod", "name": pod_name, "uid": f"uid-{pod_name}"}
        return {"ip": f"10.244.0.{len(pod_name)}{pod_name[-1]}", "targetRef": target}

    subset = {
        "addresses": [address(one) for one in names],
        "notReadyAddresses": [address(one) for one in waiting],
        "ports": [{"port": port}],
    }
    filled = names or waiting
    return {
        "kind": "Endpoints",
        "metadata": {"name": name, "namespace": "shop", "uid": f"ep-{name}"},
        **({"subsets": [subset]} if filled else {}),
    }


def node(name: str, ready: str = "True", **spec: Any) -> dict[str, Any]:
    return {
        "kind": "Node",
        "metadata": {"name": name, "uid": f"node-{name}", "labels": {"kubernetes.io/os": "linux"}},
        "spec": spec,
        "status": {
            "conditions": [
                {"type": "MemoryPressure", "status": "False"},
                {"type": "Ready", "status": ready, "message": "kubelet stopped posting status"},
            ],
            "nodeInfo": {"kubeletVersion": "v1.20.2"},
        },
    }


def lease(name: str, renewed: datetime = NOW) -> dict[str, Any]:
    return {
        "kind": "Lease",
        "metadata": {"name": name, "namespace": "kube-node-lease", "uid": f"lease-{name}"},
        "spec": {"renewTime": renewed.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
    }
