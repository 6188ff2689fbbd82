import base64
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.certificate import baseline
from grader.meaning.certificate import normal_name, normal_usage
from grader.meaning.dates_in_text import instants
from grader.verdict import Finding, Verdict
from labs.checks.certificate import CertificateCheck
from tests.grader.certificates import Issued, issue
from tests.grader.fakes import NOW, FakeNode, TreeNode, passes, prints, why, world

CA = issue("kubernetes")
OTHER_CA = issue("kubernetes")
SERVER = issue(
    "kube-apiserver",
    CA,
    sans=["k8s-master", "kubernetes.default.svc", "192.168.52.200", "fd00::1"],
    usages=["server"],
)
END = NOW + timedelta(days=364)


@pytest.fixture
def node(tmp_path: Path) -> TreeNode:
    """A node whose clock stands at NOW, with the API server's certificate and key."""
    tree = TreeNode(tmp_path)
    tree.program("date", f"echo {int(NOW.timestamp())}")
    tree.write("pki/ca.crt", CA.pem)
    tree.write("pki/apiserver.crt", SERVER.pem)
    tree.write("pki/apiserver.key", SERVER.key)
    return tree


def path(node: TreeNode, name: str) -> str:
    return str(node.root / "pki" / name)


def look(node: TreeNode, before: Any = None, name: str = "apiserver.crt", **args: Any) -> Finding:
    here = world(nodes=[node])
    return here.look("certificate", before, node="n1", file=path(node, name), **args)


def test_names_are_a_set_and_addresses_are_parsed(node: TreeNode) -> None:
    names = ["IP:192.168.52.200", "DNS:K8S-master.", "fd00:0:0::1", "kubernetes.default.svc"]
    assert passes(look(node, names=names, only_names=True))
    assert passes(look(node, names=["IP Address: 192.168.52.200"]))
    assert "lacks the subject alternative name 192.168.52.20" in why(
        look(node, names=["192.168.52.20"])
    )
    assert "besides: 192.168.52.200" in why(look(node, names=names[1:], only_names=True))


def test_subject_issuer_and_usages_are_compared(node: TreeNode) -> None:
    assert passes(
        look(node, usages=["serverAuth"], expect={"subject.CN": "kube-apiserver", "ca": False})
    )
    assert "is not for client auth" in why(look(node, usages=["server auth", "client auth"]))
    assert "subject.CN is kube-apiserver, not jane" in why(
        look(node, expect={"subject.CN": "jane"})
    )


def test_the_key_must_be_the_certificates_own(node: TreeNode) -> None:
    assert passes(look(node, private_key=path(node, "apiserver.key")))
    node.write("pki/apiserver.key", CA.key)
    assert "is not that of" in why(look(node, private_key=path(node, "apiserver.key")))
    node.write("pki/apiserver.key", "nothing")
    assert "holds no private key" in why(look(node, private_key=path(node, "apiserver.key")))


def test_an_authority_of_the_same_name_is_another_one(node: TreeNode) -> None:
    by = {"node": "n1", "file": path(node, "ca.crt")}
    assert passes(look(node, issued_by=by))
    node.write("pki/ca.crt", OTHER_CA.pem)
    assert "was not issued by" in why(look(node, issued_by=by))
    node.write("pki/ca.crt", OTHER_CA.pem + CA.pem)
    assert passes(look(node, issued_by=by))


def test_a_chain_leads_over_the_certificates_beside_it(node: TreeNode) -> None:
    middle = issue("middle", CA, ca=True)
    leaf = issue("leaf", middle)
    by = {"node": "n1", "file": path(node, "ca.crt")}
    node.write("pki/leaf.crt", leaf.pem + middle.pem)
    assert passes(look(node, name="leaf.crt", issued_by=by))
    node.write("pki/leaf.crt", leaf.pem)
    assert "was not issued by" in why(look(node, name="leaf.crt", issued_by=by))
    no_authority = issue("no authority", CA)
    node.write("pki/leaf.crt", issue("leaf", no_authority).pem + no_authority.pem)
    assert "was not issued by" in why(look(node, name="leaf.crt", issued_by=by))


def test_validity_is_judged_by_the_clock_of_the_node(node: TreeNode) -> None:
    assert passes(look(node, days=363))
    assert "ends in 364.0 days, not in 365" in why(look(node, days=365))
    node.program("date", f"echo {int((END + timedelta(seconds=1)).timestamp())}")
    assert "expired at 2027-11-19T12:00:00" in why(look(node))
    assert passes(look(node, valid=False))
    node.program("date", f"echo {int((NOW - timedelta(days=2)).timestamp())}")
    assert "is valid only from" in why(look(node))


