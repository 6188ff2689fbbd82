"""The client against recorded answers; `tests/live` has it against a real server."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cluster.node import ApiAccess
from grader.kubernetes.api import ApiDistrusted, ApiRefused, ApiUnreachable, UnknownKind
from grader.kubernetes.client import KubernetesApi
from grader.kubernetes.pod_exec import outcome

PODS = {"items": [{"metadata": {"name": "a"}}]}
STATUS = {"kind": "Status", "message": 'secrets is forbidden: User "x"'}
ANSWERS: dict[str, tuple[int, Any]] = {
    "/api/v1/namespaces/shop/pods": (200, PODS),
    "/api/v1/namespaces/shop/pods/a": (200, PODS["items"][0]),
    "/api/v1/secrets": (403, STATUS),
    "/api/v1/services": (401, {"message": "Unauthorized"}),
    "/api/v1/nodes": (503, {"message": "etcd is away"}),
    "/api/v1": (200, {"resources": [{"kind": "Pod", "name": "pods/log", "namespaced": True}]}),
    "/apis": (
        200,
        {
            "groups": [
                {
                    "preferredVersion": {"groupVersion": "batch/v1"},
                    "versions": [
                        {"groupVersion": "batch/v1"},
                        {"groupVersion": "batch/v1beta1"},
                    ],
                }
            ]
        },
    ),
    "/apis/batch/v1": (200, {"resources": []}),
    "/apis/batch/v1beta1": (
        200,
        {"resources": [{"kind": "CronJob", "name": "cronjobs", "namespaced": True}]},
    ),
    "/apis/batch/v1beta1/namespaces/shop/cronjobs": (200, {"items": None}),
}


class Recorded(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    paths: list[str] = []

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.paths.append(path)
        name = path.rpartition("/")[2]
        absent = (404, {"message": f"{name} not found", "details": {"name": name}})
        status, document = ANSWERS.get(path, absent if "/pods/" in path else (404, "404 page"))
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def access(port: int) -> ApiAccess:
    return ApiAccess(f"http://127.0.0.1:{port}", "", "", "", "")


@pytest.fixture
def api() -> Iterator[KubernetesApi]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Recorded) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        client = KubernetesApi(access(server.server_port))
        yield client
        client.close()
        server.shutdown()
        thread.join()


def test_items_of_a_list_know_their_kind(api: KubernetesApi) -> None:
    (item,) = api.objects("Pod", "", "shop")
    assert (item["kind"], item["apiVersion"], item["metadata"]["name"]) == ("Pod", "v1", "a")


def test_an_object_is_there_or_is_not(api: KubernetesApi) -> None:
    assert api.object("Pod", "", "shop", "a") is not None
    assert api.object("Pod", "", "shop", "b") is None


def test_a_refusal_is_told_from_a_server_that_cannot_answer(api: KubernetesApi) -> None:
    with pytest.raises(ApiRefused, match="secrets is forbidden"):
        api.objects("Secret", "", "")
    with pytest.raises(ApiDistrusted, match="does not accept our certificate"):
        api.objects("Service", "", "")
    with pytest.raises(ApiUnreachable, match="etcd is away"):
        api.objects("Node", "", "")


def test_a_closed_port_is_unreachable() -> None:
    with pytest.raises(ApiUnreachable, match="does not answer"):
        KubernetesApi(access(9)).objects("Pod", "", "")


def test_a_kind_is_found_in_a_version_that_is_not_preferred_and_then_remembered(
    api: KubernetesApi,
) -> None:
    assert api.objects("CronJob", "", "shop") == ()
    Recorded.paths.clear()
    api.objects("CronJob", "", "shop")
    assert Recorded.paths == ["/apis/batch/v1beta1/namespaces/shop/cronjobs"]


def test_a_kind_that_no_group_serves_is_unknown(api: KubernetesApi) -> None:
    with pytest.raises(UnknownKind, match="no kind Widget"):
        api.objects("Widget", "", "")
    with pytest.raises(UnknownKind, match=r"no kind Widget of example\.org/v1"):
        api.objects("Widget", "example.org/v1", "")


def test_the_time_is_the_servers_own(api: KubernetesApi) -> None:
    first = api.now()
    assert first.tzinfo is not None and api.now() >= first


def status(document: dict[str, Any]) -> dict[int, bytes]:
    return {1: b"out", 2: b"err", 3: json.dumps(document).encode()}


def test_the_exit_status_of_a_command_in_a_pod_is_its_own() -> None:
    assert outcome(status({"status": "Success"})).code == 0
    cause = {"reason": "ExitCode", "message": "3"}
    failed = outcome(status({"status": "Failure", "details": {"causes": [cause]}}))
    assert (failed.code, failed.stdout, failed.stderr) == (3, "out", "err")


def test_a_command_that_did_not_start_has_no_exit_status() -> None:
    found = outcome(status({"status": "Failure", "reason": "InternalError", "message": "no sh"}))
    assert (found.code, found.problem) == (None, "no sh")


def test_a_connection_that_broke_is_no_answer() -> None:
    with pytest.raises(ApiUnreachable, match="broke before"):
        outcome({1: b"half"})
