"""An SSH connection to a node: our key, its pinned host key, no delays, a limit on every wait."""

import contextlib
import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cluster.node import NodeUnreachable
from labs.deadline import Deadline

if TYPE_CHECKING:
    from paramiko import Channel, Transport

GRADER = "seatrial-probe"
"""The account whose shell reads no start-up files."""

_KEEPALIVE_SECONDS = 10
_WINDOW = 1 << 26
_FIRST_GREETING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Login:
    """How to reach a node. `host_key` is a line of ssh_host_ed25519_key.pub."""

    node: str
    port: int
    key_file: Path
    host_key: str

    def unreachable(self, why: object) -> NodeUnreachable:
        return NodeUnreachable(
            f"{self.node} does not answer: {why or 'no reason given'}.",
            "See `seatrial status`; `seatrial up` starts a node that is off.",
        )


class Connection:
    """An authenticated connection, from which channels are opened."""

    def __init__(self, transport: "Transport", login: Login) -> None:
        self._transport = transport
        self._login = login

    @property
    def alive(self) -> bool:
        return bool(self._transport.is_active())

    def execute(self, command: str, timeout: float) -> "Channel":
        """A channel on which `command` runs. Raises NodeUnreachable."""
        import paramiko

        try:
            channel = self._transport.open_session(window_size=_WINDOW, timeout=timeout)
            channel.settimeout(timeout)
            channel.exec_command(command)
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._login.unreachable(error) from error
        return channel

    def close(self) -> None:
        self._transport.close()


def connect(login: Login, timeout: float = 20.0, greeting: float = 20.0) -> Connection:
    """One attempt to log in; the node must greet within `greeting`. Raises NodeUnreachable."""
    import paramiko

    # paramiko's own thread would print its exceptions over the application.
    logging.getLogger("paramiko").addHandler(logging.NullHandler())
    key = paramiko.Ed25519Key.from_private_key_file(str(login.key_file))
    transport: Transport | None = None
    try:
        transport = paramiko.Transport(_greeted(login.port, greeting))
        transport.banner_timeout = transport.auth_timeout = timeout
        transport.start_client(timeout=timeout)
        _verify(transport, login)
        transport.auth_publickey(GRADER, key)
    except (paramiko.SSHException, OSError, EOFError) as error:
        if transport is not None:
            with contextlib.suppress(OSError):
                transport.close()
        raise login.unreachable(error) from error
    transport.set_keepalive(_KEEPALIVE_SECONDS)
    return Connection(transport, login)


def connect_until(login: Login, deadline: Deadline) -> Connection:
    """Log in, as often as the deadline allows, while a node boots. Raises NodeUnreachable."""
    patience = iter(_growing(_FIRST_GREETING_SECONDS))
    last: list[NodeUnreachable] = []

    def once() -> Connection | None:
        try:
            return connect(login, max(1.0, deadline.left), min(next(patience), deadline.left))
        except NodeUnreachable as error:
            last.append(error)
            return None

    connection = deadline.poll(once, every=0.2)
    if connection is None:
        raise last[-1]
    return connection


def shell_command(login: Login, known_hosts: Path) -> list[str]:
    """A learner's shell on the node, as root, through the OpenSSH client."""
    options = (
        "StrictHostKeyChecking=yes",
        f"UserKnownHostsFile={known_hosts}",
        f"HostKeyAlias={login.node}",
        "IdentitiesOnly=yes",
        "LogLevel=ERROR",
        "ServerAliveInterval=15",
    )
    command = ["ssh", "-F", "none", "-i", str(login.key_file), "-p", str(login.port)]
    for option in options:
        command += ["-o", option]
    return [*command, "root@127.0.0.1"]


def make_key(path: Path) -> str:
    """A new ed25519 key pair at `path`, mode 0600; the public line is returned."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    path.touch(mode=0o600)
    path.write_bytes(private)
    return f"{public.decode()} seatrial"


def _greeted(port: int, timeout: float) -> socket.socket:
    """A socket whose other end has begun to speak: the forward itself accepts even while a node is
    off, and what is said to a node that boots is lost."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(max(0.1, timeout))
        if not sock.recv(1, socket.MSG_PEEK):
            raise ConnectionResetError("it closed the connection")
    except OSError:
        sock.close()
        raise
    return sock


def _growing(seconds: float) -> Iterator[float]:
    while True:
        yield seconds
        seconds *= 1.5


def _verify(transport: "Transport", login: Login) -> None:
    import paramiko

    kind, encoded = login.host_key.split()[:2]
    found = transport.get_remote_server_key()
    if (found.get_name(), found.get_base64()) != (kind, encoded):
        raise paramiko.SSHException("it is another machine (its host key is not the image's)")
