"""The app is really taken through a start and a check while its event loop is measured."""

import threading

import pytest

from labs.errors import SeatrialError
from tui.app import SeatrialApp
from tui.bench import event_loop
from tui.demo import DemoWorkbench


def short_pause(seconds: float) -> None:
    """The script's time passes fifty times as fast."""
    threading.Event().wait(seconds / 50)


async def test_the_lab_is_started_and_graded_while_the_loop_is_measured() -> None:
    app = SeatrialApp(DemoWorkbench(pause=short_pause, image=True))
    found = await event_loop.watched(app)
    assert found.seconds > 0
    assert app.book.opened[event_loop.LAB].results


async def test_a_lab_that_cannot_be_started_is_an_error_and_no_figure() -> None:
    class Broken(DemoWorkbench):
        def start(self, lab_id: str, listener: object) -> None:
            raise SeatrialError("There is no room.", "Make some.")

    with pytest.raises(SeatrialError, match="no room"):
        await event_loop.watched(SeatrialApp(Broken(pause=short_pause, image=True)))
