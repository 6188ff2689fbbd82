"""One learner's way through the demonstration's lab, told by keys."""

from dataclasses import replace

from cluster.events import Listener
from labs.model import Lab
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
from tui.demo import DemoWorkbench
from tui.demo_course import COURSE
from tui.screens.course import CourseScreen
from tui.screens.lab import LabScreen
from tui.screens.provisioning import ProvisioningScreen
from tui.screens.results import ResultsScreen


async def test_the_course_says_what_each_lab_needs_and_that_it_is_a_demonstration() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use", "DEMONSTRATION")
        text = seen(app)
        assert "8 Workloads" in text
        assert "3 nodes with Kubernetes ready" in text
        assert "never on this machine" in text
        assert "1 Three instead of one 5 pts" in text


async def test_a_lab_that_this_image_cannot_serve_is_listed_and_says_why() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "⊘ Gateways and routes")
        await pilot.press("down", "enter")
        await until_seen(pilot, "This lab is not possible here", "needs the upstream image")
        await pilot.press("c")
        assert isinstance(app.screen, CourseScreen)


async def test_a_lab_is_made_ready_node_by_node_and_then_opens_at_its_first_step() -> None:
    pacing = Pacing()
    pacing.hold_after(4)
    app = app_on(demo(pacing), pacing)
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.press("enter")
        await until_seen(pilot, "k8s-master: restored 412 MiB", "restoring memory")
        text = seen(app)
        assert isinstance(app.screen, ProvisioningScreen)
        assert "✔ Defining the network and the disks" in text
        assert "◐ Restoring the nodes" in text
        assert "○ k8s-node2" in text
        assert "10%" in text
        pacing.let_go()
        await until_seen(pilot, "Namespace shop holds a Deployment web", "Look first")
        assert isinstance(app.screen, LabScreen)


async def test_the_lab_names_what_this_attempt_has_drawn() -> None:
    class Drawn(DemoWorkbench):
        def start(self, lab_id: str, listener: Listener) -> Lab:
            first, *others = super().start(lab_id, listener).steps
            step = replace(first, text={"en": "Namespace parcels holds it."})
            return replace(COURSE.labs[0], steps=(step, *others))

    pacing = Pacing()
    app = app_on(Drawn(COURSE, pacing.pace, True, pacing.clock))
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.press("enter")
        await until_seen(pilot, "Namespace parcels holds it.")


async def test_the_image_is_built_before_the_first_lab() -> None:
    pacing = Pacing()
    app = app_on(demo(pacing, image=False), pacing)
    pacing.hold_after(4)
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "There is no image of the nodes yet")
        await pilot.press("enter")
        await until_seen(pilot, "Building the image of the nodes", "go build", "left")
        pacing.let_go()
        await until(pilot, lambda: isinstance(app.screen, LabScreen))


async def test_making_goes_on_in_the_background_when_the_screen_is_left() -> None:
    pacing = Pacing()
    pacing.hold_after(3)
    app = app_on(demo(pacing), pacing)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.press("enter")
        await until_seen(pilot, "Restoring the nodes")
        await pilot.press("escape")
        await until_seen(pilot, "being made ready")
        pacing.let_go()
        await until_seen(pilot, "Change a Deployment in use is ready.", "nodes are running")
        assert isinstance(app.screen, CourseScreen)


async def test_requirements_show_what_was_expected_and_found_and_why() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        text = seen(app)
        assert "✗ R1 Deployment web runs three ready replicas" in text
        assert "Deployment shop/web status.availableReplicas: expected 3 ·" in text
        assert "found 1" in text
        assert "why: the other pods are not ready yet" in text


async def test_checks_by_themselves_pass_a_step_by_way_of_an_unknown_that_costs_nothing() -> None:
    pacing = Pacing()
    app = app_on(demo(pacing), pacing)
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await do_the_step(pilot, 2)
        pacing.allow_looks(1)
        await until_seen(pilot, "✔ R1", "? R2", "could not be judged:", "(costs nothing)")
        pacing.allow_looks(2)
        await until_seen(pilot, "✔ R2", "passed · n goes on", "5 of 5 pts")


async def test_a_check_is_made_at_once_on_a_key() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await open_first_lab(pilot)
        await do_the_step(pilot, 2)
        await pilot.press("c")
        await until_seen(pilot, "Checked: 5 of 5 points.", "passed · n goes on")


async def test_a_cell_shows_what_it_printed_and_a_solution_is_covered_until_asked_for() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=(100, 50)) as pilot:
        await open_first_lab(pilot)
        assert "try it yourself first" in seen(app)
        assert "--replicas=3" not in seen(app)
        await focus_cell(pilot, 1)
        await pilot.press("enter")
        await until_seen(pilot, "web-6d4f7c9b8d-2xkqp", "✔ done")
        await focus_cell(pilot, 2)
        await pilot.press("enter")
        await until_seen(pilot, "scale deployment web --replicas=3")
        assert "deployment.apps/web scaled" not in seen(app)


async def test_a_running_cell_can_be_interrupted() -> None:
    pacing = Pacing()
    workbench = demo(pacing)
    app = app_on(workbench, pacing)
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        pacing.hold_after(1)
        await focus_cell(pilot, 1)
        await pilot.press("enter")
        await until_seen(pilot, "◐ running", "i interrupt")
        await pilot.press("i")
        await until(pilot, workbench.interrupted.is_set)
        pacing.let_go()
        await until_seen(pilot, "✗ failed")


async def test_hints_come_one_at_a_time_and_the_key_goes_with_the_last_one() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await pilot.press("h")
        await until_seen(pilot, "Hint 1 of 2")
        assert "Hint 2 of 2" not in seen(app)
        assert "h hint" in seen(app)
        await pilot.press("h")
        await until_seen(pilot, "Hint 2 of 2")
        await until(pilot, lambda: "h hint" not in seen(app))


async def test_the_last_step_leads_to_the_results() -> None:
    pacing = Pacing()
    app = app_on(demo(pacing), pacing)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await open_first_lab(pilot)
        await do_the_step(pilot, 2)
        await pilot.press("c")
        await until_seen(pilot, "passed · n goes on")
        await pilot.press("n")
        await until_seen(pilot, "2 A new version with no gap", "0 of 3 pts")
        await do_the_step(pilot, 1)
        pacing.now += 300
        await pilot.press("c")
        await until_seen(pilot, "passed · r shows the results", "All steps are passed: 8 of 8")
        await pilot.press("n")
        await until_seen(pilot, "All 2 steps are passed.", "8 of 8 pts", "What happened")
        assert isinstance(app.screen, ResultsScreen)
        assert "5:00 · target 8:00, 3:00 to spare" in seen(app)
