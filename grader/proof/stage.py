"""What a proof needs of the place where a lab is proved."""

import threading
from dataclasses import dataclass
from typing import Protocol

from cluster.node import Cluster, CommandResult
from grader.verdict import Baseline
from labs.model import NodeScript


class ScriptedCluster(Cluster, Protocol):
    """A running lab that runs a lab's own scripts."""

    def run_script(self, script: NodeScript) -> CommandResult:
        """As root, over standard input of `bash -eu`. Raises NodeUnreachable."""
        ...


@dataclass(frozen=True, slots=True)
class Started:
    """A lab that was set up, proved ready, and not touched since."""

    cluster: ScriptedCluster
    baseline: Baseline


class Stage(Protocol):
    """Where a lab is proved."""

    @property
    def given_up(self) -> threading.Event:
        """Set when nobody wants the proof any longer: whatever waits then ends."""
        ...

    def start(self) -> Started:
        """Bring the lab up from nothing, or as it already is if nobody has touched it."""
        ...

    def reset(self) -> Started:
        """The lab again as it was right after its setup."""
        ...

    def keep(self, name: str) -> None:
        """Remember the lab as it is now, by this name."""
        ...

    def go_back(self, name: str) -> Started:
        """The lab as it was when it was kept by this name."""
        ...

    def run_notebook_step(self, step_id: str) -> str:
        """Run the notebook's solution cells of a step; "" or what went wrong."""
        ...
