"""Where a lab is proved: attempts in folders of their own, apart from the learner's."""

import asyncio
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from cluster import capacity, checkpoint, lifecycle
from cluster.events import Event, Listener, ignore
from cluster.lock import held
from cluster.profile import named
from grader import attempt
from grader.proof import remembered
from grader.proof.demands import ALL, Demands
from grader.proof.prove import prove
from grader.proof.report import OnPart, ProofPart, ProofReport, ignore_part
from grader.proof.stage import Started
from grader.readiness import prove_ready
from labs import paths
from labs.errors import SeatrialError
from labs.model import Lab

SEED = "proof"
START = "start"


@dataclass(frozen=True, slots=True)
class AttemptStage:
    """A `grader.proof.prove.Stage` on real nodes."""

    lab: Lab
    listener: Listener
    given_up: threading.Event

    def start(self) -> Started:
        attempt.stop(self.lab.id)
        begun = attempt.start(
            self.lab.id, self._listen, mode="proof", seed=SEED, stop=self.given_up
        )
        self.keep(START)
        return Started(begun.cluster, begun.baseline)

    def reset(self) -> Started:
        return self.go_back(START)

    def keep(self, name: str) -> None:
        checkpoint.keep(self.lab.id, name).close()

    def go_back(self, name: str) -> Started:
        cluster = checkpoint.go_back(self.lab.id, name)
        if name == START:
            prove_ready(self.lab, cluster, stop=self.given_up)
        return Started(cluster, attempt.resume(self.lab.id).baseline)

    def run_notebook_step(self, step_id: str) -> str:
        """Runs the solution cells of a step on the running lab."""
        from notebooks.run import run_solution_cells

        for result in asyncio.run(run_solution_cells(self.lab, step_id)):
            if not result.ok:
                last = " / ".join(result.output.strip().splitlines()[-2:])
                return f"a solution cell of {step_id} failed ({result.error}): {last}"
        return ""

    def _listen(self, event: Event) -> None:
        """Making nodes, too, ends at its next event when the proof is given up."""
        if self.given_up.is_set():
            raise CancelledError
        self.listener(event)


@contextmanager
def proofs(
    labs: Sequence[Lab],
    listener: Listener = ignore,
    demands: Demands = ALL,
    known: OnPart = ignore_part,
    *,
    anew: bool = True,
) -> Iterator[Mapping[str, "Future[ProofReport]"]]:
    """Prove labs on their nodes, some side by side; by lab id.

    What has not begun when the block ends is not proved; an exception ends what has begun, too.
    Unless `anew`, what this machine has proved with the same files is taken as it was.
    """
    given_up = threading.Event()

    def told(lab_id: str, part: ProofPart) -> None:
        known(lab_id, part)
        if given_up.is_set():
            raise CancelledError

    def one(lab: Lab) -> ProofReport:
        memory = remembered.Memory.of(lab)
        earlier = None if anew else memory.find(demands)
        if earlier:
            return earlier
        try:
            report = prove(lab, AttemptStage(lab, listener, given_up), listener, demands, told)
        finally:
            attempt.stop(lab.id)
        memory.keep(demands, report)
        return report

    pool = ThreadPoolExecutor(_at_a_time(labs))
    running = {lab.id: pool.submit(one, lab) for lab in labs}
    try:
        yield running
    except BaseException:
        given_up.set()
        for lab_id in [one for one, future in running.items() if future.running()]:
            with suppress(SeatrialError):
                attempt.stop(lab_id)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _at_a_time(labs: Sequence[Lab]) -> int:
    """As many as there are processors (a proof waits half of its time), if memory holds them."""
    largest = max((named(lab.profile).memory_mib for lab in labs), default=1)
    wanted = os.cpu_count() or 1
    return max(1, min(wanted, capacity.available_mib() // largest))


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
