"""Where a lab is proved: attempts in folders of their own, apart from the learner's."""

import os
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from cluster import checkpoint, lifecycle
from cluster.events import Listener, ignore
from cluster.lock import held
from cluster.profile import named
from grader import attempt
from grader.proof import OnPart, ProofReport, ignore_part
from grader.prove import Started, notebook_step, prove
from grader.readiness import prove_ready
from labs import paths
from labs.model import Lab

SEED = "proof"
START = "start"


@dataclass(frozen=True, slots=True)
class AttemptStage:
    """A `grader.prove.Stage` on real nodes."""

    lab: Lab
    listener: Listener

    def start(self) -> Started:
        attempt.stop(self.lab.id)
        begun = attempt.start(self.lab.id, self.listener, mode="proof", seed=SEED)
        self.keep(START)
        return Started(begun.cluster, begun.baseline)

    def reset(self) -> Started:
        return self.go_back(START)

    def keep(self, name: str) -> None:
        checkpoint.keep(self.lab.id, name).close()

    def go_back(self, name: str) -> Started:
        cluster = checkpoint.go_back(self.lab.id, name)
        if name == START:
            prove_ready(self.lab, cluster)
        return Started(cluster, attempt.resume(self.lab.id).baseline)

    def run_notebook_step(self, step_id: str) -> str:
        return notebook_step(self.lab, step_id)


@contextmanager
def proofs(
    labs: Sequence[Lab],
    listener: Listener = ignore,
    only: Collection[str] = (),
    known: OnPart = ignore_part,
) -> Iterator[Mapping[str, "Future[ProofReport]"]]:
    """Prove labs on their nodes, side by side as far as their processors fit the host; by lab id.

    What has not begun when the block ends is not proved.
    """
    cores = os.cpu_count() or 1
    free = threading.Semaphore(cores)
    taking = threading.Lock()

    def one(lab: Lab) -> ProofReport:
        wanted = min(cores, sum(node.vcpus for node in named(lab.profile).nodes))
        with taking:
            for _ in range(wanted):
                free.acquire()
        try:
            return prove(lab, AttemptStage(lab, listener), listener, only=only, known=known)
        finally:
            attempt.stop(lab.id)
            free.release(wanted)

    pool = ThreadPoolExecutor(max_workers=cores)
    try:
        yield {lab.id: pool.submit(one, lab) for lab in labs}
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def apart() -> Iterator[None]:
    """While this holds, labs run and records are kept below `prove` in the state folder.

    What an earlier proof left there when it was killed is removed at the beginning and the end.
    Raises Busy while another process proves.
    """
    folder = paths.state() / "prove"
    before = {name: os.environ.get(name) for name in ("XDG_STATE_HOME", "XDG_DATA_HOME")}
    with held(folder.with_suffix(".lock"), "a proof"):
        os.environ.update(dict.fromkeys(before, str(folder)))
        try:
            lifecycle.down_all()
            yield
        finally:
            lifecycle.down_all()
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name)
                else:
                    os.environ[name] = value
