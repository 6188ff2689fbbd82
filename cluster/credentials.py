"""The grader's own credentials for a lab's API server, minted from the cluster's CA."""

import datetime
import hashlib
import os
import warnings
from pathlib import Path

from cluster.node import ApiAccess, ApiNotInitialised, Node, NodeUnreachable

NAME = "seatrial-grader"
TLS_SERVER_NAME = "kubernetes"

_CERTIFICATE = "/etc/kubernetes/pki/ca.crt"
_KEY = "/etc/kubernetes/pki/ca.key"
_READ_SECONDS = 30.0


def access(node: Node, port: int, folder: Path) -> ApiAccess:
    """Credentials that fit the CA that is on the control plane node now, kept in `folder`.

    Raises NodeUnreachable, ApiNotInitialised.
    """
    ca_certificate = _read(node, _CERTIFICATE)
    place = folder / hashlib.sha256(ca_certificate).hexdigest()[:16]
    if not place.exists():
        certificate, key = mint(ca_certificate, _read(node, _KEY))
        _keep(place, {"ca.crt": ca_certificate, "client.crt": certificate, "client.key": key})
    return ApiAccess(
        server=f"https://127.0.0.1:{port}",
        tls_server_name=TLS_SERVER_NAME,
        ca_file=str(place / "ca.crt"),
        cert_file=str(place / "client.crt"),
        key_file=str(place / "client.key"),
    )


def mint(ca_certificate: bytes, ca_key: bytes) -> tuple[bytes, bytes]:
    """A client certificate of an administrator and its key, both PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.utils import CryptographyDeprecationWarning
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    with warnings.catch_warnings():
        # kubeadm before 1.21 gives its CA the serial number 0.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        authority = x509.load_pem_x509_certificate(ca_certificate)
    signer = serialization.load_pem_private_key(ca_key, None)
    if not isinstance(signer, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise NodeUnreachable(f"{_KEY} is of a kind that we cannot sign with.", "Restore it.")
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "system:masters"),
            x509.NameAttribute(NameOID.COMMON_NAME, NAME),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A learner may set a node's clock back.
        .not_valid_before(now - datetime.timedelta(days=365))
        .not_valid_after(now + datetime.timedelta(days=365))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def _read(node: Node, path: str) -> bytes:
    found = node.run(["cat", path], timeout=_READ_SECONDS)
    if found.code != 0 or not found.stdout.strip():
        raise ApiNotInitialised(
            f"There is no control plane on {node.name} yet ({path} does not exist).",
            "Make one with `kubeadm init`.",
        )
    return found.stdout.encode()


def _keep(place: Path, files: dict[str, bytes]) -> None:
    """Write all files or none: a folder that is there is whole."""
    partial = place.with_name(f"{place.name}.{os.getpid()}.part")
    partial.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        file = partial / name
        file.touch(mode=0o600)
        file.write_bytes(content)
    try:
        partial.rename(place)
    except OSError:
        # Another process has just kept the same.
        for name in files:
            (partial / name).unlink()
        partial.rmdir()
