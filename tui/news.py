"""What worker threads tell the App: past-tense values, one per thing that happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from cluster.events import Event
from grader.verdict import CriterionResult, GradeReport
from labs.model import Course, Lab
from tui.workbench import Cell, CellResult, LabState, NodeState

IMAGE = ""
"""The lab id that stands for the image's own build."""


class Work(Enum):
    """What a worker thread was doing; the words for people are in `words`."""

    LOAD = "load"
    BUILD = "build"
    START = "start"
    STOP = "stop"
    GRADE = "grade"
    WATCH = "watch"
    CELL = "cell"
    READ = "read"
    SHELL = "shell"


@dataclass(frozen=True, slots=True)
class CourseLoaded:
    course: Course


@dataclass(frozen=True, slots=True)
class PlatformRead:
    """`emulated · 2 cores · debian image`."""

    platform: str


@dataclass(frozen=True, slots=True)
class StatesRead:
    """`asked` and `LabStarted.at` are on the monotonic clock: what was asked before a lab started
    knows nothing of it."""

    states: Mapping[str, LabState]
    image_ready: bool
    asked: float


@dataclass(frozen=True, slots=True)
class WorkMoved:
    """An event of provisioning a lab, or of building the image (`lab_id` is IMAGE)."""

    lab_id: str
    event: Event


@dataclass(frozen=True, slots=True)
class ImageBuilt:
    pass


@dataclass(frozen=True, slots=True)
class LabStarted:
    """`lab` is as this attempt has drawn it: the course's own may name other things."""

    lab_id: str
    lab: Lab
    state: LabState
    at: float


@dataclass(frozen=True, slots=True)
class LabStopped:
    lab_id: str


@dataclass(frozen=True, slots=True)
class NodesRead:
    lab_id: str
    nodes: tuple[NodeState, ...]


@dataclass(frozen=True, slots=True)
class CellsRead:
    lab_id: str
    step_id: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CriterionJudged:
    lab_id: str
    result: CriterionResult


@dataclass(frozen=True, slots=True)
class StepsGraded:
    lab_id: str
    report: GradeReport


@dataclass(frozen=True, slots=True)
class CellPrinted:
    lab_id: str
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class CellFinished:
    lab_id: str
    index: int
    result: CellResult


@dataclass(frozen=True, slots=True)
class PaneOpened:
    """A shell on the node is in a pane of tmux."""

    node: str


@dataclass(frozen=True, slots=True)
class ShellFound:
    """The argv of a shell on a node, for the whole terminal."""

    node: str
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkFailed:
    """`message` and `remedy` are for people; `log` is a path or ''; `index` a failed cell."""

    work: Work
    lab_id: str
    message: str
    remedy: str
    log: str = ""
    index: int = -1


News = (
    CourseLoaded
    | PlatformRead
    | StatesRead
    | WorkMoved
    | ImageBuilt
    | LabStarted
    | LabStopped
    | NodesRead
    | CellsRead
    | CriterionJudged
    | StepsGraded
    | CellPrinted
    | CellFinished
    | PaneOpened
    | ShellFound
    | WorkFailed
)