def test_of_several_certificates_one_is_chosen_by_its_name(node: TreeNode) -> None:
    node.write("pki/all.crt", f"# bundle\n{CA.pem}\n{SERVER.pem}")
    assert passes(look(node, name="all.crt", expect={"subject.CN": "kubernetes"}))
    assert passes(look(node, name="all.crt", common_name="kube-apiserver", names=["k8s-master"]))
    assert "holds no certificate of jane; there: CN=kubernetes" in why(
        look(node, name="all.crt", common_name="jane")
    )


def test_a_file_without_a_certificate_fails(node: TreeNode) -> None:
    assert why(look(node, name="x.crt")).endswith("x.crt does not exist")
    node.write("pki/x.crt", "")
    assert "holds no certificate" in why(look(node, name="x.crt"))
    node.write("pki/x.crt", SERVER.pem.replace("MII", "MIJ", 1))
    assert "cannot be read" in why(look(node, name="x.crt"))


def test_a_renewed_certificate_is_another_one_that_ends_later(node: TreeNode) -> None:
    args: dict[str, Any] = {"node": "n1", "file": path(node, "apiserver.crt")}
    asked = CertificateCheck(**args, outlasts_baseline=True)
    before = baseline(asked, world(nodes=[node]).around())
    assert "from before the lab began" in why(look(node, before, outlasts_baseline=True))
    assert "from before the lab began" in why(look(node, before, newer_than_baseline=True))
    shorter = issue("kube-apiserver", CA, begin=NOW - timedelta(hours=1), end=NOW + timedelta(9))
    node.write("pki/apiserver.crt", shorter.pem)
    assert passes(look(node, before, newer_than_baseline=True))
    assert "ends no later than the one before" in why(look(node, before, outlasts_baseline=True))
    node.write("pki/apiserver.crt", issue("x", CA, end=END + timedelta(hours=1)).pem)
    assert passes(look(node, before, outlasts_baseline=True, newer_than_baseline=True))
    old = issue("x", CA, begin=NOW - timedelta(days=30), end=END - timedelta(days=30))
    node.write("pki/apiserver.crt", old.pem)
    assert "but an older one" in why(look(node, before, newer_than_baseline=True))
    assert look(node, outlasts_baseline=True).verdict is Verdict.UNKNOWN
    assert passes(look(node, {}, outlasts_baseline=True))


def test_a_baseline_without_the_file_is_empty(node: TreeNode) -> None:
    args = CertificateCheck(node="n1", file="/nowhere/x", newer_than_baseline=True)
    assert baseline(args, world(nodes=[node]).around()) == {}


@pytest.mark.parametrize(
    "text",
    [
        "notAfter=Nov 19 12:00:00 2027 GMT",
        "2027-11-19T12:00:00Z",
        "2027-11-19 20:00:00 +0800",
        "apiserver  Nov 19, 2027 12:00 UTC   363d   ca   no",
        "Fri Nov 19 12:00:00 UTC 2027",
        "Fri 19 Nov 2027 12:00:00 PM UTC",
        "Fri Nov 19 20:00:00 CST 2027",
        "expires on 2027/11/19",
        str(int(END.timestamp())),
    ],
)
def test_a_report_may_name_the_end_in_any_usual_way(node: TreeNode, text: str) -> None:
    node.write("pki/report", f"apiserver:\n{text}\n")
    assert passes(look(node, reported_in=path(node, "report")))


@pytest.mark.parametrize(
    "text", ["", "soon", "notAfter=Nov 19 12:00:01 2027 GMT", "2027-11-20", "2026-11-19 12:00"]
)
def test_a_report_of_another_instant_fails(node: TreeNode, text: str) -> None:
    node.write("pki/report", text)
    assert "does not name the end of" in why(look(node, reported_in=path(node, "report")))


