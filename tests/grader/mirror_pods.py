"""Mirror pods and the manifests they come from, healthy unless a change is named."""

from typing import Any

import yaml

from tests.grader.proc_tree import ProcNode, pod_group

HASH = "334987387b3e639825c2fa30a42c56ad"
FOLDER = "/etc/kubernetes/static"


def container(name: str = "web", **fields: Any) -> dict[str, Any]:
    requests = {"cpu": "100m", "memory": "64Mi"}
    return {"name": name, "image": "nginx:1.22", "resources": {"requests": requests}, **fields}


def manifest(name: str = "web", namespace: str = "", **changes: Any) -> dict[str, Any]:
    metadata = {"name": name, "labels": {"run": name}, "creationTimestamp": None}
    if namespace:
        metadata["namespace"] = namespace
    containers = changes.get("containers", [container(name)])
    spec = {"containers": containers, "dnsPolicy": "ClusterFirst", **changes.get("spec", {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {}}


def mirror(name: str = "web", namespace: str = "default", **changes: Any) -> dict[str, Any]:
    """As the API shows it: node, containers, ready, restarts, annotations, owner by name."""
    node = changes.get("node", "k8s-master")
    ready = changes.get("ready", True)
    containers = changes.get("containers", [container(name)])
    annotations = {
        "kubernetes.io/config.source": "file",
        "kubernetes.io/config.hash": HASH,
        "kubernetes.io/config.mirror": HASH,
    }
    owner = {"kind": "Node", "name": node, "uid": changes.get("owner", f"node-{node}")}
    state: dict[str, Any] = {"running": {}} if ready else {"waiting": {"reason": "ErrImagePull"}}
    return {
        "kind": "Pod",
        "metadata": {
            "name": f"{name}-{node}",
            "namespace": namespace,
            "uid": f"uid-{name}",
            "labels": {"run": name},
            "annotations": changes.get("annotations", annotations),
            "ownerReferences": [owner],
        },
        "spec": {
            "nodeName": node,
            "containers": containers,
            "dnsPolicy": "ClusterFirst",
            "tolerations": [{"effect": "NoExecute", "operator": "Exists"}],
            **changes.get("spec", {}),
        },
        "status": {
            "phase": "Running" if ready else "Pending",
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
            "containerStatuses": [
                {
                    "name": one["name"],
                    "containerID": f"containerd://c-{one['name']}",
                    "restartCount": changes.get("restarts", 0),
                    "state": state,
                }
                for one in containers
            ],
        },
    }


def run_kubelet(node: ProcNode, folder: str = FOLDER) -> None:
    """A kubelet process whose configuration names the folder of manifests."""
    node.write("/var/lib/kubelet/config.yaml", yaml.safe_dump({"staticPodPath": folder}))
    argv = ["/usr/bin/kubelet", "--v=2", "--config=/var/lib/kubelet/config.yaml"]
    node.process(50, argv, "/system.slice/kubelet.service")
    (node.root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)


def run_pod(node: ProcNode, argv: list[str], pid: int = 700, uid: str = HASH) -> None:
    node.process(pid, argv, pod_group(uid, f"c-{argv[0]}"))
