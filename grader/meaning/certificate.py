"""X.509 certificates by what they mean: names as sets, addresses parsed, usages in any spelling.

Pure: bytes and instants come from elsewhere.
"""

import ipaddress
import re
import warnings
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from labs.errors import SeatrialError

# kubeadm gives its authorities the serial number 0, which cryptography would rather not see.
warnings.filterwarnings("ignore", message="Parsed a serial number which wasn't positive")

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s.*?-----END \1-----", re.DOTALL)
_CERTIFICATES = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")


class NoCertificate(SeatrialError):
    """The text holds no certificate, or one that cannot be read: what the learner made."""


def pem_blocks(text: str) -> list[tuple[str, str]]:
    """Kind and text of every PEM block, the rest of a file left out."""
    return [(found[1], found[0] + "\n") for found in _BLOCK.finditer(text)]


def read_certificates(text: str) -> list[x509.Certificate]:
    """In their order, at least one. Raises NoCertificate."""
    blocks = [block for kind, block in pem_blocks(text) if kind in _CERTIFICATES]
    if not blocks:
        raise NoCertificate("it holds no certificate in PEM", "")
    try:
        return [x509.load_pem_x509_certificate(block.encode()) for block in blocks]
    except ValueError as error:
        raise NoCertificate(f"its certificate cannot be read: {error}", "") from error


def has_key(text: str, certificate: x509.Certificate) -> bool:
    """Whether a private key in `text` is the certificate's. Raises NoCertificate without a key."""
    keys = [block for kind, block in pem_blocks(text) if kind.endswith("PRIVATE KEY")]
    if not keys:
        raise NoCertificate("it holds no private key in PEM", "")
    wanted = _key_bytes(certificate)
    for block in keys:
        try:
            key = load_pem_private_key(block.encode(), None)
        except (ValueError, TypeError) as error:
            raise NoCertificate("its private key cannot be read", "") from error
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if public == wanted:
            return True
    return False


def _key_bytes(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in lower-case hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def valid_from(certificate: x509.Certificate) -> datetime:
    return certificate.not_valid_before_utc


def valid_until(certificate: x509.Certificate) -> datetime:
    return certificate.not_valid_after_utc


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """By name and signature, and the issuer is an authority that may sign certificates."""
    if not _may_sign(issuer):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        if not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
        return usage.value.key_cert_sign
    except x509.ExtensionNotFound as missing:
        return missing.oid == x509.KeyUsage.oid


def chain_to(
    certificate: x509.Certificate,
    between: Iterable[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    now: datetime,
) -> list[x509.Certificate] | None:
    """From the certificate to one of `anchors`, each authority valid at `now`; None without one."""
    if any(fingerprint(certificate) == fingerprint(anchor) for anchor in anchors):
        return [certificate]
    for issuer in (*anchors, *between):
        valid = valid_from(issuer) <= now <= valid_until(issuer)
        if not valid or not is_issued_by(certificate, issuer):
            continue
        if issuer in anchors:
            return [certificate, issuer]
        others = [one for one in between if fingerprint(one) != fingerprint(issuer)]
        rest = chain_to(issuer, others, anchors, now)
        if rest is not None:
            return [certificate, *rest]
    return None


def normal_name(text: str) -> str:
    """A subject alternative name so that equal names are equal texts: `10.0.0.1`, `a.b`."""
    kind, sign, rest = text.strip().partition(":")
    known = kind.strip().lower() in ("ip", "ip address", "dns", "uri", "email")
    name = rest.strip() if sign and known else text.strip()
    try:
        return str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return name.lower().rstrip(".")


def alternative_names(certificate: x509.Certificate) -> list[str]:
    """DNS names, addresses, URIs and mail addresses, each as `normal_name` writes it."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    kinds = (x509.DNSName, x509.IPAddress, x509.UniformResourceIdentifier, x509.RFC822Name)
    return sorted({normal_name(str(name.value)) for name in found if isinstance(name, kinds)})


_EXTENDED = {
    ExtendedKeyUsageOID.SERVER_AUTH: "server auth",
    ExtendedKeyUsageOID.CLIENT_AUTH: "client auth",
    ExtendedKeyUsageOID.CODE_SIGNING: "code signing",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "email protection",
    ExtendedKeyUsageOID.TIME_STAMPING: "timestamping",
    ExtendedKeyUsageOID.OCSP_SIGNING: "ocsp signing",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "any",
}
_KEY_USAGES = {
    "digital_signature": "digital signature",
    "content_commitment": "content commitment",
    "key_encipherment": "key encipherment",
    "data_encipherment": "data encipherment",
    "key_agreement": "key agreement",
    "key_cert_sign": "cert sign",
    "crl_sign": "crl sign",
}
_SAME_USAGE = {
    "tlswebserverauthentication": "serverauth",
    "tlswebclientauthentication": "clientauth",
    "certificatesign": "certsign",
    "keycertsign": "certsign",
    "nonrepudiation": "contentcommitment",
}


def normal_usage(text: str) -> str:
    """`serverAuth`, `server auth` and `TLS Web Server Authentication` are one."""
    letters = re.sub(r"[^a-z]", "", text.lower())
    return _SAME_USAGE.get(letters, letters)


def usages(certificate: x509.Certificate) -> list[str]:
    """As the field `usages` of a CertificateSigningRequest names them."""
    found: list[str] = []
    extensions = certificate.extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        found += [name for field, name in _KEY_USAGES.items() if getattr(usage, field)]
    except x509.ExtensionNotFound:
        pass
    try:
        extended = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        found += [_EXTENDED.get(oid, oid.dotted_string) for oid in extended]
    except x509.ExtensionNotFound:
        pass
    return found


def certificate_facts(certificate: x509.Certificate) -> dict[str, Any]:
    """What `expect` walks: subject.CN, subject.O, issuer.CN, sans, usages, ca, key.algorithm, …"""
    return {
        "subject": _name_facts(certificate.subject),
        "issuer": _name_facts(certificate.issuer),
        "sans": alternative_names(certificate),
        "usages": usages(certificate),
        "ca": _may_sign(certificate),
        "serial": format(certificate.serial_number, "x"),
        "fingerprint": fingerprint(certificate),
        "notBefore": valid_from(certificate).astimezone(UTC).isoformat(),
        "notAfter": valid_until(certificate).astimezone(UTC).isoformat(),
        "key": _key_facts(certificate),
    }


def _name_facts(name: x509.Name) -> dict[str, Any]:
    """`CN` a text, `O` and the others lists, as groups are."""
    facts: dict[str, Any] = {}
    for attribute in name:
        key = attribute.rfc4514_attribute_name
        if attribute.oid == NameOID.COMMON_NAME:
            facts[key] = str(attribute.value)
        else:
            facts.setdefault(key, []).append(str(attribute.value))
    return facts


def _key_facts(certificate: x509.Certificate) -> dict[str, Any]:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return {"algorithm": "RSA", "bits": key.key_size}
    if isinstance(key, ec.EllipticCurvePublicKey):
        return {"algorithm": "ECDSA", "bits": key.key_size}
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return {"algorithm": "Ed25519" if isinstance(key, ed25519.Ed25519PublicKey) else "Ed448"}
    return {"algorithm": "other"}
