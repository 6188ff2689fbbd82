"""`certificate`: an X.509 certificate in a file, an object, a kubeconfig, or as served."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from labs.checks.model import CheckModel, Expectations


class CertificateSource(CheckModel):
    """Where a certificate is: one of `file`, `kubeconfig`, `served`, `secret`, `config_map`."""

    node: str = ""
    """Of a file, of a kubeconfig, or from where the server is asked."""
    file: str = ""
    kubeconfig: str = ""
    """The path of a kubeconfig on the node: the certificate in it, or in the file that it names."""
    part: Literal["client", "ca"] = "client"
    """Of a kubeconfig: its user's certificate, or the authority by which it trusts the server."""
    served: str = ""
    """`HOST:PORT`, as the server shows it now in a TLS handshake from the node."""
    server_name: str = ""
    """The name that the server is asked for (SNI); the host's by itself."""
    secret: str = ""
    """`NAMESPACE/NAME`."""
    config_map: str = ""
    """`NAMESPACE/NAME`."""
    key: str = ""
    """Of the Secret (`tls.crt` without it) or the ConfigMap (`ca.crt` without it)."""
    common_name: str = ""
    """Of several certificates, the one of this subject; the first without it."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        on_node = [self.file, self.kubeconfig, self.served]
        given = [one for one in (*on_node, self.secret, self.config_map) if one]
        if len(given) != 1:
            raise ValueError("give one of file, kubeconfig, served, secret, config_map")
        if any(on_node) and not self.node:
            raise ValueError("give the node")
        return self


class CertificateCheck(CertificateSource):
    """A certificate: for whom, by whom, for what, until when, and whether its key fits."""

    example: ClassVar[str] = """
node: k8s-master
file: /etc/kubernetes/pki/apiserver.crt
names: [k8s-master, 192.168.52.200]
usages: [server auth]
private_key: /etc/kubernetes/pki/apiserver.key
issued_by: {node: k8s-master, file: /etc/kubernetes/pki/ca.crt}
same_as: {node: k8s-master, served: "127.0.0.1:6443"}
outlasts_baseline: true
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a certificate that was renewed on disk while the server still shows the old one",
        "a certificate of the right name that another authority issued",
        "a private key of another certificate",
    )
    untold: ClassVar[tuple[str, ...]] = ("part", "server_name", "usages")

    names: list[str] = []
    """Subject alternative names that it must have: DNS names and addresses in any spelling."""
    only_names: bool = False
    """It has no other subject alternative names."""
    usages: list[str] = []
    """`server auth`, `client auth`, `digital signature`, … that it must have."""
    expect: Expectations = {}
    """Of `subject.CN`, `subject.O` (a list), `issuer.CN`, `serial`, `ca`, `key.algorithm`,
    `key.bits`, `notAfter`, `fingerprint` (SHA-256)."""
    valid: bool = True
    """It is valid now, by the clock of the node (or of the API server)."""
    days: int = 0
    """For how many days from now it is valid at least."""
    private_key: str = ""
    """The path on the node, or the key of the Secret, of the private key that must fit."""
    issued_by: CertificateSource | None = None
    """The authority that it leads to, by signatures (over others that come with it)."""
    same_as: CertificateSource | None = None
    """Where the very same certificate must be."""
    reported_in: str = ""
    """A file on the node that names the instant of its end, in any usual way to write a date."""
    newer_than_baseline: bool = False
    """Issued after the lab was set up; putting back an older one does not count."""
    outlasts_baseline: bool = False
    """It ends later than the one that was there when the lab was set up."""
