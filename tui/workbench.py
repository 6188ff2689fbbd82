"""Everything the screens ask of the world, as one protocol: the real one drives libvirt and the
grader, the demonstration plays a script. Nothing here imports more than the shared types.

Every method may block and is called from worker threads of the App, several at once, never from
the event loop (except `demonstration` and `log_file`, which answer at once). Whatever cannot be
done is a `SeatrialError`; nothing else is meant for a person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from threading import Event
from typing import Protocol

from cluster.events import Listener
from grader.verdict import CriterionResult, GradeReport, StepResult
from labs.model import Course, Lab

OnResult = Callable[[CriterionResult], None]
"""Called from the worker thread for every criterion as soon as it is judged."""

OnOutput = Callable[[str], None]
"""Called with any piece of a cell's output, as it arrives; not aligned to lines."""


@dataclass(frozen=True, slots=True)
class LabState:
    """What is known about one lab, from the records and from libvirt."""

    lab_id: str
    running: bool = False
    """The lab's nodes exist (running, paused or half made): `start` resumes, `stop` removes."""
    points: int = 0
    """Points of the present attempt, or of the best finished one if there is none at present."""
    passed_steps: frozenset[str] = frozenset()
    current_step: str = ""
    """Where the learner was (the last `step_entered`); '' means the first step."""
    results: Mapping[str, StepResult] = field(default_factory=dict)
    """The latest results of the present attempt by step id, as far as there are any."""
    hints_used: Mapping[str, int] = field(default_factory=dict)
    """How many hints of each step were opened in the present attempt."""
    started_at: float | None = None
    """Unix time at which the clock of the present attempt started (readiness proved), else None."""
    finished_at: float | None = None
    """Unix time at which the last step passed, else None."""
    last_proof: str = ""
    """`2026-11-20 · debian · Kubernetes 1.20.2 · 4 min`; '' means never proved."""
    unavailable: str = ""
    """Why the present image cannot serve this lab; '' if it can."""


@dataclass(frozen=True, slots=True)
class NodeState:
    """A node of a lab's profile, whether it exists yet or not."""

    name: str
    address: str = ""
    up: bool = False
    note: str = ""
    """A few words when something is worth saying: `paused`, `does not answer`."""


class CellRole(Enum):
    """Markdown is TEXT; a LOOK cell only shows something; a SOLUTION cell does the step."""

    TEXT = "text"
    LOOK = "look"
    SOLUTION = "solution"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the lab's notebook with the lab's variables filled in."""

    index: int
    """Its place in the notebook; what `run_cell` takes."""
    role: CellRole
    source: str
    """Without the `%node` line."""
    node: str = ""
    """Where it runs; '' for TEXT."""


@dataclass(frozen=True, slots=True)
class CellResult:
    """How a cell ended; its output went to `on_output`."""

    ok: bool
    seconds: float


class Workbench(Protocol):
    """The world behind the screens."""

    @property
    def demonstration(self) -> bool:
        """True only for the fake: every screen then says so."""
        ...

    def course(self) -> Course:
        """The course with its rendered labs; under 100 ms after the first call."""
        ...

    def states(self) -> Mapping[str, LabState]:
        """One state per lab of the course, by lab id; quick (records and a list of domains)."""
        ...

    def running(self) -> Sequence[str]:
        """Ids of the labs whose nodes exist."""
        ...

    def platform_line(self) -> str:
        """`emulated · 2 cores · debian image`."""
        ...

    def load_ahead(self) -> None:
        """Load the program's parts that starting and grading a lab need."""
        ...

    def image_ready(self) -> bool: ...

    def build_image(self, listener: Listener) -> None:
        """Make the image (cached, resumable); phases carry `fraction` and `seconds_left`."""
        ...

    def start(self, lab_id: str, listener: Listener) -> Lab:
        """Nodes, setup, readiness, baseline, attempt; returns when the learner may begin.

        The lab that is returned has this attempt's variables, the course's may have others.
        Idempotent: finds and finishes what is there, resumes an attempt whose nodes still exist,
        begins a new one otherwise. May be cut off by the end of the process at any moment.
        """
        ...

    def stop(self, lab_id: str) -> None:
        """Remove the lab's nodes and everything that belongs to them. Idempotent.

        May come while `start` is at work in another thread; that one then raises a SeatrialError.
        """
        ...

    def nodes(self, lab_id: str) -> Sequence[NodeState]:
        """The nodes of the lab's profile in its order, also before the lab is started."""
        ...

    def step_entered(self, lab_id: str, step_id: str) -> None:
        """The learner now sees this step; it is `current_step` after a restart."""
        ...

    def grade(self, lab_id: str, step_id: str | None, on_result: OnResult) -> GradeReport:
        """Judge one step (or all) now, with converging and holding, and record it."""
        ...

    def live(self, lab_id: str, step_id: str, on_result: OnResult, stop: Event) -> None:
        """Watch the step at low cost: report a criterion when first judged and when it changes.

        Returns soon after `stop` is set (within about a second). A pass that is seen is recorded.
        A node that does not answer is an UNKNOWN result, not an error.
        """
        ...

    def cells(self, lab_id: str, step_id: str) -> Sequence[Cell]:
        """The notebook's cells of the step, in order; '' is the introduction."""
        ...

    def run_cell(self, lab_id: str, index: int, on_output: OnOutput) -> CellResult:
        """Run one cell on its node, streaming; one at a time per lab (others wait)."""
        ...

    def interrupt_cell(self, lab_id: str) -> None:
        """Interrupt the cell that runs now, if any; its `run_cell` then returns with ok=False."""
        ...

    def hint_used(self, lab_id: str, step_id: str, number: int) -> None:
        """The learner opened hint `number` (from 1)."""
        ...

    def shell_command(self, lab_id: str, node: str) -> list[str]:
        """The argv of an interactive shell on the node, for a terminal."""
        ...

    def log_file(self, lab_id: str) -> Path:
        """Where the whole log is: of the lab, or of image builds for ''. Answers at once."""
        ...
