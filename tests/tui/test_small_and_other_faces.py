"""80 by 24, a mouse, Chinese, light and dark, help, and the command palette."""

import pytest
from textual.widgets import OptionList

from tests.tui.stage import (
    SMALL,
    WIDE,
    Pacing,
    app_on,
    demo,
    open_first_lab,
    seen,
    until,
    until_seen,
)
from tui.screens.lab import LabScreen
from tui.screens.results import ResultsScreen
from tui.theme import CHART, NIGHT
from tui.widgets.cell_view import CellView


async def test_80_by_24_shows_all_that_a_learner_needs_on_one_screen() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=SMALL) as pilot:
        await open_first_lab(pilot)
        text = seen(app)
        for needed in (
            "DEMONSTRATION",
            "Change a Deployment",
            "0:00 of 8:00",
            "▶ 1 Three instead of",
            "● k8s-node2 .202",
            "Namespace shop holds a Deployment web",
            "✗ R1 Deployment web runs three ready",
            "c check",
            "h hint",
            "F1 help",
        ):
            assert needed in text, f"{needed!r} is not in\n{text}"


async def test_the_side_can_be_hidden_to_make_room() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=SMALL) as pilot:
        await open_first_lab(pilot)
        await pilot.press("z")
        await until(pilot, lambda: "k8s-node2 .202" not in seen(app))
        await pilot.press("z")
        await until_seen(pilot, "k8s-node2 .202")


async def test_a_wide_terminal_puts_requirements_beside_the_text() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=(170, 30)) as pilot:
        await open_first_lab(pilot)
        upper = "\n".join(seen(app).splitlines()[:8])
        assert "Requirements" in upper
        assert "Namespace shop" in upper


@pytest.mark.parametrize("size", [WIDE, SMALL])
async def test_the_whole_interface_speaks_chinese_with_right_widths(size: tuple[int, int]) -> None:
    app = app_on(demo(Pacing()), language="zh")
    async with app.run_test(size=size) as pilot:
        await until_seen(pilot, "变更使用中的 Deployment", "演示", "3 个节点")
        await pilot.press("enter")
        await until_seen(pilot, "一个变三个", "有三个就绪副本", "要求", "检查", "期望 3")


async def test_the_language_can_be_changed_from_the_course() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use", "q quit")
        await pilot.press("l")
        await until_seen(pilot, "变更使用中的 Deployment", "q 退出", "演示")
        await pilot.press("l")
        await until_seen(pilot, "Change a Deployment in use", "q quit")


async def test_help_explains_the_symbols_and_the_keys_that_work_now() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=(100, 50)) as pilot:
        await open_first_lab(pilot)
        await pilot.press("f1")
        await until_seen(pilot, "Keys that work now", "not judged, costs nothing", "Check the step")
        assert "remove nodes" not in seen(app)
        await pilot.press("f1")
        await until(pilot, lambda: "Keys that work now" not in seen(app))


async def test_the_palette_finds_steps_and_actions_by_their_words() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        await pilot.press("ctrl+p", *"no gap")
        await until_seen(pilot, "Step 2: A new version with no gap")
        await pilot.press("enter")
        await until_seen(pilot, "2 A new version with no gap", "0 of 3 pts")
        await pilot.press("ctrl+p", *"results")
        await until_seen(pilot, "Results")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ResultsScreen))


async def test_the_palette_changes_between_light_and_dark() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        assert app.theme == NIGHT.name
        await pilot.press("ctrl+p", *"light")
        await until_seen(pilot, "Light or dark")
        await pilot.press("enter")
        await until(pilot, lambda: app.theme == CHART.name)


async def test_the_stall_meter_is_shown_only_on_request() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        assert "event loop" not in seen(app)
        app.action_stalls()
        await until_seen(pilot, "event loop: longest stall")
        app.action_stalls()
        await until(pilot, lambda: "event loop" not in seen(app))


async def test_a_mouse_opens_labs_runs_cells_and_goes_to_steps() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await until_seen(pilot, "Change a Deployment in use")
        await pilot.click("#labs", offset=(6, 1))
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        await until_seen(pilot, "Look first", ".202")
        cell = app.screen.query(CellView).first()
        await pilot.click(cell.query_one(".run"))
        await until_seen(pilot, "web-6d4f7c9b8d-2xkqp")
        await pilot.click("#steps", offset=(4, 1))
        await until_seen(pilot, "2 A new version with no gap", "0 of 3 pts")


async def test_steps_can_be_chosen_from_their_list_by_keys() -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        app.screen.query_one("#steps", OptionList).focus()
        await until_seen(pilot, "go to step")
        await pilot.press("down", "enter")
        await until_seen(pilot, "2 A new version with no gap", "0 of 3 pts")
