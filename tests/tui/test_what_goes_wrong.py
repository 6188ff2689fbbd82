"""Errors of workers: one clear sentence, what to do, where the log is; the app goes on."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from cluster.events import Listener
from grader.verdict import GradeReport
from labs.errors import SeatrialError
from labs.model import Course, Lab
from tests.tui.stage import (
    WIDE,
    Pacing,
    app_on,
    focus_cell,
    open_first_lab,
    seen,
    until,
    until_seen,
)
from tui.demo import DemoWorkbench
from tui.demo_course import COURSE
from tui.screens.lab import LabScreen
from tui.workbench import CellResult, NodeState, OnOutput, OnResult


class Faulty(DemoWorkbench):
    """Raises `errors[what]` where it is told to; each once, if `once`."""

    def __init__(self, pacing: Pacing, **errors: Exception) -> None:
        super().__init__(COURSE, pacing.pace, "build" not in errors, pacing.clock)
        self.errors = errors

    def _may_fail(self, what: str) -> None:
        if what in self.errors:
            raise self.errors[what]

    def course(self) -> Course:
        self._may_fail("course")
        return super().course()

    def build_image(self, listener: Listener) -> None:
        self._may_fail("build")
        super().build_image(listener)

    def start(self, lab_id: str, listener: Listener) -> Lab:
        self._may_fail("start")
        return super().start(lab_id, listener)

    def nodes(self, lab_id: str) -> Sequence[NodeState]:
        self._may_fail("nodes")
        return super().nodes(lab_id)

    def grade(self, lab_id: str, step_id: str | None, on_result: OnResult) -> GradeReport:
        self._may_fail("grade")
        return super().grade(lab_id, step_id, on_result)

    def live(self, lab_id: str, step_id: str, on_result: OnResult, stop: Event) -> None:
        self._may_fail("live")
        super().live(lab_id, step_id, on_result, stop)

    def run_cell(self, lab_id: str, index: int, on_output: OnOutput) -> CellResult:
        self._may_fail("cell")
        return super().run_cell(lab_id, index, on_output)


NO_ROOM = SeatrialError("There is no room for [3] nodes.", "Free 4 GiB of memory.")


async def test_a_lab_that_does_not_start_says_why_and_can_be_tried_again() -> None:
    workbench = Faulty(Pacing(), start=NO_ROOM)
    app = app_on(workbench)
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.press("enter")
        await until_seen(
            pilot,
            "The lab could not be started.",
            "There is no room for [3] nodes.",
            "Free 4 GiB of memory.",
            "The whole log: demonstration.log",
        )
        await pilot.press("escape")
        await until_seen(pilot, "✗ There is no room", "r try again")
        workbench.errors.clear()
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))


async def test_an_image_that_does_not_build_holds_the_lab_back_until_it_does() -> None:
    workbench = Faulty(Pacing(), build=SeatrialError("The disk is full.", "Free 3 GiB."))
    app = app_on(workbench)
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "There is no image of the nodes yet")
        await pilot.press("enter")
        await until_seen(pilot, "The image could not be built.", "Free 3 GiB.")
        workbench.errors.clear()
        await pilot.press("c", "r")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))


async def test_a_mistake_of_ours_is_written_down_and_does_not_end_the_app(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    app = app_on(Faulty(Pacing(), start=ZeroDivisionError("by [zero]")))
    async with app.run_test(size=(160, 30)) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.press("enter")
        await until_seen(pilot, "ZeroDivisionError: by [zero]")
        await pilot.press("c")
        assert app.is_running
    assert "ZeroDivisionError: by [zero]" in (tmp_path / "seatrial" / "app.log").read_text()


async def test_checks_that_cannot_run_leave_the_screen_usable() -> None:
    workbench = Faulty(Pacing(), grade=SeatrialError("The API is away.", "Wait."))
    app = app_on(workbench)
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await pilot.press("c")
        await until_seen(pilot, "The checks could not run.", "The API is away.")
        workbench.errors.clear()
        await pilot.press("c", "c")
        await until_seen(pilot, "checked by themselves")


async def test_checks_that_stop_by_themselves_say_so_without_a_question() -> None:
    app = app_on(Faulty(Pacing(), live=SeatrialError("SSH is gone.")))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.press("enter")
        await until_seen(pilot, "gone.", "not checked at present · c now")
        assert isinstance(app.screen, LabScreen)


async def test_a_cell_that_cannot_run_says_so_in_its_place() -> None:
    app = app_on(Faulty(Pacing(), cell=SeatrialError("The kernel died.", "Run it again.")))
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await focus_cell(pilot, 1)
        await pilot.press("enter")
        await until_seen(pilot, "The cell could not run.", "Run it again.")
        await pilot.press("c")
        await until_seen(pilot, "✗ failed", "The kernel died.")


async def test_nodes_that_cannot_be_listed_are_a_message_and_no_question() -> None:
    app = app_on(Faulty(Pacing(), nodes=SeatrialError("libvirt is away.")))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.press("enter")
        await until_seen(pilot, "Something could not be read:", "libvirt is away.", "Look first")
        assert isinstance(app.screen, LabScreen)
        assert "s shell" not in seen(app), "no nodes, no shell"


async def test_a_course_that_cannot_be_read_is_said_at_once() -> None:
    broken = SeatrialError("labs/x/lab.yaml:3 title: is missing.", "Add it.")
    app = app_on(Faulty(Pacing(), course=broken))
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "The course could not be read.", "lab.yaml:3 title: is missing.")
        await pilot.press("c", "q")
    assert app.return_value == 0
