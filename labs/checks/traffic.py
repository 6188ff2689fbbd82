"""Who connects to whom: the clients, servers and expectations that checks of the network share."""

from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from labs.checks.model import CheckModel

ALLOW = "allow"
Matrix = Mapping[str, Mapping[str, str]]


class Client(CheckModel):
    """Pods that there are (`namespace` and `pod` or `selector`), or one that is named otherwise."""

    node: str = ""
    """A node itself."""
    namespace: str = ""
    pod: str = ""
    selector: str = ""
    labels: dict[str, str] | None = None
    """A pod with exactly these labels, whether there is one or not."""


class NetworkClient(Client):
    """As `Client`; with `labels` it is a fresh pod of the grader's own, in `namespace`."""

    every_node: bool = False
    """One fresh pod on every node."""

    @model_validator(mode="after")
    def _is_named_in_one_way(self) -> Self:
        if bool(self.node) == bool(self.namespace):
            raise ValueError("a client is a node, or is in a namespace")
        if self.labels is not None and (self.node or self.pod or self.selector):
            raise ValueError("a client with labels is a fresh pod: it has a namespace alone")
        if self.every_node and self.labels is None:
            raise ValueError("every_node is for fresh pods: give labels, or {}")
        return self


class Server(CheckModel):
    """Pods, a Service, a node or an address, and a port of it."""

    namespace: str = ""
    pod: str = ""
    selector: str = ""
    service: str = ""
    """A Service in `namespace`, at its own port."""
    node: str = ""
    ip: str = ""
    port: int | str
    """A number, or a name that the pod or the Service gives it."""


def complain_about_ends(clients: Mapping[str, Client], servers: Mapping[str, Server]) -> None:
    """Each end must be named in one way. Raises ValueError."""
    for name, client in clients.items():
        ways = [client.node, getattr(client, "ip", ""), client.namespace]
        ways.append(getattr(client, "namespace_labels", None) is not None)
        if sum(map(bool, ways)) != 1:
            raise ValueError(f"client {name} must be named by one of namespace, node or ip")
        if client.labels is not None and (client.pod or client.selector):
            raise ValueError(f"client {name} is given by labels, so it has no pod or selector")
    for name, server in servers.items():
        if sum(map(bool, (server.namespace, server.node, server.ip))) != 1:
            raise ValueError(f"server {name} must be named by one of namespace, node or ip")
        if server.service and (server.pod or server.selector):
            raise ValueError(f"server {name} is a Service, so it has no pod or selector")


def complain_about_names(
    matrix: Matrix, clients: Mapping[str, object], servers: Mapping[str, object]
) -> None:
    """The matrix must name what there is, and all of it. Raises ValueError."""
    columns = {server for row in matrix.values() for server in row}
    for what, named, known in (("client", set(matrix), clients), ("server", columns, servers)):
        for name in sorted(named - set(known)):
            raise ValueError(f"expect names {name}, but there is no such {what}")
        for name in sorted(set(known) - named):
            raise ValueError(f"expect does not say what is true of {what} {name}")


def allowed_in_row(matrix: Matrix, client: str) -> bool:
    return ALLOW in matrix[client].values()


def allowed_in_column(matrix: Matrix, server: str) -> bool:
    return any(row.get(server) == ALLOW for row in matrix.values())
