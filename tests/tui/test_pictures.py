"""How every screen looks, as pictures that are compared: one per screen and state."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.tui.stage import (
    SMALL,
    WIDE,
    Pacing,
    app_on,
    demo,
    do_the_step,
    open_first_lab,
    until,
    until_seen,
    until_told,
)
from tui.app import SeatrialApp

Compare = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [WIDE, SMALL], ids=["wide", "small"])


def picture(
    compare: Compare,
    app: SeatrialApp,
    size: tuple[int, int],
    before: Callable[[Pilot[int]], Awaitable[None]],
) -> bool:
    return compare(app, terminal_size=size, run_before=before)


@SIZES
def test_the_course(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await until_seen(pilot, "Change a Deployment in use", "open")

    assert picture(snap_compare, app_on(demo(Pacing())), size, before)


@SIZES
def test_a_lab_being_made(snap_compare: Compare, size: tuple[int, int]) -> None:
    pacing = Pacing()
    pacing.hold_after(15)

    async def before(pilot: Pilot[int]) -> None:
        await until_seen(pilot, "Change a Deployment in use")
        pacing.now += 4
        await pilot.press("enter")
        await until_seen(pilot, "k8s-node2: waiting for SSH")

    assert picture(snap_compare, app_on(demo(pacing), pacing), size, before)


def test_the_image_being_built(snap_compare: Compare) -> None:
    pacing = Pacing()
    pacing.hold_after(4)

    async def before(pilot: Pilot[int]) -> None:
        await until_seen(pilot, "There is no image")
        await pilot.press("b")
        await until_seen(pilot, "go build ./cmd/kube-apiserver")

    assert picture(snap_compare, app_on(demo(pacing, image=False), pacing), WIDE, before)


@SIZES
def test_a_step_with_failures_and_a_hint(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await open_first_lab(pilot)
        await pilot.press("h")
        await until_seen(pilot, "Hint 1 of 2")

    assert picture(snap_compare, app_on(demo(Pacing())), size, before)


@SIZES
def test_a_step_with_a_cell_that_ran_and_an_unknown(
    snap_compare: Compare, size: tuple[int, int]
) -> None:
    pacing = Pacing()

    async def before(pilot: Pilot[int]) -> None:
        await open_first_lab(pilot)
        await do_the_step(pilot, 2)
        pacing.allow_looks(1)
        await until_seen(pilot, "? R2")

    assert picture(snap_compare, app_on(demo(pacing), pacing), size, before)


def test_a_step_in_chinese_by_daylight(snap_compare: Compare) -> None:
    app = app_on(demo(Pacing()), language="zh")

    async def before(pilot: Pilot[int]) -> None:
        app.action_light_or_dark()
        await until_seen(pilot, "变更使用中的 Deployment")
        await pilot.press("enter")
        await until_seen(pilot, "期望 3", ".202", "Look first")
        await until_told(pilot, cells=2)

    assert picture(snap_compare, app, WIDE, before)


def test_the_results(snap_compare: Compare) -> None:
    pacing = Pacing()
    app = app_on(demo(pacing), pacing)

    async def before(pilot: Pilot[int]) -> None:
        await open_first_lab(pilot)
        await do_the_step(pilot, 2)
        pacing.now += 200
        pacing.allow_looks(3)
        await until_seen(pilot, "passed · n goes on")
        await pilot.press("r")
        await until_seen(pilot, "1 of 2 steps", "What happened")
        app.clear_notifications()
        await until(pilot, lambda: not app.screen.query("Toast"))

    assert picture(snap_compare, app, WIDE, before)


@SIZES
def test_the_question_at_the_end(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await open_first_lab(pilot)
        await pilot.press("q")
        await until_seen(pilot, "Leave Seatrial?")

    assert picture(snap_compare, app_on(demo(Pacing())), size, before)


def test_help(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await open_first_lab(pilot)
        await pilot.press("f1")
        await until_seen(pilot, "Keys that work now", "at work")

    assert picture(snap_compare, app_on(demo(Pacing())), WIDE, before)
