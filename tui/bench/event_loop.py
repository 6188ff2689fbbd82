"""Whether the app keeps up while three nodes start and the grader runs: no tick over 50 ms late."""

import asyncio
from collections.abc import Callable, Iterator

from labs.errors import SeatrialError
from tui.app import SeatrialApp
from tui.bench.figure import Figure
from tui.real_workbench import RealWorkbench
from tui.stalls import LIMIT, Stalls

PART = "stalls"
LAB = "9/not-ready-node"
START_LIMIT = 1800.0
GRADE_LIMIT = 300.0
LOOK = 0.2
"""Seconds between two looks at whether the app is done."""


def measure() -> Iterator[Figure]:
    """The app without a terminal, on the real world; the lab is removed by the caller's ground."""
    app = SeatrialApp(RealWorkbench())
    found = asyncio.run(watched(app))
    note = f"three nodes started and graded within {found.seconds:.0f} s"
    yield Figure(PART, "longest", round(found.longest * 1000), "ms", note)
    work = round(found.longest_work * 1000)
    yield Figure(PART, "longest work of the loop itself", work, "ms", "its own processor time")
    yield Figure(PART, f"over {LIMIT * 1000:.0f} ms", found.count, "times", note)


async def watched(app: SeatrialApp) -> Stalls:
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: app.book.course is not None, 30, app)
        app.stall_meter.start()
        app.open_lab(LAB)
        await until(lambda: LAB in app.book.opened, START_LIMIT, app)
        await pilot.press("c")
        await until(lambda: app.book.opened[LAB].looks > 0, GRADE_LIMIT, app)
        await until(lambda: not app.book.opened[LAB].grading, GRADE_LIMIT, app)
        return app.stall_meter.stop()


async def until(done: Callable[[], bool], seconds: float, app: SeatrialApp) -> None:
    """Raises SeatrialError when it takes longer, or the app could not do it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not done():
        opening = app.book.openings.get(LAB)
        if opening is not None and opening.failure is not None:
            raise SeatrialError(opening.failure.message, opening.failure.remedy)
        if loop.time() > end:
            raise SeatrialError(f"The app was not done within {seconds:.0f} s.", "See its log.")
        await asyncio.sleep(LOOK)
