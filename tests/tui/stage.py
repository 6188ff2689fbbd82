"""The demonstration under a test's control: a clock that stands, work that takes no time or is
held, and what is on the screen as text."""

import html
import re
from collections.abc import Callable
from threading import Event, Semaphore

from rich.cells import cell_len
from textual.pilot import Pilot

from labs.deadline import Deadline
from labs.model import Course
from tui.app import SeatrialApp
from tui.demo import DemoWorkbench, Pace
from tui.demo_course import COURSE
from tui.widgets.cell_view import CellView
from tui.workbench import Workbench

NOW = 1_800_000_000.0
SECONDS = 20.0
WIDE = (100, 30)
SMALL = (80, 24)
SLIP = 0.02


class Pacing:
    """Pauses end at once, unless held; looks by themselves come only when allowed."""

    def __init__(self) -> None:
        self.now = NOW
        self._left: int | None = None
        self._free = Event()
        self._looks = Semaphore(0)

    def clock(self) -> float:
        return self.now

    def hold_after(self, pauses: int) -> None:
        """Let `pauses` more pauses pass, then hold the work in the next one."""
        self._left = pauses
        self._free.clear()

    def let_go(self) -> None:
        self._left = None
        self._free.set()

    def allow_looks(self, number: int) -> None:
        self._looks.release(number)

    @property
    def pace(self) -> Pace:
        return Pace(self._pause, self._wait)

    def _pause(self, seconds: float) -> None:
        if self._left is None:
            return
        if self._left == 0:
            self._free.wait(SECONDS)
        else:
            self._left -= 1

    def _wait(self, stop: Event, seconds: float) -> None:
        while not stop.is_set() and not self._looks.acquire(timeout=SLIP):
            pass


def demo(pacing: Pacing, course: Course = COURSE, image: bool = True) -> DemoWorkbench:
    return DemoWorkbench(course, pacing.pace, image, pacing.clock)


def app_on(workbench: Workbench, pacing: Pacing | None = None, language: str = "en") -> SeatrialApp:
    return SeatrialApp(workbench, language, (pacing or Pacing()).clock)


CELL_WIDTH = 12.2
"""Of Textual's pictures, in their units."""


def seen(app: SeatrialApp) -> str:
    """The words on the screen, line by line, each where it stands."""
    rows: dict[float, list[tuple[int, str]]] = {}
    pattern = r'<text[^>]*? x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>'
    for x, y, text in re.findall(pattern, app.export_screenshot()):
        column = round(float(x) / CELL_WIDTH)
        rows.setdefault(float(y), []).append((column, html.unescape(text)))
    return "\n".join(_row(parts) for _, parts in sorted(rows.items())).replace("\xa0", " ")


def _row(parts: list[tuple[int, str]]) -> str:
    row = ""
    for column, text in sorted(parts):
        row += " " * (column - cell_len(row)) + text
    return row


async def until(pilot: Pilot[int], condition: Callable[[], object], what: str = "") -> None:
    """Let the app go on until the condition holds; fails with what is on the screen."""
    deadline = Deadline.after(SECONDS)
    while not condition():
        app = pilot.app
        assert isinstance(app, SeatrialApp)
        assert not deadline.passed, f"{what or condition} never came; on the screen:\n{seen(app)}"
        await pilot.pause(SLIP)


async def until_seen(pilot: Pilot[int], *texts: str) -> None:
    app = pilot.app
    assert isinstance(app, SeatrialApp)
    await until(pilot, lambda: all(text in seen(app) for text in texts), f"{texts}")


async def open_first_lab(pilot: Pilot[int]) -> None:
    """From the start to the first step with its notebook and one look at its requirements."""
    await until_seen(pilot, "Change a Deployment in use")
    await pilot.press("enter")
    await until_seen(pilot, "Look first", "0 of 3 pts", ".202")
    await until_told(pilot, cells=2)


async def until_told(pilot: Pilot[int], cells: int) -> None:
    """Until the step's whole notebook is there, of which the screen may show only the beginning."""
    screen = pilot.app.screen
    await until(pilot, lambda: len(screen.query(CellView)) == cells, "the notebook")
    await pilot.pause()


async def focus_cell(pilot: Pilot[int], number: int) -> None:
    """Put the focus on the step's cell `number`, from 1, by the tab key."""
    cells = list(pilot.app.screen.query(CellView))
    while pilot.app.focused is not cells[number - 1]:
        await pilot.press("tab")


async def do_the_step(pilot: Pilot[int], cell: int) -> None:
    """Uncover the solution and run it."""
    await focus_cell(pilot, cell)
    await pilot.press("enter", "enter")
    await until_seen(pilot, "done")
