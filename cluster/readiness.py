"""Proof that a cluster's Kubernetes nodes are there now: Ready, with leases renewed since then."""

import datetime
import http.client
import json
import socket
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from cluster.node import ApiAccess
from labs.deadline import Deadline
from labs.errors import SeatrialError

_REQUEST_SECONDS = 10.0
_NODES = "/api/v1/nodes"
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


class NotReady(SeatrialError):
    """The cluster did not become ready in time."""


def wait_ready(
    api: ApiAccess,
    count: int,
    since: datetime.datetime,
    deadline: Deadline,
    became_ready: Callable[[str], None] = lambda node: None,
) -> None:
    """Until `count` nodes are Ready and alive since `since`; tells of each. Raises NotReady."""
    seen: set[str] = set()
    reason = "the API server does not answer"

    def look() -> bool | None:
        nonlocal reason
        try:
            ready = ready_nodes(api, since)
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = f"the API server does not answer ({error})"
            return None
        for name in sorted(ready - seen):
            became_ready(name)
        seen.update(ready)
        reason = f"Ready: {', '.join(sorted(ready)) or 'none'} of {count}"
        return True if len(ready) >= count else None

    if deadline.poll(look, every=0.25) is None:
        raise NotReady(
            f"The cluster did not become ready in time: {reason}.",
            "Run `seatrial down`, then `seatrial up` again.",
        )


def ready_nodes(api: ApiAccess, since: datetime.datetime) -> set[str]:
    """Names of the nodes that are Ready and have renewed their lease since `since`.

    Raises OSError, HTTPException, ValueError while the API server does not answer as it should.
    """
    alive = {
        lease["metadata"]["name"]
        for lease in get(api, _LEASES)["items"]
        if _moment(lease["spec"].get("renewTime")) > since
    }
    if not alive:
        return set()
    return {
        node["metadata"]["name"]
        for node in get(api, _NODES)["items"]
        if node["metadata"]["name"] in alive and _is_ready(node)
    }


def get(api: ApiAccess, path: str) -> Any:
    """The JSON at `path` of the API server. Raises OSError, HTTPException, ValueError."""
    address = urlsplit(api.server)
    connection = _Pinned(address.hostname or "", address.port or 443, api)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise http.client.HTTPException(f"{answer.status} {answer.reason}")
        return json.loads(body)
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A TLS connection to one address that answers for another name."""

    def __init__(self, host: str, port: int, api: ApiAccess) -> None:
        super().__init__(host, port, timeout=_REQUEST_SECONDS)
        self._api = api

    def connect(self) -> None:
        context = ssl.create_default_context(cafile=self._api.ca_file)
        context.load_cert_chain(self._api.cert_file, self._api.key_file)
        plain = socket.create_connection((self.host, self.port), timeout=self.timeout)
        try:
            self.sock = context.wrap_socket(plain, server_hostname=self._api.tls_server_name)
        except OSError:
            plain.close()
            raise


def _moment(text: str | None) -> datetime.datetime:
    if not text:
        return datetime.datetime.fromtimestamp(0, datetime.UTC)
    return datetime.datetime.fromisoformat(text)


def _is_ready(node: Any) -> bool:
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in node["status"].get("conditions", ())
    )