def test_a_report_may_be_older_than_the_renewal(node: TreeNode) -> None:
    node.write("pki/report", "notAfter=Nov 19 12:00:00 2027 GMT")
    args: dict[str, Any] = {"node": "n1", "file": path(node, "apiserver.crt")}
    reported = path(node, "report")
    before = baseline(CertificateCheck(**args, reported_in=reported), world(nodes=[node]).around())
    node.write("pki/apiserver.crt", issue("x", CA, end=END + timedelta(hours=1)).pem)
    assert passes(look(node, before, reported_in=reported))


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a TLS server that shows SERVER."""
    files = [tmp_path / "served.crt", tmp_path / "served.key"]
    for file, text in zip(files, (SERVER.pem + CA.pem, SERVER.key), strict=True):
        file.write_text(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files[0], files[1])
    with ThreadingHTTPServer(("127.0.0.1", 0), _Quiet) as server:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_a_server_shows_is_compared_with_the_disk(node: TreeNode, served: str) -> None:
    same: dict[str, Any] = {"node": "n1", "served": served}
    assert passes(look(node, same_as=same))
    node.write("pki/apiserver.crt", issue("kube-apiserver", CA, end=END + timedelta(days=1)).pem)
    found = look(node, same_as=same)
    assert f"the server at {served} has another certificate" in why(found)
    direct = world(nodes=[node]).look("certificate", **same, names=["k8s-master"])
    assert passes(direct)


def test_a_server_that_does_not_listen_fails_and_says_so(node: TreeNode) -> None:
    found = world(nodes=[node]).look("certificate", node="n1", served="127.0.0.1:9")
    assert why(found).endswith("shows no certificate: the connection was refused")


def secret(**data: str) -> dict[str, Any]:
    encoded = {name: base64.b64encode(text.encode()).decode() for name, text in data.items()}
    metadata = {"name": "tls", "namespace": "shop", "uid": "s"}
    return {"kind": "Secret", "metadata": metadata, "data": encoded}


def test_a_secret_holds_certificate_and_key() -> None:
    here = world(secret(**{"tls.crt": SERVER.pem, "tls.key": SERVER.key}))
    args: dict[str, Any] = {"secret": "shop/tls", "private_key": "tls.key", "names": ["k8s-master"]}
    assert passes(here.look("certificate", **args))
    assert "has no tls.pem; it has tls.crt, tls.key" in why(
        here.look("certificate", secret="shop/tls", private_key="tls.pem")
    )
    assert "Secret shop/x does not exist" in why(here.look("certificate", secret="shop/x"))
    here = world(secret(**{"tls.crt": SERVER.pem, "tls.key": CA.key}))
    assert "is not that of the certificate" in why(here.look("certificate", **args))


def kubeconfig(client: Issued, key: str) -> str:
    def data(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    cluster = {"server": "https://x", "certificate-authority-data": data(CA.pem)}
    user = {"client-certificate-data": data(client.pem), "client-key-data": data(key)}
    document = {
        "current-context": "me",
        "contexts": [{"name": "me", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
    }
    return yaml.safe_dump(document)


def test_a_kubeconfig_holds_its_users_certificate_and_an_authority(node: TreeNode) -> None:
    jane = issue("jane", CA, groups=["dev", "ops"])
    node.write("pki/me.conf", kubeconfig(jane, jane.key))
    here = world(nodes=[node])
    args: dict[str, Any] = {"node": "n1", "kubeconfig": path(node, "me.conf")}
    expect = {"subject.CN": "jane", "subject.O": {"set": ["ops", "dev"]}}
    assert passes(here.look("certificate", **args, expect=expect))
    authority = {"node": "n1", "file": path(node, "ca.crt")}
    assert passes(here.look("certificate", **args, part="ca", same_as=authority))
    node.write("pki/me.conf", kubeconfig(jane, CA.key))
    here = world(nodes=[node])
    assert "is not that of the certificate" in why(here.look("certificate", **args))


def test_a_lost_node_and_one_without_openssl_are_unknown(node: TreeNode) -> None:
    lost = world(nodes=[FakeNode("n1", lost=True)])
    assert lost.look("certificate", node="n1", file="/x").verdict is Verdict.UNKNOWN
    bare = world(nodes=[FakeNode("n1", prints("no openssl\n"))])
    assert bare.look("certificate", node="n1", served="x:1").verdict is Verdict.UNKNOWN


@given(st.ip_addresses())
def test_an_address_means_the_same_however_it_is_written(address: Any) -> None:
    long = address.exploded
    assert normal_name(f"IP:{long}") == normal_name(str(address).upper()) == str(address)


@pytest.mark.parametrize("text", ["serverAuth", "server auth", "TLS Web Server Authentication"])
def test_a_usage_means_the_same_however_it_is_written(text: str) -> None:
    assert normal_usage(text) == "serverauth"


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))
def test_an_instant_that_was_written_is_read_again(moment: datetime) -> None:
    instant = replace_zone(moment)
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%b %d %H:%M:%S %Y GMT", "%a %b %d %H:%M:%S UTC %Y"):
        assert any(one.means(instant) for one in instants(instant.strftime(form)))
        other = instant + timedelta(minutes=61)
        assert not any(one.means(other) for one in instants(instant.strftime(form)))


def replace_zone(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC, microsecond=0)


def test_the_model_takes_one_source_only() -> None:
    with pytest.raises(ValueError, match="give one of file"):
        CertificateCheck(node="n1")
    with pytest.raises(ValueError, match="give the node"):
        CertificateCheck(file="/x")
