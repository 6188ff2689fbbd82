"""The real world behind the screens: attempts on real machines, records, notebooks' kernels.

Every import of weight happens in the methods, in worker threads, so that the app paints at once.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from cluster.events import Event as Happening
from cluster.events import Listener
from grader.verdict import GradeReport
from labs import paths
from labs.course import load_course
from labs.model import Course, Lab
from tui.workbench import (
    Cell,
    CellResult,
    CellRole,
    LabState,
    NodeState,
    OnOutput,
    OnResult,
)

if TYPE_CHECKING:
    from grader.attempt import Attempt
    from notebooks.cell_runner import CellRunner

RECIPE = "debian"


class RealWorkbench:
    """What `tui.workbench.Workbench` asks for, on this machine."""

    demonstration = False

    def __init__(self) -> None:
        self._course: Course | None = None
        self._attempts: dict[str, Attempt] = {}
        self._runner: CellRunner | None = None
        self._making_runner = threading.Lock()

    # --- the course

    def course(self) -> Course:
        """Read once: while the app runs, the course stays as it was."""
        if self._course is None:
            self._course = load_course()
        return self._course

    def states(self) -> Mapping[str, LabState]:
        from labs.progress import Progress
        from tui.lab_states import read_states

        with Progress.open() as progress:
            return read_states(self.course(), progress, set(self.running()))

    def running(self) -> Sequence[str]:
        from cluster import lifecycle

        return [lab.lab_id for lab in lifecycle.status()]

    def platform_line(self) -> str:
        from cluster import virtualisation

        emulated = virtualisation.probe().kind is virtualisation.Kind.EMULATION
        word = "emulated" if emulated else "KVM"
        return f"{word} · {os.cpu_count()} cores · {RECIPE} image"

    def load_ahead(self) -> None:
        import grader.attempt
        import grader.kubernetes.client  # noqa: F401

    # --- the image

    def image_ready(self) -> bool:
        from cluster import image

        return image.current(RECIPE) is not None

    def build_image(self, listener: Listener) -> None:
        from cluster import image

        image.build(RECIPE, self._logged("", listener))

    # --- one lab

    def start(self, lab_id: str, listener: Listener) -> Lab:
        from grader import attempt

        started = attempt.start(lab_id, self._logged(lab_id, listener))
        self._attempts[lab_id] = started
        return started.lab

    def stop(self, lab_id: str) -> None:
        from grader import attempt

        self._attempts.pop(lab_id, None)
        if self._runner:
            self._runner.end(lab_id)
        attempt.stop(lab_id)

    def nodes(self, lab_id: str) -> Sequence[NodeState]:
        from cluster import lifecycle
        from cluster.profile import profiles

        known = {lab.lab_id: lab for lab in lifecycle.status()}
        up = {node.name: node.state for node in known[lab_id].nodes} if lab_id in known else {}
        shapes = profiles()[self._lab(lab_id).profile].nodes
        return [node_state(shape.name, shape.address, up.get(shape.name, "")) for shape in shapes]

    def step_entered(self, lab_id: str, step_id: str) -> None:
        from labs.progress import Progress

        with Progress.open() as progress:
            progress.enter_step(self._attempt(lab_id).record.id, step_id)

    def grade(self, lab_id: str, step_id: str | None, on_result: OnResult) -> GradeReport:
        from grader import attempt

        return attempt.grade(self._attempt(lab_id), [step_id] if step_id else None, on_result)

    def live(self, lab_id: str, step_id: str, on_result: OnResult, stop: Event) -> None:
        from grader import attempt

        attempt.watch(self._attempt(lab_id), step_id, on_result, stop)

    def hint_used(self, lab_id: str, step_id: str, number: int) -> None:
        from labs.progress import Progress

        with Progress.open() as progress:
            progress.hint_used(self._attempt(lab_id).record.id, step_id, number - 1)

    def shell_command(self, lab_id: str, node: str) -> list[str]:
        return self._attempt(lab_id).cluster.ssh_command(node)

    # --- the notebook

    def cells(self, lab_id: str, step_id: str) -> Sequence[Cell]:
        from notebooks.book import load_notebook

        lab = self._lab(lab_id)
        first = self.nodes(lab_id)[0].name
        return [
            Cell(
                cell.index,
                CellRole(cell.role),
                cell.command,
                (cell.node or first) if cell.code else "",
            )
            for cell in load_notebook(lab).of_step(step_id)
        ]

    def run_cell(self, lab_id: str, index: int, on_output: OnOutput) -> CellResult:
        from notebooks.cell_runner import CellRunner

        with self._making_runner:
            self._runner = self._runner or CellRunner()
        began = time.monotonic()
        result = self._runner.run(self._lab(lab_id), index, on_output)
        if result.error:
            on_output(f"\n{result.error}\n")
        return CellResult(result.ok, time.monotonic() - began)

    def interrupt_cell(self, lab_id: str) -> None:
        if self._runner:
            self._runner.interrupt(lab_id)

    def log_file(self, lab_id: str) -> Path:
        from cluster.naming import slug

        return paths.state() / "logs" / f"{slug(lab_id) or 'image'}.log"

    # --- inside

    def _attempt(self, lab_id: str) -> Attempt:
        from grader import attempt

        if lab_id not in self._attempts:
            self._attempts[lab_id] = attempt.resume(lab_id)
        return self._attempts[lab_id]

    def _lab(self, lab_id: str) -> Lab:
        """With the attempt's variables if there is one, else with those of the course."""
        if lab_id in self._attempts:
            return self._attempts[lab_id].lab
        return next(lab for lab in self.course().labs if lab.id == lab_id)

    def _logged(self, lab_id: str, listener: Listener) -> Listener:
        """Also writes every event to the log, a line each, from the start of the file."""
        path = self.log_file(lab_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")

        def listen(event: Happening) -> None:
            with path.open("a", encoding="utf-8") as log:
                log.write(f"{time.strftime('%H:%M:%S')} {event}\n")
            listener(event)

        return listen


def node_state(name: str, address: str, state: str) -> NodeState:
    """What the lab screen shows of a node in libvirt's `state` ('' if it does not exist)."""
    return NodeState(name, address, state == "running", "" if state in ("", "running") else state)
