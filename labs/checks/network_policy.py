"""`network_policy`: what the NetworkPolicies of a cluster allow, judged from the objects."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from labs.checks.model import CheckModel
from labs.checks.traffic import (
    Client,
    Server,
    allowed_in_column,
    allowed_in_row,
    complain_about_ends,
    complain_about_names,
)


class PolicyClient(Client):
    """As `Client`, or an address outside, or a pod in a namespace that need not exist."""

    ip: str = ""
    namespace_labels: dict[str, str] | None = None
    """The labels of a namespace that need not exist, for a pod with `labels`."""


class PolicyServer(Server):
    """As `Server`, with the protocol, and pods that need not exist."""

    labels: dict[str, str] | None = None
    """A pod in `namespace` with exactly these labels, whether there is one or not."""
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"


class NetworkPolicyCheck(CheckModel):
    """Which connections all NetworkPolicies together allow: clients by servers. Judged from the
    objects, so it needs no network that enforces them; `connect` tries the network itself."""

    example: ClassVar[str] = """
clients:
  web: {namespace: shop, selector: app=web}
  stranger: {namespace: default, labels: {}}
servers:
  db: {namespace: shop, selector: app=db, port: 5432}
expect:
  web: {db: allow}
  stranger: {db: deny}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a policy that selects other pods than it should, or none",
        "everything blocked, where only one way was to be",
        "two list items (either may connect) where one item (both must hold) was asked for",
        "another policy that allows what this one does not",
    )
    untold: ClassVar[tuple[str, ...]] = ("clients", "expect", "protocol")

    clients: dict[str, PolicyClient]
    """By a name of your own: existing pods (`namespace` with `selector` or `pod`), a pod that need
    not exist (`labels`, with `namespace` or `namespace_labels`), an `ip`, or a `node`."""
    servers: dict[str, PolicyServer]
    """By a name of your own, each with a `port` (a number, or a container port's name): pods
    (`namespace` with `selector`, `pod` or `labels`), a `service` of a `namespace`, an `ip`, a
    `node`; `protocol` is TCP, UDP or SCTP."""
    expect: dict[str, dict[str, Literal["allow", "deny"]]]
    """Client to server to `allow` or `deny`. A denial needs something that the same client may
    reach, or somebody who may reach the same server."""

    @model_validator(mode="after")
    def _denials_have_controls(self) -> Self:
        complain_about_ends(self.clients, self.servers)
        complain_about_names(self.expect, self.clients, self.servers)
        for name, client in self.clients.items():
            if client.namespace_labels is not None and client.labels is None:
                raise ValueError(f"client {name} has namespace_labels, so it needs labels")
        for client_name, row in self.expect.items():
            for server, wanted in row.items():
                beside = allowed_in_row(self.expect, client_name) or allowed_in_column(
                    self.expect, server
                )
                if wanted == "deny" and not beside:
                    raise ValueError(
                        f"the denial of {client_name} to {server} proves nothing by itself; say "
                        "what else the client may reach, or who may reach the server"
                    )
        return self
