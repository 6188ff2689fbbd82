"""A lab whose nodes exist: `cluster.node.Cluster` over SSH, and what else may be asked of it."""

import datetime
from collections.abc import Mapping

from cluster import credentials, readiness, ssh
from cluster.entry import OpenNode
from cluster.machines import API_PORT
from cluster.node import ApiAccess, ApiNotInitialised, CommandResult, Node
from cluster.profile import NodeShape, Profile, named
from cluster.record import LabRecord
from labs.deadline import Deadline
from labs.model import NodeScript

_BASH = (
    "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin;"
    " if [ -e /etc/kubernetes/admin.conf ]; then"
    " export KUBECONFIG=/etc/kubernetes/admin.conf; fi; exec /bin/bash -eu"
)
"""A lab's scripts have the PATH of a learner's shell."""
_SCRIPT_SECONDS = 120.0
"""At native speed."""


class RunningLab:
    """Connections are made when first needed, and again when they were lost."""

    def __init__(self, record: LabRecord, nodes: Mapping[str, OpenNode]) -> None:
        self._record = record
        self._nodes = nodes

    @property
    def lab_id(self) -> str:
        return self._record.lab_id

    @property
    def profile(self) -> Profile:
        return named(self._record.profile)

    @property
    def nodes(self) -> Mapping[str, Node]:
        return self._nodes

    @property
    def time_scale(self) -> float:
        return self._record.time_scale

    def api(self) -> ApiAccess:
        shape = self._control_plane()
        return credentials.access(
            self._nodes[shape.name],
            self._record.machines.node(shape.name).port(API_PORT),
            self._record.folder / "api",
        )

    def ssh_command(self, node: str) -> list[str]:
        """The argv of a learner's shell on the node. Raises KeyError."""
        login = self._record.keys.login(self._record.machines.node(node))
        return ssh.shell_command(login, self._record.known_hosts)

    def ports(self, node: str) -> Mapping[int, int]:
        """Ports of the node by number, and the host's ports on 127.0.0.1 that lead there."""
        forwards = self._record.machines.node(node).identity.forwards
        return {forward.guest_port: forward.host_port for forward in forwards}

    def run_script(self, script: NodeScript, timeout: float = _SCRIPT_SECONDS) -> CommandResult:
        """Run a lab's script as root; `timeout` is at native speed. Raises NodeUnreachable."""
        return self._nodes[script.node].run(
            ["sh", "-c", _BASH], stdin=script.script, timeout=timeout * self.time_scale
        )

    def wait_ready(self, since: datetime.datetime, deadline: Deadline) -> None:
        """Until the profile's Kubernetes nodes are Ready and alive. Raises NotReady."""
        readiness.wait_ready(self.api(), self.profile.ready, since, deadline)

    def close(self) -> None:
        """Let go all connections; the nodes run on."""
        for node in self._nodes.values():
            node.close()

    def _control_plane(self) -> NodeShape:
        for shape in self.profile.nodes:
            if shape.control_plane:
                return shape
        raise ApiNotInitialised(
            f"The cluster of {self.lab_id} has no control plane node.",
            "Use a profile that has one.",
        )
