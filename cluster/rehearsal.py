"""What is done once inside the nodes of a golden cluster: kubeadm, and all else that takes time."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from cluster import entry
from cluster.entry import NodeScriptFailed, OpenNode
from cluster.parallel import on_each
from cluster.profile import Profile
from cluster.progress import Progress
from labs.deadline import Deadline

_SCRIPT_SECONDS = 300.0
"""At native speed, on a machine that others use too."""
_INSIST_SECONDS = 60.0
"""At native speed."""
_USUAL_SECONDS = {"initialise": 14.0, "join": 10.0, "settle": 12.0, "lean": 3.0}
"""At native speed: what the remaining time is reckoned from."""


def scripts(profile: Profile) -> list[str]:
    """The names of the scripts that make what a golden cluster of this profile is."""
    names = ["lean.sh"]
    names += ["initialise.sh"] if profile.initialise else []
    names += ["token.sh", "join.sh", "forget.sh", "taint.sh"] if profile.join else []
    names += ["settle.sh"] if profile.ready else []
    return names


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`time_scale` is assumed or measured: how much longer than natively scripts may take."""

    profile: Profile
    nodes: Mapping[str, OpenNode]
    time_scale: float
    progress: Progress

    def perform(self) -> None:
        """Raises NodeScriptFailed, NodeUnreachable."""
        if self.profile.initialise:
            self._initialise(self.profile.initialise)
        if self.profile.join:
            self._join()
        if self.profile.ready:
            self._phase("Waiting until everything runs", 0.8, "settle")
            self._insist("settle.sh")
        self._phase("Emptying caches", 0.92, "lean")
        on_each(lambda node: self._run(node, "lean.sh"), list(self.nodes.values()))

    @property
    def _control_plane(self) -> OpenNode:
        return next(self.nodes[shape.name] for shape in self.profile.nodes if shape.control_plane)

    def _initialise(self, name: str) -> None:
        self._phase("kubeadm init (once)", 0.15, "initialise", name)
        result = self._run(self.nodes[name], "initialise.sh")
        self.progress.log(result, name)

    def _join(self) -> None:
        self._phase("kubeadm join (once)", 0.3, "join")
        created = self._insist("token.sh")
        command = shlex.split(created.strip().splitlines()[-1])

        for name in self.profile.join:
            self._phase("kubeadm join (once)", 0.35, "join", name)
            try:
                said = self._run(self.nodes[name], "join.sh", *command)
            except NodeScriptFailed as error:
                # kubeadm gives the API server ten seconds, which a busy machine may not hold.
                self.progress.log(str(error), name)
                self._insist("forget.sh", name)
                said = self._run(self.nodes[name], "join.sh", *command)
            self.progress.log(said, name)
        self._insist("taint.sh")

    def _phase(self, text: str, fraction: float, step: str, node: str = "") -> None:
        steps = list(_USUAL_SECONDS)
        asked = {
            "initialise": bool(self.profile.initialise),
            "join": bool(self.profile.join),
            "settle": bool(self.profile.ready),
            "lean": True,
        }
        left = sum(_USUAL_SECONDS[name] for name in steps[steps.index(step) :] if asked[name])
        self.progress.phase(text, fraction, node=node, seconds_left=left * self.time_scale)

    def _insist(self, script: str, *arguments: str) -> str:
        """Run it on the control plane until it ends well: a starved API server is restarted by its
        own kubelet, and refuses for a while."""
        failures: list[NodeScriptFailed] = []

        def once() -> str | None:
            try:
                return self._run(self._control_plane, script, *arguments)
            except NodeScriptFailed as error:
                failures.append(error)
                return None

        said = Deadline.after(_INSIST_SECONDS * self.time_scale).poll(once, every=2.0)
        if said is None:
            raise failures[-1]
        return said

    def _run(self, node: OpenNode, script: str, *arguments: str) -> str:
        limit = _SCRIPT_SECONDS * self.time_scale
        return entry.run_script(node, script, limit, *arguments).stdout
