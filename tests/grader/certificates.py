"""Certificates made for tests: an authority, what it issues, as PEM."""

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.grader.fakes import NOW

_CURVE = ec.SECP256R1()


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    private: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key(self) -> str:
        form = PrivateFormat.TraditionalOpenSSL
        return self.private.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def issue(name: str, by: Issued | None = None, **changes: Any) -> Issued:
    """By itself without `by`; groups, sans, begin, end, ca, usages and key by name."""
    key = changes.get("key") or ec.generate_private_key(_CURVE)
    groups = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, one) for one in _groups(changes)]
    subject = x509.Name([*groups, x509.NameAttribute(NameOID.COMMON_NAME, name)])
    ca = changes.get("ca", by is None)
    begin: datetime = changes.get("begin", NOW - timedelta(days=1))
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(changes.get("end", begin + timedelta(days=365)))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if "sans" in changes:
        names = [_general(one) for one in changes["sans"]]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    oids = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
    if "usages" in changes:
        extended = x509.ExtendedKeyUsage([oids[one] for one in changes["usages"]])
        builder = builder.add_extension(extended, critical=False)
    signer = by.private if by else key
    return Issued(builder.sign(signer, hashes.SHA256()), key)


def _groups(changes: dict[str, Any]) -> list[str]:
    return list(changes.get("groups", ()))


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
