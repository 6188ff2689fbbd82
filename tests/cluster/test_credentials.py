"""Our own client certificate: signed by the cluster's CA, kept private, made anew for each CA."""

import datetime
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from cluster import credentials
from cluster.fake import FakeNode
from cluster.node import ApiNotInitialised, CommandResult


def authority() -> tuple[str, str]:
    """A CA as kubeadm makes it."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def control_plane(certificate: str, key: str) -> FakeNode:
    return FakeNode(
        "k8s-master",
        {
            "cat */ca.crt": CommandResult(0, certificate, ""),
            "cat */ca.key": CommandResult(0, key, ""),
        },
    )


def test_the_certificate_is_an_administrators_and_signed_by_the_ca(tmp_path: Path) -> None:
    ca_certificate, ca_key = authority()
    found = credentials.access(control_plane(ca_certificate, ca_key), 6443, tmp_path)
    assert (found.server, found.tls_server_name) == ("https://127.0.0.1:6443", "kubernetes")
    ours = x509.load_pem_x509_certificate(Path(found.cert_file).read_bytes())
    ours.verify_directly_issued_by(x509.load_pem_x509_certificate(ca_certificate.encode()))
    subject = {attribute.rfc4514_attribute_name: attribute.value for attribute in ours.subject}
    assert subject == {"O": "system:masters", "CN": "seatrial-grader"}


def test_the_files_are_for_us_only(tmp_path: Path) -> None:
    found = credentials.access(control_plane(*authority()), 6443, tmp_path)
    for file in (found.ca_file, found.cert_file, found.key_file):
        assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600


def test_the_same_ca_is_asked_for_its_key_once_and_another_ca_anew(tmp_path: Path) -> None:
    node = control_plane(*authority())
    first = credentials.access(node, 6443, tmp_path)
    assert credentials.access(node, 6443, tmp_path) == first
    assert len([command for command in node.commands if command.endswith("ca.key")]) == 1
    assert credentials.access(control_plane(*authority()), 6443, tmp_path) != first


def test_no_ca_is_a_state_of_the_cluster(tmp_path: Path) -> None:
    node = FakeNode("k8s-master", {"cat *": CommandResult(1, "", "cat: No such file")})
    with pytest.raises(ApiNotInitialised):
        credentials.access(node, 6443, tmp_path)
