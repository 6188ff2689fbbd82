"""Where faults are proved: one cluster of each profile, gone back to for every fault."""

import datetime
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field

from cluster import checkpoint, lifecycle
from cluster.events import Event, Listener, ignore
from cluster.running import RunningLab
from grader.proof import remembered
from grader.proof.demands import ALL, Demands
from grader.proof.faults import prove_fault
from grader.proof.report import OnPart, ProofReport, ignore_part
from labs.deadline import Deadline
from labs.fault import Fault

CLEAN = "clean"
_READY_SECONDS = 60.0
"""At native speed."""


@dataclass(slots=True)
class ProfileStage:
    """A `grader.proof.faults.FaultStage` on real nodes."""

    profile: str
    listener: Listener = ignore
    given_up: threading.Event = field(default_factory=threading.Event)
    _begun: bool = False

    @property
    def lab_id(self) -> str:
        return f"faults/{self.profile}"

    def fresh(self) -> RunningLab:
        if self._begun:
            since = datetime.datetime.now(datetime.UTC)
            lab = self.go_back(CLEAN)
            lab.wait_ready(since, Deadline.after(_READY_SECONDS * lab.time_scale))
            return lab
        self._begun = True
        lab = lifecycle.up(self.lab_id, self.profile, self._listen)
        self.keep(CLEAN)
        return lab

    def keep(self, name: str) -> None:
        checkpoint.keep(self.lab_id, name).close()

    def go_back(self, name: str) -> RunningLab:
        return checkpoint.go_back(self.lab_id, name)

    def end(self) -> None:
        """Nothing is left of it."""
        lifecycle.down(self.lab_id)
        self._begun = False

    def _listen(self, event: Event) -> None:
        if self.given_up.is_set():
            raise CancelledError
        self.listener(event)


@contextmanager
def stage_for(profile: str, listener: Listener = ignore) -> Iterator[ProfileStage]:
    """A stage, and its end."""
    stage = ProfileStage(profile, listener)
    try:
        yield stage
    finally:
        stage.given_up.set()
        stage.end()


def prove_faults(
    faults: Sequence[Fault],
    listener: Listener = ignore,
    demands: Demands = ALL,
    known: OnPart = ignore_part,
    *,
    anew: bool = True,
) -> Iterator[tuple[Fault, ProofReport]]:
    """Prove faults one after the other, profile by profile.

    Unless `anew`, what this machine has proved with the same files is taken as it was.
    """
    for profile in sorted({fault.profile for fault in faults}):
        with stage_for(profile, listener) as stage:
            for fault in faults:
                if fault.profile != profile:
                    continue
                memory = remembered.Memory.of(fault)
                report = None if anew else memory.find(demands)
                if report is None:
                    report = prove_fault(fault, stage, listener, known, demands.patience)
                    memory.keep(demands, report)
                yield fault, report
