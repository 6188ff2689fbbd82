"""Makes worlds on an API server of this host, with real controllers and a pretended kubelet.

`python -m tests.grader.cases.record_native PROGRAMS [WORLD ...]`: PROGRAMS is a folder with the
image's `kubectl`.
"""

import base64
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from cluster import image
from cluster.node import ApiAccess
from grader.kubernetes.client import KubernetesApi
from tests.grader.cases.pretended_node import HostNode, PretendedKubelet, write_kubectl
from tests.grader.cases.record import record_worlds

_NAME = "k8s-master"


@dataclass(frozen=True, slots=True)
class NativeCluster:
    """A `cluster.node.Cluster` with one node, which is this host."""

    access: ApiAccess
    nodes: Mapping[str, HostNode]
    time_scale: float = 1.0

    def api(self) -> ApiAccess:
        return self.access


def write_kubeconfig(access: ApiAccess, file: Path) -> None:
    def data(path: str) -> str:
        return base64.b64encode(Path(path).read_bytes()).decode()

    cluster = {
        "server": access.server,
        "certificate-authority-data": data(access.ca_file),
        "tls-server-name": access.tls_server_name,
    }
    user = {
        "client-certificate-data": data(access.cert_file),
        "client-key-data": data(access.key_file),
    }
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    file.write_text(json.dumps(document))
    file.chmod(0o600)


def main(words: list[str]) -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    server: Any = import_module("cluster.native.api_server")
    programs: Any = import_module("cluster.native.programs")
    kept: Any = import_module("cluster.native.kept_process")
    used = image.build()
    found = programs.programs(used)
    folder = Path(tempfile.mkdtemp(prefix="record-"))
    write_kubectl(folder, Path(words[0]).resolve() / "kubectl")
    with server.NativeApi(used) as native:
        access: ApiAccess = native.api()
        kubeconfig = folder / "kubeconfig"
        write_kubeconfig(access, kubeconfig)
        parts = []
        for part in ("kube-controller-manager", "kube-scheduler"):
            flags = [f"--kubeconfig={kubeconfig}", "--leader-elect=false", "--port=0"]
            flags += ["--secure-port=0"]
            argv = [*found.kubernetes(part), *flags]
            parts.append(kept.KeptProcess(argv, folder / part, folder / f"{part}.log"))
        kubelet = PretendedKubelet(KubernetesApi(access), _NAME)
        kubelet.start()
        try:
            node = HostNode(_NAME, kubeconfig, folder)
            record_worlds(NativeCluster(access, {_NAME: node}), words[1:], "native")
        finally:
            kubelet.stop()
            for one in parts:
                one.end()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
