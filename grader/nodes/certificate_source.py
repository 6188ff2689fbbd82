"""Certificates from where a check says they are: files, objects, kubeconfigs, TLS servers."""

import base64
from dataclasses import dataclass

from cryptography import x509

from grader.kubernetes.kubeconfig import BrokenKubeconfig, Material, read_kubeconfig
from grader.meaning.certificate import NoCertificate, fingerprint, read_certificates
from grader.nodes.node_file import NodeFile, read_node_file
from grader.round import Round
from labs.checks.certificate import CertificateSource
from labs.errors import SeatrialError

_SECONDS = 8
"""What a TLS handshake may take, at native speed."""
_SCRIPT = """
seconds=$1 address=$2 name=$3
set -- -connect "$address" -showcerts -prexit
[ -z "$name" ] || set -- "$@" -servername "$name"
command -v openssl >/dev/null || { echo 'no openssl'; exit 0; }
timeout "$seconds" openssl s_client "$@" </dev/null 2>&1
echo "ended $?"
"""


class CannotAskServer(SeatrialError):
    """A TLS handshake could not be tried."""


@dataclass(frozen=True, slots=True)
class Found:
    """`text` is what was read: PEM, with whatever else lies beside it."""

    place: str
    text: str

    def certificates(self) -> list[x509.Certificate]:
        """At least one. Raises NoCertificate, whose message is a whole sentence."""
        try:
            return read_certificates(self.text)
        except NoCertificate as error:
            raise NoCertificate(f"{self.place}: {error.message}", "") from error


def find_source(round_: Round, source: CertificateSource, time_scale: float) -> Found:
    """Raises NoCertificate where nothing is, and as `Round` does."""
    if source.file:
        return Found(f"{source.node}:{source.file}", file_text(round_, source.node, source.file))
    if source.kubeconfig:
        return _in_kubeconfig(round_, source)
    if source.served:
        name = f"the server at {source.served}"
        return Found(
            name, served(round_, source.node, source.served, source.server_name, time_scale)
        )
    kind, named = ("Secret", source.secret) if source.secret else ("ConfigMap", source.config_map)
    key = source.key or ("tls.crt" if source.secret else "ca.crt")
    return Found(f"{kind} {named} {key}", object_text(round_, kind, named, key))


def chosen(found: Found, common_name: str) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate that is meant, and the others beside it. Raises NoCertificate."""
    certificates = found.certificates()
    for certificate in certificates:
        names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        if not common_name or any(name.value == common_name for name in names):
            mark = fingerprint(certificate)
            return certificate, [one for one in certificates if fingerprint(one) != mark]
    there = ", ".join(one.subject.rfc4514_string() for one in certificates[:4])
    raise NoCertificate(f"{found.place} holds no certificate of {common_name}; there: {there}", "")


def file_text(round_: Round, node: str, path: str) -> str:
    """Raises NoCertificate where no file is."""
    file: NodeFile | None = read_node_file(round_, node, path)
    if file is None or file.kind != "file":
        state = "does not exist" if file is None else f"is a {file.kind}, not a file"
        raise NoCertificate(f"{node}:{path} {state}", "")
    return file.content


def object_text(round_: Round, kind: str, named: str, key: str) -> str:
    """A value of a Secret or ConfigMap. Raises NoCertificate where there is none."""
    namespace, _, name = named.partition("/")
    found = round_.object(kind, name, namespace)
    if found is None:
        raise NoCertificate(f"{kind} {named} does not exist", "")
    value = (found.get("data") or {}).get(key)
    if value is None:
        there = ", ".join(sorted(found.get("data") or {})) or "nothing"
        raise NoCertificate(f"{kind} {named} has no {key}; it has {there}", "")
    return base64.b64decode(value).decode(errors="replace") if kind == "Secret" else str(value)


def material_text(round_: Round, node: str, material: Material) -> str:
    """What a kubeconfig embeds or refers to. Raises NoCertificate."""
    return material.text or file_text(round_, node, material.path)


def _in_kubeconfig(round_: Round, source: CertificateSource) -> Found:
    """With the private key beside a client's certificate."""
    place = f"{source.node}:{source.kubeconfig}"
    try:
        config = read_kubeconfig(
            file_text(round_, source.node, source.kubeconfig), source.kubeconfig
        )
    except BrokenKubeconfig as error:
        raise NoCertificate(f"{place}: {error.message}", "") from error
    wanted = [config.ca] if source.part == "ca" else [config.certificate, config.key]
    if not wanted[0]:
        what = "authority" if source.part == "ca" else "client certificate"
        raise NoCertificate(f"{place} has no {what}", "")
    texts = [material_text(round_, source.node, one) for one in wanted if one]
    return Found(place, "\n".join(texts))


def served(round_: Round, node: str, address: str, server_name: str, time_scale: float) -> str:
    """What openssl says of a handshake. Raises NoCertificate, CannotAskServer."""
    seconds = str(round(_SECONDS * time_scale))
    result = round_.run(
        node, ["sh", "-s", seconds, address, server_name], stdin=_SCRIPT, timeout=_SECONDS + 10
    )
    text, _, code = result.stdout.rpartition("ended ")
    if not code.strip().isdecimal():
        raise CannotAskServer(f"a TLS handshake cannot be tried from {node}", "")
    if "-----BEGIN" in text:
        return text
    reasons = {
        "Connection refused": "the connection was refused",
        "errno=111": "the connection was refused",
        "errno=113": "there is no route to it",
        "Name or service not known": "the host name is not known on the node",
        "CONNECTED": "it does not speak TLS",
    }
    reason = next((why for sign, why in reasons.items() if sign in text), "no answer")
    reason = "no answer in time" if code.strip() == "124" else reason
    raise NoCertificate(f"{address} asked from {node} shows no certificate: {reason}", "")
