"""`connect`: who reaches whom on the real network."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from labs.checks.model import CheckModel
from labs.checks.traffic import (
    NetworkClient,
    Server,
    allowed_in_column,
    allowed_in_row,
    complain_about_ends,
    complain_about_names,
)


class ConnectServer(Server):
    protocol: Literal["TCP", "UDP"] = "TCP"
    """A UDP server counts as reached when it answers."""
    send: str = ""
    """What a UDP server is sent; at port 53 it is a DNS question without it."""

    @model_validator(mode="after")
    def _is_named_in_one_way(self) -> Self:
        if self.protocol == "UDP" and not self.send and self.port != 53:
            raise ValueError("a UDP server needs `send`, something that it answers")
        return self


class ConnectCheck(CheckModel):
    """Connections that are tried on the real network: clients by servers. Nothing is asked of the
    pods' images: each connection is made by the node in the network namespace of the pod."""

    example: ClassVar[str] = """
clients:
  web: {namespace: shop, selector: app=web}
  stranger: {namespace: default, labels: {}}
servers:
  db: {namespace: shop, selector: app=db, port: 5432}
  api: {namespace: default, service: kubernetes, port: 443}
expect:
  web: {db: allow}
  stranger: {db: deny, api: allow}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "policies that the network does not enforce",
        "a server that nobody reaches, because it does not listen",
        "a client that reaches nothing at all",
        "pods on other nodes that cannot be reached",
    )
    untold: ClassVar[tuple[str, ...]] = ("clients", "expect", "protocol", "send")

    clients: dict[str, NetworkClient]
    """By a name of your own: every pod of a `namespace` with `selector` (or one `pod`), a `node`,
    or a fresh pod of the grader's own in a `namespace` with `labels`, also on `every_node`."""
    servers: dict[str, ConnectServer]
    """By a name of your own, each with a `port` (a number, or a name that the pod or the Service
    gives it): every pod of a `namespace` with `selector` (or one `pod`), a `service` of a
    `namespace`, a `node`, or an `ip`; `protocol` is TCP or UDP, `send` what a UDP server gets."""
    expect: dict[str, dict[str, Literal["allow", "deny", "refused", "timeout"]]]
    """Client to server to `allow`, `deny` (no connection, for whatever reason), `refused` or
    `timeout`. A denial needs something that the same client reaches, and, unless the server is a
    pod (which can be asked from inside), somebody who reaches the same server."""

    @model_validator(mode="after")
    def _denials_have_controls(self) -> Self:
        complain_about_ends(self.clients, self.servers)
        complain_about_names(self.expect, self.clients, self.servers)
        for client, row in self.expect.items():
            for name, wanted in row.items():
                if wanted != "allow":
                    self._complain_about_controls(client, name)
        return self

    def _complain_about_controls(self, client: str, name: str) -> None:
        server = self.servers[name]
        if not allowed_in_row(self.expect, client):
            raise ValueError(
                f"the denial of {client} to {name} proves nothing by itself; say what else "
                f"{client} reaches"
            )
        is_pod = bool(server.namespace) and not server.service
        if not is_pod and not allowed_in_column(self.expect, name):
            raise ValueError(
                f"the denial of {client} to {name} proves nothing by itself; say who reaches {name}"
            )
