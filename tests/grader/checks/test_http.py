import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from grader.nodes.http_requests import Answer, NoAnswer, parse_answers
from grader.verdict import Finding, Verdict
from tests.grader.fakes import FakeNode, TreeNode, passes, prints, why, world
from tests.grader.kubernetes_objects import service


class Echo(BaseHTTPRequestHandler):
    """Answers as pods behind a Service do: each connection by another pod."""

    served = 0

    def do_GET(self) -> None:
        type(self).served += 1
        status = 404 if self.path == "/missing" else 200
        body = {
            "pod": f"web-{self.served % 3}",
            "version": "1",
            "path": self.path,
            "agent": self.headers.get("X-Who", ""),
            "tail": "\n{}\n",
        }
        text = b"plain" if self.path == "/plain" else json.dumps(body).encode()
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def look(url: str, **args: Any) -> Finding:
    here = world(service(cluster_ip="127.0.0.1"), nodes=[TreeNode(Path("/nowhere"))])
    return here.look("http", node="n1", url=url, **args)


def test_status_body_and_json_of_an_answer_are_compared(url: str) -> None:
    assert passes(look(f"{url}/", json={"version": 1, "path": "/"}, body={"contains": "web-"}))
    assert "version is 1, not 2" in why(look(f"{url}/", json={"version": "2"}))
    assert "status is 404, not 200" in why(look(f"{url}/missing"))
    assert passes(look(f"{url}/missing", status=404))


def test_an_answer_that_is_not_json_fails(url: str) -> None:
    assert "the answer is not JSON: plain" in why(look(f"{url}/plain", json={"a": 1}))


def test_headers_are_sent(url: str) -> None:
    assert passes(look(url, headers={"X-Who": "me"}, json={"agent": "me"}))


def test_requests_reach_different_pods(url: str) -> None:
    assert passes(look(url, requests=6, distinct={"pod": 3}))
    found = look(url, requests=2, distinct={"pod": 3})
    assert "2 answers of GET" in why(found) and "only 2 pod" in why(found)


def test_every_answer_must_be_right(url: str) -> None:
    found = look(url, requests=6, json={"pod": "web-1"})
    assert "not web-1" in why(found)


def test_the_address_of_a_service_is_filled_in(url: str) -> None:
    port = url.rpartition(":")[2]
    assert passes(look(f"http://{{cluster_ip:shop/web}}:{port}/", json={"version": "1"}))
    found = look(f"http://{{cluster_ip:shop/api}}:{port}/")
    assert why(found) == "Service shop/api does not exist"


def test_a_refused_connection_fails_and_says_so() -> None:
    assert why(look("http://127.0.0.1:9/")).endswith("the connection was refused")


def test_a_node_without_curl_and_a_lost_node_are_unknown() -> None:
    def no_curl(argv: Any, stdin: str) -> Any:
        return prints(f"\n{argv[3]}failed 127\n")(argv, stdin)

    for node in (FakeNode("n1", no_curl), FakeNode("n1", lost=True)):
        found = world(nodes=[node]).look("http", node="n1", url="http://x/")
        assert found.verdict is Verdict.UNKNOWN


def test_output_is_taken_apart_at_the_marks() -> None:
    ok = '\nM{"http_code": 200, "exitcode": 0}\nM{"a": ["b"]}\nM\n'
    bad = '\nM{"http_code": 0, "exitcode": 7, "errormsg": "refused"}\nM{}\nM\n\nMfailed 7\n'
    answers, no_answer = parse_answers(f"one\n{{}}{ok}two{ok}{bad}", "M")
    assert answers == [Answer(200, "one\n{}", {"a": ["b"]}), Answer(200, "two", {"a": ["b"]})]
    assert no_answer == NoAnswer(7, "refused")
