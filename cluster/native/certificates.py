"""The certificates of one native API server: an authority that lives as long as the server."""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cluster import credentials

_LIFE = datetime.timedelta(days=30)
_EARLIER = datetime.timedelta(hours=1)


def make(folder: Path) -> None:
    """Write ca, server, client (`.crt`, `.key`) and sa.key into the folder; all mode 0600."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = (
        _unsigned("seatrial-native-ca", "seatrial-native-ca", authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server_key = ec.generate_private_key(ec.SECP256R1())
    names = [
        x509.DNSName(credentials.TLS_SERVER_NAME),
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    server = (
        _unsigned("kube-apiserver", "seatrial-native-ca", server_key)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    client, client_key = credentials.mint(_pem(authority), _private(authority_key))
    files = {
        "ca.crt": _pem(authority),
        "server.crt": _pem(server),
        "server.key": _private(server_key),
        "client.crt": client,
        "client.key": client_key,
        "sa.key": _private(ec.generate_private_key(ec.SECP256R1())),
    }
    for name, content in files.items():
        file = folder / name
        file.touch(mode=0o600)
        file.write_bytes(content)


def _unsigned(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _LIFE)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    """In the form that kube-apiserver also takes the public half from."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
