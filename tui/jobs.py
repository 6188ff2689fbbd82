"""Work that blocks, on threads of its own: each method returns at once and news follows. The one
place where an exception of a worker ends; the app never dies of it."""

import time
import traceback
from collections.abc import Callable
from functools import partial
from threading import Event

from grader.verdict import CriterionResult
from labs import paths
from labs.errors import SeatrialError
from tui.garbage import settle
from tui.news import (
    IMAGE,
    CellFinished,
    CellPrinted,
    CellsRead,
    CourseLoaded,
    CriterionJudged,
    ImageBuilt,
    LabStarted,
    LabStopped,
    News,
    NodesRead,
    PaneOpened,
    PlatformRead,
    ShellFound,
    StatesRead,
    StepsGraded,
    Work,
    WorkFailed,
    WorkMoved,
)
from tui.pool import Pool
from tui.terminal import Panes, inside_tmux
from tui.workbench import LabState, Workbench

THREADS = 8


class Jobs:
    """`tell` is called from worker threads."""

    def __init__(self, workbench: Workbench, tell: Callable[[News], None]) -> None:
        self._workbench = workbench
        self._tell = tell
        self._pool = Pool(THREADS)
        self._watching = Event()
        self._panes = Panes()

    def load_course(self) -> None:
        def job() -> None:
            self._tell(CourseLoaded(self._workbench.course()))
            self._tell(self._states())
            self._tell(PlatformRead(self._workbench.platform_line()))
            self._workbench.load_ahead()
            settle()

        self._do(Work.LOAD, IMAGE, job)

    def read_states(self) -> None:
        self._do(Work.READ, IMAGE, lambda: self._tell(self._states()))

    def _states(self) -> StatesRead:
        asked = time.monotonic()
        return StatesRead(self._workbench.states(), self._workbench.image_ready(), asked)

    def build_image(self) -> None:
        def job() -> None:
            self._workbench.build_image(lambda event: self._tell(WorkMoved(IMAGE, event)))
            self._tell(ImageBuilt())

        self._do(Work.BUILD, IMAGE, job)

    def start(self, lab_id: str) -> None:
        def job() -> None:
            lab = self._workbench.start(lab_id, lambda event: self._tell(WorkMoved(lab_id, event)))
            state = self._workbench.states().get(lab_id, LabState(lab_id, running=True))
            self._tell(LabStarted(lab_id, lab, state, time.monotonic()))

        self._do(Work.START, lab_id, job)

    def stop(self, lab_id: str) -> None:
        def job() -> None:
            self._workbench.stop(lab_id)
            self._tell(LabStopped(lab_id))

        self._do(Work.STOP, lab_id, job)

    def read_nodes(self, lab_id: str) -> None:
        def job() -> None:
            self._tell(NodesRead(lab_id, tuple(self._workbench.nodes(lab_id))))

        self._do(Work.READ, lab_id, job)

    def enter_step(self, lab_id: str, step_id: str, introduction: bool) -> None:
        """Record the step and read its cells, after those of the introduction if wanted."""

        def job() -> None:
            self._workbench.step_entered(lab_id, step_id)
            before = self._workbench.cells(lab_id, "") if introduction else ()
            cells = (*before, *self._workbench.cells(lab_id, step_id))
            self._tell(CellsRead(lab_id, step_id, cells))

        self._do(Work.READ, lab_id, job)

    def grade(self, lab_id: str, step_id: str | None) -> None:
        def job() -> None:
            report = self._workbench.grade(
                lab_id, step_id, lambda result: self._tell(CriterionJudged(lab_id, result))
            )
            self._tell(StepsGraded(lab_id, report))

        self.unwatch()
        self._do(Work.GRADE, lab_id, job)

    def watch(self, lab_id: str, step_id: str) -> None:
        """Let checks of the step run by themselves; whatever was watched before is not any more."""
        self.unwatch()
        stop = self._watching = Event()

        def judged(result: CriterionResult) -> None:
            if not stop.is_set():
                self._tell(CriterionJudged(lab_id, result))

        self._do(Work.WATCH, lab_id, partial(self._workbench.live, lab_id, step_id, judged, stop))

    def unwatch(self) -> None:
        self._watching.set()

    def run_cell(self, lab_id: str, index: int) -> None:
        def job() -> None:
            result = self._workbench.run_cell(
                lab_id, index, lambda text: self._tell(CellPrinted(lab_id, index, text))
            )
            self._tell(CellFinished(lab_id, index, result))

        self._do(Work.CELL, lab_id, job, index)

    def interrupt_cell(self, lab_id: str) -> None:
        self._do(Work.READ, lab_id, partial(self._workbench.interrupt_cell, lab_id))

    def hint_used(self, lab_id: str, step_id: str, number: int) -> None:
        self._do(Work.READ, lab_id, partial(self._workbench.hint_used, lab_id, step_id, number))

    def open_shell(self, lab_id: str, node: str, size: tuple[int, int]) -> None:
        """In a pane of tmux, or by news that asks the App for the whole terminal."""

        def job() -> None:
            argv = tuple(self._workbench.shell_command(lab_id, node))
            if inside_tmux():
                self._panes.show((lab_id, node), argv, size)
                self._tell(PaneOpened(node))
            else:
                self._tell(ShellFound(node, argv))

        self._do(Work.SHELL, lab_id, job)

    def _do(self, work: Work, lab_id: str, job: Callable[[], None], index: int = -1) -> None:
        def run() -> None:
            try:
                job()
            except SeatrialError as error:
                log = str(self._workbench.log_file(lab_id))
                self._tell(WorkFailed(work, lab_id, error.message, error.remedy, log, index))
            except Exception as error:  # noqa: BLE001 - the worker boundary
                message = f"{type(error).__name__}: {error}"
                log = _write_down(work)
                self._tell(WorkFailed(work, lab_id, message, "", log, index))

        self._pool.submit(run)


def _write_down(work: Work) -> str:
    """Append the traceback to the app's log; where it is, or '' if it cannot be written."""
    path = paths.state() / "app.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as log:
            log.write(f"--- {work.value}\n{traceback.format_exc()}")
    except OSError:
        return ""
    return str(path)
