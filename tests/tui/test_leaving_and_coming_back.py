"""What becomes of running nodes when the app ends, and of the lab when it starts again."""

from tests.tui.stage import (
    WIDE,
    Pacing,
    app_on,
    demo,
    do_the_step,
    focus_cell,
    open_first_lab,
    seen,
    until,
    until_seen,
)
from tui.screens.course import CourseScreen
from tui.screens.dialog import Dialog
from tui.screens.lab import LabScreen


async def test_with_no_nodes_running_the_app_just_ends() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.press("q")
    assert app.return_value == 0


async def test_leaving_can_keep_the_nodes_running() -> None:
    workbench = demo(Pacing())
    app = app_on(workbench)
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await pilot.press("q")
        await until_seen(pilot, "Leave Seatrial?", "Change a Deployment in use. They")
        await pilot.press("k")
    assert app.return_value == 0
    assert workbench.running() == ("8/deployments",)


async def test_leaving_can_remove_the_nodes_and_waits_for_it() -> None:
    workbench = demo(Pacing())
    app = app_on(workbench)
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await pilot.press("q", "r")
        await until(pilot, lambda: workbench.running() == ())
        await until(pilot, lambda: not app.is_running)
    assert app.return_value == 0


async def test_leaving_can_be_called_off() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await pilot.press("q", "s")
        await pilot.press("q", "escape")
        assert isinstance(app.screen, LabScreen)
        assert app.return_value is None


async def test_the_way_out_works_from_inside_a_question() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await pilot.press("q", "ctrl+q")
        assert isinstance(app.screen, Dialog)
        await pilot.press("k")
    assert app.return_value == 0


async def test_a_lab_that_is_being_made_counts_as_running() -> None:
    pacing = Pacing()
    pacing.hold_after(1)
    app = app_on(demo(pacing), pacing)
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.press("enter")
        await until_seen(pilot, "Defining the network")
        await pilot.press("q")
        await until_seen(pilot, "Leave Seatrial?")
        pacing.let_go()
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))


async def test_starting_again_resumes_the_lab_where_it_was() -> None:
    pacing = Pacing()
    workbench = demo(pacing)
    app = app_on(workbench, pacing)
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await do_the_step(pilot, 2)
        await pilot.press("h", "c")
        await until_seen(pilot, "passed · n goes on")
        await pilot.press("n")
        await until_seen(pilot, "2 A new version", "0 of 3 pts")
        await pilot.press("q", "k")
    pacing.now += 60
    again = app_on(workbench, pacing)
    async with again.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "● 5/8 Change a Deployment in use")
        await pilot.press("enter")
        await until_seen(pilot, "2 A new version with no gap", "✔ 1 Three", "1:00 of 8:00")
        await pilot.press("p")
        await until_seen(pilot, "Hint 1 of 2", "5 of 5 pts")


async def test_nodes_can_be_removed_from_the_course_after_a_question() -> None:
    workbench = demo(Pacing())
    app = app_on(workbench)
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await pilot.press("escape")
        await until_seen(pilot, "x remove nodes")
        await pilot.press("x")
        await until_seen(pilot, "Disks and memory are lost")
        await pilot.press("enter")
        assert workbench.running() == ("8/deployments",), "the first choice is the safe one"
        await pilot.press("x", "y")
        await until(pilot, lambda: workbench.running() == ())
        await until(pilot, lambda: "x remove nodes" not in seen(app))
        assert isinstance(app.screen, CourseScreen)


async def test_an_opened_lab_is_shown_again_with_what_its_cells_printed() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=(100, 50)) as pilot:
        await open_first_lab(pilot)
        await focus_cell(pilot, 1)
        await pilot.press("enter")
        await until_seen(pilot, "web-6d4f7c9b8d-2xkqp")
        await pilot.press("escape")
        await until_seen(pilot, "nodes are running")
        await pilot.press("enter")
        await until_seen(pilot, "web-6d4f7c9b8d-2xkqp")
