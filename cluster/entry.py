"""Getting into the nodes of a cluster once they run: the door, the wake-up, and our own scripts."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cluster import ssh
from cluster.machines import SSH_PORT, Machine, Machines
from cluster.node import CommandResult, Node
from cluster.parallel import on_each
from cluster.ssh import Login
from cluster.ssh_node import SshNode
from labs.deadline import Deadline
from labs.errors import SeatrialError

_SCRIPTS = Path(__file__).with_name("scripts")
_WAKE_SECONDS = 60.0


class OpenNode(Node, Protocol):
    """A node that we are in."""

    def adopt(self, login: Login) -> None:
        """From now on, this login is right when the connection must be made again."""
        ...

    def close(self) -> None: ...


Door = Callable[[Login, Deadline], OpenNode]
"""Waits until a node lets us in. Raises NodeUnreachable."""


class NodeScriptFailed(SeatrialError):
    """A script of ours did not end well on a node."""

    def __init__(self, node: str, script: str, result: CommandResult) -> None:
        said = (result.stderr.strip() or result.stdout.strip()).splitlines()
        super().__init__(
            f"{script} failed on {node} with exit code {result.code}: {' | '.join(said[-5:])}",
            "Try again; if it fails again, build the image anew with `seatrial image build`.",
        )
        self.result = result


@dataclass(frozen=True, slots=True)
class Keys:
    """What lets us in, and what the nodes identify themselves by."""

    key_file: Path
    host_key: str

    def login(self, machine: Machine) -> Login:
        return Login(machine.shape.name, machine.port(SSH_PORT), self.key_file, self.host_key)


def by_ssh(login: Login, deadline: Deadline) -> SshNode:
    """The real `Door`."""
    return SshNode(login, ssh.connect_until(login, deadline))


def enter(
    cluster: Machines,
    keys: Keys,
    door: Door,
    deadline: Deadline,
    entered: Callable[[str], None] = lambda node: None,
) -> dict[str, OpenNode]:
    """Get into all nodes at the same time. Raises NodeUnreachable."""

    def one(machine: Machine) -> OpenNode:
        node = door(keys.login(machine), deadline)
        entered(node.name)
        return node

    return {node.name: node for node in on_each(one, cluster.nodes)}


def wake(nodes: Mapping[str, OpenNode], public_key: str = "") -> None:
    """Set the clocks forward to ours; let only `public_key` in from now on, if one is given."""

    def one(node: OpenNode) -> None:
        now = time.time_ns()
        moment = f"{now // 10**9}.{now % 10**9:09d}"
        run_script(node, "wake.sh", _WAKE_SECONDS, moment, public_key)

    on_each(one, list(nodes.values()))


def run_script(node: Node, script: str, timeout: float, *arguments: str) -> CommandResult:
    """Run one of our own scripts over standard input. Raises NodeScriptFailed."""
    argv = ["bash", "-eu", "-s", "--", *arguments]
    result = node.run(argv, stdin=script_text(script), timeout=timeout)
    if result.code != 0:
        raise NodeScriptFailed(node.name, script, result)
    return result


def script_text(script: str) -> str:
    """One of our own scripts, which run on nodes."""
    return (_SCRIPTS / script).read_text(encoding="utf-8")
