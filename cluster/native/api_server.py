"""A real API server without nodes: etcd and kube-apiserver of the image, run on this host.

For tests and for the benchmark. No controllers run: nothing happens but what the API server does.
"""

import http.client
import shutil
import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from cluster import credentials, ports
from cluster.image import Image
from cluster.native import certificates
from cluster.native.kept_process import KeptProcess
from cluster.native.programs import Programs, programs
from cluster.node import ApiAccess, Node
from labs.deadline import Deadline
from labs.errors import SeatrialError

_READY_SECONDS = 60.0
_READY_PATHS = ("/readyz", "/api/v1/namespaces/default")
_TRIES = 3
"""A port that was free may be taken when the program asks for it."""


class NativeServerFailed(SeatrialError):
    """etcd or kube-apiserver did not become ready on this host."""


class NativeApi:
    """A `cluster.node.Cluster` that has an API and no nodes, while it is entered."""

    def __init__(self, image: Image, flags: tuple[str, ...] = ()) -> None:
        """`flags` are added to those of kube-apiserver."""
        self._image = image
        self._flags = flags
        self._folder = Path()
        self._etcd: KeptProcess | None = None
        self._server: KeptProcess | None = None
        self._port = 0
        self._etcd_ports = (0, 0)

    def __enter__(self) -> Self:
        found = programs(self._image)
        self._folder = Path(tempfile.mkdtemp(prefix="seatrial-api-"))
        try:
            certificates.make(self._folder)
            self._start(found)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def nodes(self) -> Mapping[str, Node]:
        return {}

    @property
    def time_scale(self) -> float:
        return 1.0

    def api(self) -> ApiAccess:
        return ApiAccess(
            server=f"https://127.0.0.1:{self._port}",
            tls_server_name=credentials.TLS_SERVER_NAME,
            ca_file=str(self._folder / "ca.crt"),
            cert_file=str(self._folder / "client.crt"),
            key_file=str(self._folder / "client.key"),
        )

    @property
    def server(self) -> KeptProcess:
        assert self._server is not None
        return self._server

    @property
    def etcd(self) -> KeptProcess:
        assert self._etcd is not None
        return self._etcd

    def start_server(self) -> None:
        """After `server.end()`: the same server again, with all that it stored."""
        self._server = self._run_server(programs(self._image))
        if not self._wait_ready():
            raise self._failure()

    def start_etcd(self) -> None:
        """After `etcd.end()`: the same store again."""
        self._etcd = self._run_etcd(programs(self._image))

    def _start(self, found: Programs) -> None:
        for _ in range(_TRIES):
            self._port, *etcd_ports = ports.free(3)
            self._etcd_ports = (etcd_ports[0], etcd_ports[1])
            self._etcd = self._run_etcd(found)
            self._server = self._run_server(found)
            if self._wait_ready():
                return
            failure = self._failure()
            self._server.end()
            self._etcd.end()
            shutil.rmtree(self._folder / "etcd", ignore_errors=True)
        raise failure

    def _run_etcd(self, found: Programs) -> KeptProcess:
        client, peer = (f"https://127.0.0.1:{port}" for port in self._etcd_ports)
        argv = [*found.etcd(), f"--data-dir={self._folder / 'etcd'}"]
        argv += [f"--listen-client-urls={client}", f"--advertise-client-urls={client}"]
        argv += [f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}"]
        argv += [f"--initial-cluster=default={peer}", "--logger=zap", "--log-level=warn"]
        # It is alone, and elects itself as soon as it may.
        argv += ["--heartbeat-interval=20", "--election-timeout=200"]
        for prefix in ("", "peer-"):
            argv += [f"--{prefix}cert-file={self._folder / 'server.crt'}"]
            argv += [f"--{prefix}key-file={self._folder / 'server.key'}"]
            argv += [f"--{prefix}trusted-ca-file={self._folder / 'ca.crt'}"]
            argv += [f"--{prefix}client-cert-auth=true"]
        return KeptProcess(argv, self._folder, self._folder / "etcd.log")

    def _run_server(self, found: Programs) -> KeptProcess:
        files = {
            "client-ca-file": "ca.crt",
            "tls-cert-file": "server.crt",
            "tls-private-key-file": "server.key",
            "etcd-cafile": "ca.crt",
            "etcd-certfile": "client.crt",
            "etcd-keyfile": "client.key",
            "service-account-key-file": "sa.key",
            "service-account-signing-key-file": "sa.key",
        }
        settings = {
            "bind-address": "127.0.0.1",
            "advertise-address": "127.0.0.1",
            "secure-port": str(self._port),
            "etcd-servers": f"https://127.0.0.1:{self._etcd_ports[0]}",
            "authorization-mode": "RBAC",
            "endpoint-reconciler-type": "none",
            "service-cluster-ip-range": "10.96.0.0/12",
            "service-account-issuer": "https://kubernetes.default.svc",
            # Its accounts are made by a controller, and none runs.
            "disable-admission-plugins": "ServiceAccount",
            **{name: str(self._folder / file) for name, file in files.items()},
        }
        argv = [*found.kubernetes("kube-apiserver")]
        argv += [f"--{name}={value}" for name, value in settings.items()]
        return KeptProcess([*argv, *self._flags], self._folder, self._folder / "kube-apiserver.log")

    def _wait_ready(self) -> bool:
        """False when one of the programs has ended, or the time is over."""
        context = ssl.create_default_context(cafile=str(self._folder / "ca.crt"))
        context.load_cert_chain(self._folder / "client.crt", self._folder / "client.key")

        def probe() -> bool | None:
            if not self.server.runs or not self.etcd.runs:
                return False
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self._port, timeout=2.0, context=context
            )
            try:
                for path in _READY_PATHS:
                    connection.request("GET", path)
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status != 200:
                        return None
                return True
            except (OSError, http.client.HTTPException):
                return None
            finally:
                connection.close()

        return bool(Deadline.after(_READY_SECONDS).poll(probe, every=0.05))

    def _failure(self) -> NativeServerFailed:
        said = []
        for name in ("etcd.log", "kube-apiserver.log"):
            log = self._folder / name
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            said += lines[-5:]
        return NativeServerFailed(
            "The API server did not become ready on this host:\n" + "\n".join(said),
            "Look for another program at its ports, or for too little memory.",
        )

    def _end(self) -> None:
        for process in (self._server, self._etcd):
            if process is not None:
                process.end()
        shutil.rmtree(self._folder, ignore_errors=True)
