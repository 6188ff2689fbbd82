import base64
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.kubeconfig import look as look_at
from grader.kubernetes.api import ApiAnswer
from grader.kubernetes.kubeconfig import BrokenKubeconfig, read_kubeconfig
from grader.recording import RecordedSource, record_answers
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding, Verdict
from labs.checks.kubeconfig import KubeconfigCheck
from tests.grader.certificates import Issued, issue
from tests.grader.fakes import NOW, UNREACHABLE, FakeNode, TreeNode, World, passes, why, world

CA = issue("kubernetes")
STRANGER = issue("kubernetes")
SERVER = issue("kube-apiserver", CA, sans=["127.0.0.1", "kubernetes"], usages=["server"])
JANE = issue("jane", CA, groups=["developers"], usages=["client"])
MASTER = issue("kubernetes-admin", CA, groups=["system:masters"], usages=["client"])


class _ApiServer(BaseHTTPRequestHandler):
    """Knows users by certificates of CA and by one token; jane may only list pods in shop."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        asked = json.loads(self.rfile.read(length))
        user = self._user()
        if user is None:
            self._answer(401, {"message": "Unauthorized"})
        elif user == "system:anonymous":
            self._answer(403, {"message": 'User "system:anonymous" cannot create resource'})
        else:
            spec = asked["spec"]
            wish = spec.get("resourceAttributes") or spec["nonResourceAttributes"]
            narrow = {"verb": "list", "resource": "pods", "namespace": "shop"}
            allowed = user == "kubernetes-admin" or wish == narrow
            self._answer(201, {**asked, "status": {"allowed": allowed}})

    def _user(self) -> str | None:
        shown = self.connection.getpeercert()
        if shown:
            return str({key: value for ((key, value),) in shown["subject"]}["commonName"])
        token = self.headers.get("Authorization", "")
        return {"": "system:anonymous", "Bearer good": "system:serviceaccount:shop:bot"}.get(token)

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    for name, text in (("crt", SERVER.pem), ("key", SERVER.key), ("ca", CA.pem)):
        (folder / name).write_text(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "crt", folder / "key")
    context.load_verify_locations(folder / "ca")
    context.verify_mode = ssl.CERT_OPTIONAL
    with ThreadingHTTPServer(("127.0.0.1", 0), _ApiServer) as listening:
        listening.socket = context.wrap_socket(
            listening.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"https://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


def data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def client(who: Issued) -> dict[str, Any]:
    return {"client-certificate-data": data(who.pem), "client-key-data": data(who.key)}


def config(server: str, user: dict[str, Any], **cluster: Any) -> dict[str, Any]:
    trust = {"server": server, "certificate-authority-data": data(CA.pem), **cluster}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [
            {"name": "c", "cluster": {key: value for key, value in trust.items() if value}}
        ],
        "users": [{"name": "u", "user": user}],
    }


@pytest.fixture
def here(tmp_path: Path) -> World:
    """A cluster whose clock stands at NOW and whose authority is CA."""
    tree = TreeNode(tmp_path)
    tree.program("date", f"echo {int(NOW.timestamp())}")
    metadata = {"name": "kube-root-ca.crt", "namespace": "kube-system", "uid": "ca"}
    root = {"kind": "ConfigMap", "metadata": metadata, "data": {"ca.crt": CA.pem}}
    made = world(root, nodes=[tree])

    def answer(method: str, path: str, body: Any) -> ApiAnswer:
        if path != "/apis/authentication.k8s.io/v1/tokenreviews":
            return ApiAnswer(200, {})
        user = {"username": "system:serviceaccount:shop:bot", "groups": ["system:authenticated"]}
        return ApiAnswer(201, {"status": {"authenticated": True, "user": user}})

    made.api.answers = answer
    return made


def look(here: World, document: Any, **args: Any) -> Finding:
    tree = here.cluster.nodes["n1"]
    assert isinstance(tree, TreeNode)
    text = document if isinstance(document, str) else yaml.safe_dump(document)
    file = tree.write("home/jane/.kube/config", text)
    return here.look("kubeconfig", node="n1", path=str(file), **args)


def test_it_works_as_the_right_user_with_the_right_rights(here: World, server: str) -> None:
    found = look(
        here,
        config(server, client(JANE)),
        user="jane",
        groups=["developers", "system:authenticated"],
        can=[{"verb": "list", "resource": "pods", "namespace": "shop"}],
        cannot=[
            {"verb": "list", "resource": "secrets", "namespace": "shop"},
            {"verb": "get", "path": "/metrics"},
        ],
    )
    assert passes(found)
    assert found.evidence.actual.startswith("jane of developers, system:authenticated at https")


def test_it_works_but_as_the_administrator(here: World, server: str) -> None:
    document = config(server, client(MASTER))
    assert "user is kubernetes-admin, not jane" in why(look(here, document, user="jane"))
    found = look(here, document, cannot=[{"verb": "delete", "resource": "nodes"}])
    assert "kubernetes-admin may delete nodes" in why(found)


def test_a_missing_right_and_a_missing_group_are_named(here: World, server: str) -> None:
    document = config(server, client(JANE))
    wish = {"verb": "create", "resource": "deployments.apps", "namespace": "shop"}
    assert "jane may not create deployments.apps in shop" in why(look(here, document, can=[wish]))
    assert "not of ops" in why(look(here, document, groups=["ops"]))


def test_certificates_may_lie_in_files_beside_it(here: World, server: str, tmp_path: Path) -> None:
    folder = tmp_path / "home/jane/.kube"
    (folder / "pki").mkdir(parents=True)
    for name, text in (("jane.crt", JANE.pem), ("jane.key", JANE.key), ("ca.crt", CA.pem)):
        (folder / "pki" / name).write_text(text)
    user = {"client-certificate": "pki/jane.crt", "client-key": str(folder / "pki/jane.key")}
    document = config(server, user)
    document["clusters"][0]["cluster"].pop("certificate-authority-data")
    document["clusters"][0]["cluster"]["certificate-authority"] = "pki/ca.crt"
    assert passes(look(here, document, user="jane"))
    (folder / "pki/jane.key").unlink()
    assert "pki/jane.key does not exist" in why(look(here, document, user="jane"))


def test_a_token_is_whom_the_api_server_says(here: World, server: str) -> None:
    bot = "system:serviceaccount:shop:bot"
    assert passes(look(here, config(server, {"token": "good"}), user=bot))
    assert "does not accept its credentials" in why(look(here, config(server, {"token": "bad"})))
    odd = config(server, {"token": 'a" b'})
    assert "has characters that do not belong" in why(look(here, odd))


def test_no_credentials_are_anonymous(here: World, server: str) -> None:
    assert 'answers 403: User "system:anonymous"' in why(look(here, config(server, {})))
    old = {"username": "jane", "password": "x"}
    assert "a name and password, which no server takes" in why(look(here, config(server, old)))


def test_a_certificate_of_another_authority_is_not_accepted(here: World, server: str) -> None:
    fake = issue("jane", STRANGER, groups=["developers"])
    assert "cannot be used from n1" in why(look(here, config(server, client(fake)), user="jane"))


def test_a_key_of_another_certificate_fails(here: World, server: str) -> None:
    mixed = {**client(JANE), "client-key-data": data(MASTER.key)}
    assert "client-key is not that of the client-certificate" in why(
        look(here, config(server, mixed))
    )


def test_an_untrusted_server_and_an_unverified_one_fail(here: World, server: str) -> None:
    same_name = {"certificate-authority-data": data(STRANGER.pem)}
    found = look(here, config(server, client(JANE), **same_name))
    assert "is the certificate-authority of the file the server's?" in why(found)
    wrong = {"certificate-authority-data": data(issue("other").pem)}
    found = look(here, config(server, client(JANE), **wrong))
    assert "is not trusted by the certificate-authority of the file" in why(found)
    blind = {"certificate-authority-data": "", "insecure-skip-tls-verify": True}
    document = config(server, client(JANE), **blind)
    assert "leaves the server's certificate unverified" in why(look(here, document))
    assert passes(look(here, document, insecure=True))


def test_the_api_server_of_another_cluster_fails(here: World, server: str) -> None:
    here.api.items[0]["data"]["ca.crt"] = STRANGER.pem
    assert "is not this cluster's API server" in why(look(here, config(server, client(JANE))))


def test_a_wrong_port_fails_only_while_the_api_server_is_alive(here: World) -> None:
    document = config("https://127.0.0.1:9", client(JANE))
    assert "the connection is refused" in why(look(here, document))
    here.api.trouble = UNREACHABLE
    assert look(here, document).verdict is Verdict.UNKNOWN


def test_the_name_of_the_server_may_be_given(here: World, server: str) -> None:
    document = config(server, client(JANE), **{"tls-server-name": "kubernetes"})
    assert passes(look(here, document, user="jane", server=f"{server}/"))
    assert "server is" in why(look(here, document, server="https://10.0.0.1:6443"))


def test_a_context_that_leads_nowhere_fails(here: World, server: str) -> None:
    good = config(server, client(JANE))
    assert "has no current-context" in why(look(here, {**good, "current-context": ""}))
    found = look(here, {**good, "current-context": "there"})
    assert "names context there, which is not there; there: here" in why(found)
    assert "names user u, which is not there" in why(look(here, {**good, "users": None}))
    assert "has two users" in why(look(here, {**good, "users": good["users"] * 2}))
    assert "it is not YAML" in why(look(here, "a: ["))
    assert passes(look(here, {**good, "current-context": ""}, context="here"))
    found = here.look("kubeconfig", node="n1", path="/nowhere/config")
    assert why(found) == "n1:/nowhere/config does not exist"


def test_the_namespace_of_a_context_is_compared(here: World, server: str) -> None:
    document = config(server, client(JANE))
    assert passes(look(here, document, namespace="default"))
    assert "namespace is default, not shop" in why(look(here, document, namespace="shop"))


def test_a_plugin_is_never_run(here: World, server: str) -> None:
    found = look(here, config(server, {"exec": {"command": "aws"}}))
    assert found.verdict is Verdict.UNKNOWN and "aws, which is not run" in found.evidence.why


def test_an_expired_certificate_is_named(here: World, server: str) -> None:
    old = issue("jane", CA, begin=NOW - timedelta(days=9), end=NOW - timedelta(days=1))
    assert "cannot be used" in why(look(here, config(server, client(old))))


def test_nothing_is_left_on_the_node(here: World, server: str, tmp_path: Path) -> None:
    look(here, config(server, client(JANE)), user="jane")
    before = sorted(tmp_path.rglob("*"))
    assert passes(look(here, config(server, client(JANE)), user="jane"))
    assert sorted(tmp_path.rglob("*")) == before


def test_what_was_seen_can_be_judged_again(here: World, server: str, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(yaml.safe_dump(config(server, client(JANE))))
    args = KubeconfigCheck(node="n1", path=str(file), user="jane")
    around = here.around()
    found = look_at(args, around)
    assert passes(found)
    recorded = Round(RecordedSource(record_answers(around.round.asked)))
    assert look_at(args, Surroundings(recorded)) == found


def test_a_lost_node_is_unknown() -> None:
    here = world(nodes=[FakeNode("n1", lost=True)])
    assert here.look("kubeconfig", node="n1", path="/x").verdict is Verdict.UNKNOWN


@given(
    st.text(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["clusters", "users", "contexts", "name", "cluster"]), inner
            )
        ),
    ).map(yaml.safe_dump)
)
def test_any_text_is_read_or_found_broken(text: str) -> None:
    try:
        assert read_kubeconfig(text, "/x/config").server
    except BrokenKubeconfig as state:
        assert state.message
