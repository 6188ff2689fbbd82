"""A shell on a node, for the learner: a tmux pane beside the app where tmux runs, else the whole
terminal for as long as the shell lasts."""

import os
import subprocess
from collections.abc import Sequence
from typing import Any

from textual.app import App, SuspendNotSupported

from labs.errors import SeatrialError

SECONDS = 5.0
WIDE = 150
"""Columns from which a pane fits beside the app; otherwise it lies below."""
TALL = 36
"""Rows from which a pane fits below the app; otherwise it is zoomed and the app is behind it."""


def inside_tmux() -> bool:
    return bool(os.environ.get("TMUX"))


class Panes:
    """The panes that were opened, one per lab and node."""

    def __init__(self) -> None:
        self._panes: dict[tuple[str, str], str] = {}

    def show(self, key: tuple[str, str], argv: Sequence[str], size: tuple[int, int]) -> None:
        """Select the node's pane, or open it. Blocks for milliseconds. Raises SeatrialError."""
        pane = self._panes.get(key)
        if pane and _tmux("select-pane", "-t", pane) is not None:
            return
        found = _tmux(*split_arguments(size), "-P", "-F", "#{pane_id}", "--", *argv)
        if found is None:
            raise SeatrialError(
                "tmux did not open a pane.", "Close a pane or make the terminal larger."
            )
        self._panes[key] = found
        _tmux("select-pane", "-t", found, "-T", key[1])


def run_instead(app: App[Any], argv: Sequence[str], greeting: str) -> str:
    """The whole terminal is the command's until it ends. "" or what went wrong."""
    try:
        with app.suspend():
            print(greeting)  # noqa: T201
            subprocess.run(argv, check=False)
    except (SuspendNotSupported, OSError) as error:
        return str(error)
    app.refresh()
    return ""


def split_arguments(size: tuple[int, int]) -> list[str]:
    """How to split an app of `size` (columns, rows)."""
    columns, rows = size
    if columns >= WIDE:
        return ["split-window", "-h", "-l", "45%"]
    return ["split-window", "-v", "-l", "40%"] + ([] if rows >= TALL else ["-Z"])


def _tmux(*arguments: str) -> str | None:
    """What tmux printed, or None if it failed."""
    try:
        done = subprocess.run(
            ["tmux", *arguments], capture_output=True, text=True, timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
