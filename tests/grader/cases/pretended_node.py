"""A node for an API server that runs on this host: pods start in a moment, files are the host's.

The controllers and the scheduler are real; only what a kubelet would report is made up here.
"""

import os
import subprocess
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cluster.node import CommandResult
from grader.kubernetes.client import KubernetesApi
from tests.grader.cases.world import WORLDS, load_world

_ADMIN = "/etc/kubernetes/admin.conf"
Item = dict[str, Any]


_KUBECTL = """#!/bin/sh
# No container runs: exec does nothing, and a log is what the container's script would echo.
case " $* " in
*" exec "*) exit 0 ;;
*" logs "*)
  for pod; do :; done
  "{real}" "$1" "$2" get pod "$pod" -o 'jsonpath={{.spec.containers[0].command[2]}}' |
    sed -n 's/^echo "\\(.*\\)"$/\\1/p'
  exit ;;
esac
exec "{real}" "$@"
"""


def write_kubectl(folder: Path, real: Path) -> None:
    file = folder / "kubectl"
    file.write_text(_KUBECTL.format(real=real))
    file.chmod(0o755)


class HostNode:
    """Runs the scripts of a plan on this host, with the server's credentials."""

    def __init__(self, name: str, kubeconfig: Path, programs: Path) -> None:
        self.name = name
        self._kubeconfig = kubeconfig
        self._path = f"{programs}:{os.environ.get('PATH', os.defpath)}"

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60.0) -> CommandResult:
        done = subprocess.run(
            list(argv),
            input=stdin.replace(_ADMIN, str(self._kubeconfig)),
            capture_output=True,
            text=True,
            timeout=timeout,
            env={"PATH": self._path, "HOME": "/root", "KUBECONFIG": str(self._kubeconfig)},
            check=False,
        )
        return CommandResult(done.returncode, done.stdout, done.stderr)

    def inspect(
        self, script: str, arguments: Sequence[str] = (), *, timeout: float = 60.0
    ) -> CommandResult:
        return self.run(["sh", "-s", *arguments], stdin=script, timeout=timeout)


class PretendedKubelet:
    """Registers a node, keeps its lease, and lets pods run, end and go."""

    def __init__(self, api: KubernetesApi, name: str) -> None:
        self._api = api
        self._name = name
        self._stop = threading.Event()
        self._numbers = 10
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        recorded = load_world("node", WORLDS).now.objects
        for item in recorded:
            if item["kind"] == "Node":
                self._register(item)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _register(self, node: Item) -> None:
        kept = {key: node["metadata"][key] for key in ("name", "labels", "annotations")}
        body = {"apiVersion": "v1", "kind": "Node", "metadata": kept, "spec": node["spec"]}
        created = self._send("POST", "/api/v1/nodes", body)
        self._send(
            "PUT", f"/api/v1/nodes/{self._name}/status", created | {"status": node["status"]}
        )
        self._send(
            "POST", "/api/v1/namespaces", {"metadata": {"name": "kube-node-lease"}}, quiet=True
        )
        lease = {"metadata": {"name": self._name}, "spec": {"holderIdentity": self._name}}
        self._send("POST", f"{_LEASES}", lease)

    def _serve(self) -> None:
        beat = 0
        while not self._stop.wait(0.3):
            beat += 1
            if beat % 10 == 1:
                self._renew()
            for pod in self._api.objects("Pod", "v1", ""):
                self._tend(dict(pod))

    def _renew(self) -> None:
        path = f"{_LEASES}/{self._name}"
        lease = self._send("GET", path)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        lease["spec"] |= {"renewTime": now, "leaseDurationSeconds": 40}
        self._send("PUT", path, lease)

    def _tend(self, pod: Item) -> None:
        metadata, status = pod["metadata"], pod.get("status") or {}
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
        if "deletionTimestamp" in metadata:
            options = {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0}
            self._send("DELETE", path, options, quiet=True)
        elif pod["spec"].get("nodeName") and not status.get("podIP"):
            self._numbers += 1
            new = _running(pod, f"10.244.0.{self._numbers}")
            self._send("PUT", f"{path}/status", pod | {"status": status | new}, quiet=True)

    def _send(self, method: str, path: str, body: Any = None, quiet: bool = False) -> Item:
        answer = self._api.request(method, path, body, "", ())
        if answer.status >= 300 and not quiet:
            raise AssertionError(f"{method} {path}: {answer.body}")
        found: Item = answer.body
        return found


_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


def _running(pod: Item, address: str) -> Item:
    """The status of a Ready pod; a pod of a Job has done its work."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    owners = pod["metadata"].get("ownerReferences") or []
    ended = any(owner["kind"] == "Job" for owner in owners)
    ready = "False" if ended else "True"
    done = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now}}
    done["terminated"]["finishedAt"] = now
    return {
        "phase": "Succeeded" if ended else "Running",
        "hostIP": "192.168.52.200",
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": now,
        "conditions": [
            {"type": kind, "status": value, "lastProbeTime": None, "lastTransitionTime": now}
            for kind, value in (
                ("Initialized", "True"),
                ("Ready", ready),
                ("ContainersReady", ready),
                ("PodScheduled", "True"),
            )
        ],
        "containerStatuses": [
            {
                "name": one["name"],
                "image": f"docker.io/{one['image']}",
                "imageID": f"sha256:{'5ea7' * 16}",
                "containerID": f"containerd://{'5ea7' * 16}",
                "ready": not ended,
                "started": not ended,
                "restartCount": 0,
                "lastState": {},
                "state": done if ended else {"running": {"startedAt": now}},
            }
            for one in pod["spec"]["containers"]
        ],
    }
