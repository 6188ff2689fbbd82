"""A workbench on which nothing is real, so that the app can be shown and tested on any machine.
It plays the course's own labs with scripted nodes; the course itself is real."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock

from cluster.events import LabReady, Listener, LogLine, NodeReady, PhaseStarted
from grader.verdict import CriterionResult, GradeReport, StepResult
from labs.course import load_course
from labs.errors import SeatrialError
from labs.model import Course, Lab
from notebooks.book import load_notebook
from tui.demo_course import COURSE, cells_of
from tui.demo_script import IMAGE_PHASES, LAB_PHASES, output_of
from tui.demo_verdicts import DemoAttempt
from tui.workbench import (
    Cell,
    CellResult,
    CellRole,
    LabState,
    NodeState,
    OnOutput,
    OnResult,
)

PROFILES = {
    "node-1": ("k8s-node1",),
    "kubeadm-0": ("k8s-master", "k8s-node1", "k8s-node2"),
    "kubeadm-1": ("k8s-master",),
    "kubeadm-3": ("k8s-master", "k8s-node1", "k8s-node2"),
}
ADDRESSES = {"k8s-master": ".200", "k8s-node1": ".201", "k8s-node2": ".202"}
LOOK_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class Pace:
    """How pretended work passes the time; `wait` also ends when its event is set."""

    pause: Callable[[float], object]
    wait: Callable[[Event, float], object]


REAL_TIME = Pace(time.sleep, Event.wait)


class DemoWorkbench:
    """`course` None means the real one; tests give their own, and another pace and clock."""

    def __init__(
        self,
        course: Course | None = None,
        pace: Pace = REAL_TIME,
        image: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._course = course
        self._pause = pace.pause
        self._wait = pace.wait
        self._image = image
        self._clock = clock
        self._lock = Lock()
        self._attempts: dict[str, DemoAttempt] = {}
        self.interrupted = Event()

    @property
    def demonstration(self) -> bool:
        return True

    def course(self) -> Course:
        with self._lock:
            if self._course is None:
                self._course = _real_course()
            return self._course

    def states(self) -> Mapping[str, LabState]:
        return {lab.id: self._state(lab) for lab in self.course().labs}

    def running(self) -> Sequence[str]:
        return tuple(self._attempts)

    def platform_line(self) -> str:
        return "nothing is real"

    def load_ahead(self) -> None:
        pass

    def image_ready(self) -> bool:
        return self._image

    def build_image(self, listener: Listener) -> None:
        done, total = 0.0, sum(seconds for _, seconds, _ in IMAGE_PHASES)
        for phase, seconds, lines in IMAGE_PHASES:
            listener(PhaseStarted(phase, done / total, total - done))
            self._play(listener, seconds, lines, "")
            done += seconds
        self._image = True

    def start(self, lab_id: str, listener: Listener) -> Lab:
        lab = self._lab(lab_id)
        began = self._clock()
        if lab_id not in self._attempts:
            self._provision(lab, listener)
            self._attempts[lab_id] = DemoAttempt(lab, self._clock())
        listener(LabReady(lab_id, self._clock() - began))
        return lab

    def stop(self, lab_id: str) -> None:
        self._pause(0.5)
        self._attempts.pop(lab_id, None)

    def nodes(self, lab_id: str) -> Sequence[NodeState]:
        names = PROFILES.get(self._lab(lab_id).profile, ("k8s-master",))
        up = lab_id in self._attempts
        return [NodeState(name, f"192.168.52{ADDRESSES[name]}", up) for name in names]

    def step_entered(self, lab_id: str, step_id: str) -> None:
        if attempt := self._attempts.get(lab_id):
            attempt.current_step = step_id

    def grade(self, lab_id: str, step_id: str | None, on_result: OnResult) -> GradeReport:
        attempt, began = self._attempt(lab_id), self._clock()
        steps = [s for s in attempt.lab.steps if step_id in (None, s.id)]
        judged = [StepResult(s.id, self._converge(attempt, s.id, on_result)) for s in steps]
        return GradeReport(lab_id, tuple(judged), self._clock() - began)

    def live(self, lab_id: str, step_id: str, on_result: OnResult, stop: Event) -> None:
        attempt = self._attempt(lab_id)
        told: dict[str, CriterionResult] = {}
        while not stop.is_set():
            for result in attempt.look(step_id, self._clock()):
                if told.get(result.criterion_id) != result:
                    told[result.criterion_id] = result
                    on_result(result)
            self._wait(stop, LOOK_SECONDS)

    def cells(self, lab_id: str, step_id: str) -> Sequence[Cell]:
        return [cell for step, cell in self._all_cells(self._lab(lab_id)) if step == step_id]

    def run_cell(self, lab_id: str, index: int, on_output: OnOutput) -> CellResult:
        attempt, began = self._attempt(lab_id), self._clock()
        step_id, cell = next(
            (step, cell) for step, cell in self._all_cells(attempt.lab) if cell.index == index
        )
        self.interrupted.clear()
        for line in output_of(cell.source):
            self._pause(0.25)
            if self.interrupted.is_set():
                return CellResult(False, self._clock() - began)
            on_output(line + "\n")
        if cell.role is CellRole.SOLUTION:
            attempt.did(step_id, index, self._solutions(attempt.lab, step_id))
        return CellResult(True, self._clock() - began)

    def interrupt_cell(self, lab_id: str) -> None:
        self.interrupted.set()

    def hint_used(self, lab_id: str, step_id: str, number: int) -> None:
        self._attempt(lab_id).hints[step_id] = number

    def shell_command(self, lab_id: str, node: str) -> list[str]:
        shell = Path(__file__).with_name("demo_shell.py")
        return [sys.executable, str(shell), node]

    def log_file(self, lab_id: str) -> Path:
        return Path("demonstration.log")

    def _lab(self, lab_id: str) -> Lab:
        return next(lab for lab in self.course().labs if lab.id == lab_id)

    def _attempt(self, lab_id: str) -> DemoAttempt:
        if lab_id not in self._attempts:
            raise SeatrialError(f"The nodes of {lab_id} do not run.", "Open the lab again.")
        return self._attempts[lab_id]

    def _state(self, lab: Lab) -> LabState:
        absent = "" if lab.profile in PROFILES else "the demonstration has no such nodes"
        if "upstream" in lab.supports.get("image", []):
            absent = "it needs the upstream image, which is not part of this version"
        attempt = self._attempts.get(lab.id)
        if attempt is None:
            return LabState(lab.id, unavailable=absent)
        return attempt.state()

    def _all_cells(self, lab: Lab) -> list[tuple[str, Cell]]:
        if not lab.notebook.is_file():
            return cells_of(lab)
        first = PROFILES[lab.profile][0]
        return [
            (cell.step, _cell(cell.index, cell.role, cell.command, cell.node or first))
            for cell in load_notebook(lab).cells
        ]

    def _solutions(self, lab: Lab, step_id: str) -> int:
        cells = [cell for step, cell in self._all_cells(lab) if step == step_id]
        return sum(cell.role is CellRole.SOLUTION for cell in cells)

    def _converge(
        self, attempt: DemoAttempt, step_id: str, on_result: OnResult
    ) -> tuple[CriterionResult, ...]:
        for _ in range(3):
            results = attempt.look(step_id, self._clock())
            for result in results:
                self._pause(0.15)
                on_result(result)
            if attempt.settled(step_id):
                break
        return results

    def _provision(self, lab: Lab, listener: Listener) -> None:
        names = PROFILES[lab.profile]
        done, total = 0.0, sum(seconds for _, _, seconds, _ in LAB_PHASES)
        for phase, per_node, seconds, lines in LAB_PHASES:
            listener(PhaseStarted(phase, done / total, total - done))
            for name in names if per_node else ():
                listener(PhaseStarted(per_node, done / total, total - done, name))
                self._play(listener, seconds / len(names), lines, name)
                if per_node.startswith("proving"):
                    listener(NodeReady(name))
            if not per_node:
                self._play(listener, seconds, lines, "")
            done += seconds

    def _play(self, listener: Listener, seconds: float, lines: Sequence[str], node: str) -> None:
        for line in lines:
            self._pause(seconds / (len(lines) + 1))
            listener(LogLine(line, node))
        self._pause(seconds / (len(lines) + 1))


def _real_course() -> Course:
    try:
        course = load_course()
    except (SeatrialError, OSError):
        return COURSE
    return course if course.labs else COURSE


def _cell(index: int, role: str, source: str, node: str) -> Cell:
    cell_role = CellRole(role)
    return Cell(index, cell_role, source, "" if cell_role is CellRole.TEXT else node)
