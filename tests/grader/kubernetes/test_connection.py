"""How the connection bears a server that is busy, restarts, or answers for somebody else."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cluster.node import ApiAccess
from grader.kubernetes.api import ApiRefused, ApiUnreachable
from grader.kubernetes.client import KubernetesApi

PODS = {"metadata": {}, "items": [{"metadata": {"name": "a"}}]}
BUSY = (429, "Too many requests, please try again later.", {"Retry-After": "1"})
CLOSE = None
"""Instead of an answer: the connection is closed."""

Reply = tuple[int, Any, dict[str, str]] | None


class Scripted:
    """A server that gives one reply after the other, on as many connections as it takes."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = list(replies)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[str] = []
        self.connections = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def access(self) -> ApiAccess:
        return ApiAccess(f"http://127.0.0.1:{self._listener.getsockname()[1]}", "", "", "", "")

    def end(self) -> None:
        self._thread.join(5)
        self._listener.close()
        assert self._replies == [], "not all was asked for"

    def _serve(self) -> None:
        while self._replies:
            connection, _ = self._listener.accept()
            self.connections += 1
            with connection, connection.makefile("rwb") as stream:
                self._serve_one(stream)

    def _serve_one(self, stream: Any) -> None:
        while self._replies:
            line = stream.readline().decode()
            if not line:
                return
            length = 0
            while (header := stream.readline().decode().strip()) != "":
                if header.lower().startswith("content-length:"):
                    length = int(header.partition(":")[2])
            stream.read(length)
            self.requests.append(line.rpartition(" ")[0])
            reply = self._replies.pop(0)
            if reply is None:
                return
            status, body, headers = reply
            content = (body if isinstance(body, str) else json.dumps(body)).encode()
            lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            stream.write("\r\n".join([*lines, "", ""]).encode() + content)
            stream.flush()


@contextmanager
def served(*replies: Reply, patience: float = 1.0) -> Iterator[tuple[KubernetesApi, Scripted]]:
    server = Scripted(*replies)
    api = KubernetesApi(server.access, patience)
    try:
        yield api, server
    finally:
        api.close()
        server.end()


def ok(document: Any = PODS) -> Reply:
    return 200, document, {}


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    with served(BUSY, ok()) as (api, server):
        assert len(api.objects("Pod", "", "shop")) == 1
        assert len(server.requests) == 2


def test_a_server_that_stays_busy_could_not_be_asked() -> None:
    with served(BUSY, patience=0.05) as (api, _), pytest.raises(ApiUnreachable, match="too busy"):
        api.objects("Pod", "", "shop")


def test_a_busy_server_has_not_read_a_review_either() -> None:
    with served(BUSY, (201, {"status": {"allowed": True}}, {})) as (api, _):
        assert api.request("POST", "/apis/x", {}, "", ()).body["status"] == {"allowed": True}


def test_a_refused_eviction_is_not_repeated() -> None:
    refused = {"message": "disruption budget", "details": {"causes": [{"reason": "X"}]}}
    with served((429, refused, {"Retry-After": "10"})) as (api, _):
        assert api.request("POST", "/api/v1/x/eviction", {}, "", ()).status == 429


def test_a_kept_connection_that_was_closed_is_replaced_once() -> None:
    with served(ok(), CLOSE, ok()) as (api, server):
        api.objects("Pod", "", "shop")
        assert len(api.objects("Pod", "", "shop")) == 1
        assert server.connections == 2


def test_a_server_that_closes_every_connection_does_not_answer() -> None:
    with (
        served(CLOSE, CLOSE) as (api, _),
        pytest.raises(ApiUnreachable, match="does not answer"),
    ):
        api.objects("Pod", "", "shop")


def test_what_changes_something_is_never_sent_twice() -> None:
    with served(CLOSE) as (api, server), pytest.raises(ApiUnreachable):
        api.request("POST", "/api/v1/x", {}, "", ())
    assert server.requests == ["POST /api/v1/x"]


@pytest.mark.parametrize("status", [500, 503, 504])
def test_an_error_of_the_server_is_no_answer_to_a_review(status: int) -> None:
    trouble = {"message": "etcdserver: request timed out"}
    with (
        served((status, trouble, {})) as (api, _),
        pytest.raises(ApiUnreachable, match="timed out"),
    ):
        api.request("POST", "/apis/x", {}, "", ())


def test_an_error_of_a_webhook_is_an_answer() -> None:
    failed = {"message": 'Internal error occurred: failed calling webhook "a.example.org"'}
    with served((500, failed, {})) as (api, _):
        assert api.request("POST", "/api/v1/x?dryRun=All", {}, "", ()).body == failed


def test_an_error_of_what_is_behind_the_server_is_an_answer() -> None:
    with served((503, "no endpoints available", {})) as (api, _):
        path = "/api/v1/namespaces/shop/services/web/proxy/"
        assert api.request("GET", path, None, "", ()).status == 503


def test_a_conversion_webhook_that_fails_is_the_clusters_state() -> None:
    failed = {"message": "conversion webhook for example.org/v1, Kind=Boat failed: refused"}
    with served((500, failed, {})) as (api, _), pytest.raises(ApiRefused, match="conversion"):
        api.objects("Pod", "", "")


def test_a_group_that_is_not_served_hides_no_other_kind() -> None:
    def group(name: str) -> dict[str, Any]:
        version = {"groupVersion": f"{name}/v1"}
        return {"preferredVersion": version, "versions": [version]}

    groups = {"groups": [group("metrics.k8s.io"), group("example.org")]}
    boats = {"resources": [{"kind": "Boat", "name": "boats", "namespaced": True}]}
    core: dict[str, Any] = {"resources": []}
    away: Reply = (503, "service unavailable", {})
    with served(ok(core), ok(groups), away, ok(boats), ok({"items": []})) as (api, _):
        assert api.objects("Boat", "", "") == ()
    with (
        served(ok(core), ok(groups), away, ok(boats)) as (api, _),
        pytest.raises(ApiUnreachable, match="503"),
    ):
        api.objects("Ship", "", "")


def test_a_page_that_has_expired_is_read_anew_in_one_piece() -> None:
    first = {"metadata": {"continue": "x"}, "items": [{"metadata": {"name": "old"}}]}
    gone: Reply = (410, {"message": "the continue token is too old"}, {})
    with served(ok(first), gone, ok()) as (api, server):
        assert [item["metadata"]["name"] for item in api.objects("Pod", "", "shop")] == ["a"]
    assert server.requests[-1] == "GET /api/v1/namespaces/shop/pods"
