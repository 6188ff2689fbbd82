"""A shell on a node: a pane of tmux beside the app, or a sentence where there is no terminal."""

import os
from pathlib import Path

import pytest

from labs.errors import SeatrialError
from tests.tui.stage import WIDE, Pacing, app_on, demo, open_first_lab, until, until_seen
from tui.terminal import Panes, split_arguments


@pytest.fixture
def tmux_calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A `tmux` that writes down its arguments and answers with a pane's name."""
    calls = tmp_path / "calls"
    fake = tmp_path / "tmux"
    fake.write_text(f'#!/bin/sh\necho "$@" >>{calls}\necho %7\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    return calls


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


async def test_with_several_nodes_a_picker_asks_and_the_shell_opens_in_a_pane(
    tmux_calls: Path,
) -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await open_first_lab(pilot)
        await pilot.press("s")
        await until_seen(pilot, "A shell on which node?", "k8s-node1")
        await pilot.press("2")
        await until(pilot, lambda: len(lines(tmux_calls)) == 2)
    assert lines(tmux_calls)[0].startswith("split-window -v -l 40% -Z -P")
    assert lines(tmux_calls)[0].endswith("demo_shell.py k8s-node1")


async def test_the_focused_node_needs_no_question(tmux_calls: Path) -> None:
    app = app_on(demo(Pacing()))
    async with app.run_test(size=WIDE) as pilot:
        await open_first_lab(pilot)
        app.screen.query_one("#nodes").focus()
        await pilot.press("down", "down", "s")
        await until(pilot, lambda: len(lines(tmux_calls)) == 2)
    assert lines(tmux_calls)[0].endswith("k8s-node2")


async def test_without_tmux_and_terminal_the_command_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    app = app_on(demo(Pacing()))
    async with app.run_test(size=(160, 30)) as pilot:
        await open_first_lab(pilot)
        await pilot.press("s", "1")
        await until_seen(pilot, "No shell could be opened.", "In another terminal:", "k8s-master")


def test_a_pane_that_is_still_there_is_selected_and_not_opened_twice(tmux_calls: Path) -> None:
    panes = Panes()
    for _ in range(2):
        panes.show(("8/x", "k8s-master"), ["ssh", "-p", "1"], (200, 50))
    opened = [line for line in lines(tmux_calls) if line.startswith("split-window")]
    assert opened == ["split-window -h -l 45% -P -F #{pane_id} -- ssh -p 1"]
    assert lines(tmux_calls)[-1] == "select-pane -t %7"


def test_a_tmux_that_refuses_is_an_error_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "tmux"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SeatrialError, match="did not open a pane"):
        Panes().show(("8/x", "n"), ["ssh"], (80, 24))


@pytest.mark.parametrize(
    ("size", "arguments"),
    [
        ((200, 50), ["split-window", "-h", "-l", "45%"]),
        ((120, 50), ["split-window", "-v", "-l", "40%"]),
        ((80, 24), ["split-window", "-v", "-l", "40%", "-Z"]),
    ],
)
def test_the_pane_lies_where_there_is_room(size: tuple[int, int], arguments: list[str]) -> None:
    assert split_arguments(size) == arguments
