"""`etcd`: the running etcd of a control plane, its members, its keys as they lie there."""

from typing import ClassVar, Self

from pydantic import model_validator

from labs.checks.model import CheckModel, Expectations, Expected


class EtcdKeys(CheckModel):
    """Keys of etcd, read from it past the API server."""

    key: str = ""
    """One key, as `/registry/secrets/shop/password`; or all that begin with `prefix`."""
    prefix: str = ""
    count: Expected = None
    """How many there are; at least one without it."""
    starts: str | list[str] = ""
    """With what every value begins (one of these), as it is stored: `k8s:enc:aescbc:v1:`."""
    older_than_baseline: bool = False
    """Every one of them was created before the lab was set up: not made anew since."""

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        if bool(self.key) == bool(self.prefix):
            raise ValueError("give a key or a prefix")
        return self


class EtcdCheck(CheckModel):
    """etcd runs, is healthy with all its members, and keeps its data where its manifest says."""

    example: ClassVar[str] = """
node: k8s-master
members: 1
data_dir: /var/lib/etcd-restored
keys: [{prefix: /registry/secrets/shop/, starts: "k8s:enc:"}]
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a data directory restored, while etcd still serves the old one",
        "a Secret that was written before encryption was turned on",
        "a member that is lost, hidden by the quorum of the others",
    )
    untold: ClassVar[tuple[str, ...]] = ("node",)

    node: str
    """Where a member runs; it is asked from there with the certificates that it uses itself."""
    members: int = 0
    """How many members there are, all started; any number without it."""
    data_dir: str = ""
    """The path on the node, whatever it is called inside the container."""
    flags: Expectations = {}
    """Of the running process, by meaning: `client-cert-auth: true`."""
    expect: Expectations = {}
    """Of `version`, `members[name=…].peerURLs`, `members[name=…].clientURLs`, `revision`."""
    keys: list[EtcdKeys] = []
