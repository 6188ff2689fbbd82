"""`port`: sockets of a node that wait for others."""

from typing import ClassVar, Literal

from labs.checks.model import CheckModel


class PortCheck(CheckModel):
    """Who listens at a port of a node (TCP, UDP; at which addresses), or that nobody does."""

    example: ClassVar[str] = """
node: k8s-master
port: 6443
address: any
container: kube-apiserver
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a listener at 127.0.0.1 where others must reach it",
        "another program at the right port",
        "a connection from that port, taken for a listener",
    )
    untold: ClassVar[tuple[str, ...]] = ("node", "protocol", "address", "listening", "only")

    node: str
    port: int
    protocol: Literal["tcp", "udp"] = "tcp"
    address: str = ""
    """Where it must be reached: `any` (every IPv4 address; 0.0.0.0 and a dual-stack [::] alike),
    `loopback`, or an address. Without it, wherever it listens."""
    only: bool = False
    """And nobody listens at this port of other addresses: with `loopback`, it cannot be reached
    from outside."""
    listening: bool = True
    program: str = ""
    """What listens, by the file that it runs: a path, or the name of its file."""
    unit: str = ""
    """The systemd unit of what listens; for a socket unit, of the service it starts or itself."""
    container: str = ""
    """The name of the container that listens, as the runtime knows it."""
