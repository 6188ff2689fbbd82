"""What the layers above may ask of a running lab: nodes that run commands, the way to its API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from labs.errors import SeatrialError


class NodeUnreachable(SeatrialError):
    """We could not look: the node does not answer, or not within the time limit."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command on a node did. Text is UTF-8, undecodable bytes replaced."""

    code: int
    stdout: str
    stderr: str


class Node(Protocol):
    """One virtual machine of a running lab. Methods may be called from any thread."""

    @property
    def name(self) -> str: ...

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60.0) -> CommandResult:
        """Run a command as root on the grader's own channel: clean environment, fixed PATH.

        `timeout` is in seconds of this machine. Raises NodeUnreachable.
        """
        ...

    def inspect(
        self, script: str, arguments: Sequence[str] = (), *, timeout: float = 60.0
    ) -> CommandResult:
        """Run a script of ours as root by a shell and programs of ours: none of the node's.

        POSIX sh with BusyBox's applets; it takes programs of the node by their full path only.
        Raises NodeUnreachable.
        """
        ...


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """The grader's own credentials for a lab's API server. Paths: files of the host, mode 0600."""

    server: str
    """https://127.0.0.1:PORT"""
    tls_server_name: str
    ca_file: str
    cert_file: str
    key_file: str


class Cluster(Protocol):
    """A running lab."""

    @property
    def nodes(self) -> Mapping[str, Node]: ...

    @property
    def time_scale(self) -> float:
        """How many times slower than a native machine the nodes are, at least 1.0."""
        ...

    def api(self) -> ApiAccess:
        """Credentials of our own, made from the cluster's CA. Raises NodeUnreachable.

        Raises ApiNotInitialised while no control plane has been made on the node.
        """
        ...


class ApiNotInitialised(SeatrialError):
    """There is no control plane yet (its node has no CA): a state, not a fault of ours."""
