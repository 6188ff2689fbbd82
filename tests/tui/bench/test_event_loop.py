"""The app is really taken through a start and a check while its event loop is measured."""

from threading import Event

import pytest

from labs.errors import SeatrialError
from labs.model import Lab
from tui.app import SeatrialApp
from tui.bench import event_loop
from tui.demo import DemoWorkbench, Pace


def short_pause(seconds: float) -> None:
    """The script's time passes fifty times as fast."""
    Event().wait(seconds / 50)


QUICK = Pace(short_pause, Event.wait)


async def test_the_lab_is_started_and_graded_while_the_loop_is_measured() -> None:
    app = SeatrialApp(DemoWorkbench(pace=QUICK, image=True))
    found = await event_loop.watched(app)
    assert found.seconds > 0
    assert app.book.opened[event_loop.LAB].results


async def test_a_lab_that_cannot_be_started_is_an_error_and_no_figure() -> None:
    class Broken(DemoWorkbench):
        def start(self, lab_id: str, listener: object) -> Lab:
            raise SeatrialError("There is no room.", "Make some.")

    with pytest.raises(SeatrialError, match="no room"):
        await event_loop.watched(SeatrialApp(Broken(pace=QUICK, image=True)))
