"""`http` from inside pods, by names, with authorities, tokens, redirects and weights."""

import base64
import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from cluster.node import CommandResult
from grader.verdict import Finding, Verdict
from labs.checks.http import HttpCheck
from tests.grader.checks.test_connect import node, process, running
from tests.grader.fakes import FakeNode, World, passes, why, world
from tests.grader.kubernetes_objects import service

NAME = "shop.example"


class Shop(BaseHTTPRequestHandler):
    """Tells by whom and how it was asked; nine of ten answers are of version 1."""

    served = 0

    def do_GET(self) -> None:
        type(self).served += 1
        if self.path == "/old":
            self.send_response(301)
            self.send_header("Location", "/")
            self.end_headers()
            return
        version = 2 if self.served % 10 == 0 else 1
        token = self.headers.get("Authorization", "")
        body = f'{{"host": "{self.headers["Host"]}", "version": {version}, "token": "{token}"}}'
        self.send_response(200)
        self.send_header("X-Backend", "web")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def certificate(name: str) -> tuple[bytes, bytes]:
    """One that signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM), private


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    yield from served()


def served(context: ssl.SSLContext | None = None) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """The port of a server with TLS, and its certificate."""
    folder = tmp_path_factory.mktemp("tls")
    made, key = certificate(NAME)
    (folder / "crt").write_bytes(made)
    (folder / "key").write_bytes(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "crt", folder / "key")
    for at in served(context):
        yield at, made.decode()


def here(root: Path, *items: dict[str, Any]) -> World:
    made = node(root)
    process(made, 11, "00-web-7")
    made.write("/proc/11/root/etc/resolv.conf", "search x\n")
    web = running("web")
    mount = {"name": "kube-api", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
    web["spec"]["containers"][0]["volumeMounts"] = [mount]
    return world(web, *items, nodes=[made])


POD: dict[str, Any] = {"namespace": "shop", "selector": "app=web"}
AT_HOME: dict[str, Any] = {"resolve": {NAME: "127.0.0.1"}}


def test_a_request_from_a_pods_network_enters_it(tmp_path: Path, port: int) -> None:
    assert passes(here(tmp_path).look("http", **POD, url=f"http://127.0.0.1:{port}/"))
    assert (tmp_path / "entered").read_text() == "11\n"
    none = here(tmp_path).look("http", namespace="shop", pod="db", url="http://127.0.0.1/")
    assert why(none) == "there is no Pod shop/db"


def test_a_name_goes_to_the_address_that_is_given_for_it(tmp_path: Path, port: int) -> None:
    host = f"{NAME}:{port}"
    asked: dict[str, Any] = {"url": f"http://{host}/", "json": {"host": host}, **AT_HOME}
    assert passes(here(tmp_path).look("http", node="n1", **asked))
    assert passes(here(tmp_path).look("http", **POD, **asked))


def test_a_name_that_the_pod_cannot_resolve_fails(tmp_path: Path) -> None:
    found = here(tmp_path).look("http", **POD, url=f"http://{NAME}/")
    assert why(found) == "the resolv.conf of pod shop/web names no name server"


def secret(pem: str, name: str = "tls") -> dict[str, Any]:
    data = {"ca.crt": base64.b64encode(pem.encode()).decode()}
    return {"kind": "Secret", "metadata": {"name": name, "namespace": "shop"}, "data": data}


CA = {"secret": "shop/tls"}


def look_securely(found: World, at: int, name: str = NAME, **args: Any) -> Finding:
    given = {"node": "n1", "url": f"https://{name}:{at}/", "resolve": {name: "127.0.0.1"}}
    return found.look("http", **(given | args))


def test_a_certificate_is_verified_by_the_given_authority_alone(
    tmp_path: Path, secure: tuple[int, str]
) -> None:
    at, pem = secure
    assert passes(look_securely(here(tmp_path, secret(pem)), at, ca=CA))
    other, _ = certificate(NAME)
    untrusted = why(look_securely(here(tmp_path, secret(other.decode())), at, ca=CA))
    assert untrusted.endswith("the server's certificate is not trusted")
    wrong_name = look_securely(here(tmp_path, secret(pem)), at, "other.example", ca=CA)
    assert why(wrong_name).endswith("the server's certificate is not trusted")
    assert why(look_securely(here(tmp_path), at)).endswith("certificate is not trusted")
    assert passes(look_securely(here(tmp_path), at, verify=False))


def test_an_authority_may_be_in_a_config_map_or_a_file(
    tmp_path: Path, secure: tuple[int, str]
) -> None:
    at, pem = secure
    map_ = {"kind": "ConfigMap", "metadata": {"name": "ca", "namespace": "shop"}}
    found = here(tmp_path, {**map_, "data": {"root.pem": pem}})
    assert passes(look_securely(found, at, ca={"config_map": "shop/ca", "key": "root.pem"}))
    (tmp_path / "ca.pem").write_text(pem)
    by_file = {"node": "n1", "path": str(tmp_path / "ca.pem")}
    assert passes(look_securely(here(tmp_path), at, ca=by_file))


def test_an_authority_that_is_not_there_fails(tmp_path: Path, secure: tuple[int, str]) -> None:
    at, _ = secure
    assert why(look_securely(here(tmp_path), at, ca=CA)) == "Secret shop/tls does not exist"
    empty = here(tmp_path, secret("nothing"))
    assert why(look_securely(empty, at, ca=CA)) == "Secret shop/tls ca.crt holds no certificate"


def test_the_token_of_the_pod_is_sent_and_not_recorded(tmp_path: Path, port: int) -> None:
    found = here(tmp_path)
    url = f"http://127.0.0.1:{port}/"
    assert why(found.look("http", **POD, url=url, token=True)).endswith(
        "the pod has no token of a service account"
    )
    made: Any = found.cluster.nodes["n1"]
    made.write("/var/lib/kubelet/pods/00-web-7/volumes/kubernetes.io~secret/kube-api/token", "t0k")
    prefix = str(tmp_path)

    def run(argv: Any, stdin: str) -> CommandResult:
        assert "t0k" not in " ".join(argv) + stdin
        moved = [word.replace("/var/lib/kubelet", f"{prefix}/var/lib/kubelet") for word in argv]
        result: CommandResult = made.run(moved, stdin=stdin)
        return result

    found.cluster.nodes = {"n1": FakeNode("n1", run)}
    assert passes(found.look("http", **POD, url=url, token=True, json={"token": "Bearer t0k"}))


def test_redirects_are_followed_only_when_asked_for(tmp_path: Path, port: int) -> None:
    url = f"http://127.0.0.1:{port}/old"
    assert "status is 301, not 200" in why(here(tmp_path).look("http", node="n1", url=url))
    moved: dict[str, Any] = {"status": 301, "answer_headers": {"location": "/"}}
    assert passes(here(tmp_path).look("http", node="n1", url=url, **moved))
    assert passes(here(tmp_path).look("http", node="n1", url=url, redirects=1))


def test_headers_of_the_answer_are_compared(tmp_path: Path, port: int) -> None:
    url = f"http://127.0.0.1:{port}/"
    found = here(tmp_path).look("http", node="n1", url=url, answer_headers={"x-backend": "api"})
    assert "x-backend is web, not api" in why(found)


def test_weights_hold_but_for_chance(tmp_path: Path, port: int) -> None:
    url = f"http://127.0.0.1:{port}/"

    def look(weights: dict[str, int]) -> Finding:
        return here(tmp_path).look(
            "http", node="n1", url=url, requests=130, weights={"version": weights}
        )

    assert passes(look({"1": 90, "2": 10}))
    assert passes(look({"1": 45, "2": 5})), "the same ratio"
    assert "should have 50%" in why(look({"1": 50, "2": 50}))
    assert "2 should have 0%" in why(look({"1": 100, "2": 0}))


def test_the_port_of_a_node_is_filled_in(tmp_path: Path, port: int) -> None:
    svc = service("web")
    svc["spec"]["ports"] = [{"name": "http", "port": 80, "nodePort": port}]
    url = "http://127.0.0.1:{node_port:shop/web/80}/"
    assert passes(here(tmp_path, svc).look("http", node="n1", url=url))
    svc["spec"]["ports"][0].pop("nodePort")
    found = here(tmp_path, svc).look("http", node="n1", url=url)
    assert why(found) == "Service shop/web has no node port for 80"


def test_a_pod_whose_network_cannot_be_entered_is_unknown(tmp_path: Path) -> None:
    found = here(tmp_path)
    found.cluster.nodes["n1"].root = tmp_path / "elsewhere"  # type: ignore[union-attr]
    assert found.look("http", **POD, url="http://127.0.0.1/").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"node": ""}, "on a node, or in a namespace"),
        ({"namespace": "shop"}, "on a node, or in a namespace"),
        ({"node": "", "namespace": "shop"}, "needs a pod or a selector"),
        ({"token": True}, "needs a pod"),
        ({"weights": {"v": {"1": 90, "2": 10}}, "requests": 122}, "need 123 requests"),
        ({"weights": {"v": {"1": 0}}}, "more than 0"),
        ({"ca": {"secret": "tls"}}, "NAMESPACE/NAME"),
        ({"ca": {"secret": "a/b", "config_map": "a/b"}}, "names a secret"),
    ],
)
def test_what_cannot_be_asked_is_refused(changes: Any, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        HttpCheck.model_validate({"node": "n1", "url": "http://x/"} | changes)
