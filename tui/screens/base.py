"""What every screen has: a title line, a footer that tells the truth in the chosen language."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.widgets import Footer

from tui.logbook import Logbook
from tui.stalls import LIMIT
from tui.widgets.line import Line
from tui.widgets.title_bar import TitleBar
from tui.words import Words

if TYPE_CHECKING:
    from tui.app import SeatrialApp


ROOMY = 96
"""Columns from which there is room for more than the most important."""


def in_words(bindings: dict[str, ActiveBinding], say: Words) -> dict[str, ActiveBinding]:
    """The bindings with their descriptions and tooltips, which are keys of `words`, said."""
    return {
        key: active._replace(
            binding=replace(
                active.binding,
                description=say.known(active.binding.description),
                tooltip=say.known(active.binding.tooltip),
            ),
            tooltip=say.known(active.tooltip),
        )
        for key, active in bindings.items()
    }


class AppScreen(Screen[None]):
    """Base of the full screens; a screen overrides `compose_body` and `show`."""

    def __init__(self) -> None:
        super().__init__()
        demonstration = self.seatrial.workbench.demonstration
        self._title_bar = TitleBar(demonstration)
        self._stalls = Line(id="stalls")
        self._bindings_told: object = None

    @property
    def seatrial(self) -> "SeatrialApp":
        return cast("SeatrialApp", self.app)

    @property
    def book(self) -> Logbook:
        return self.seatrial.book

    @property
    def say(self) -> Words:
        return self.seatrial.say

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        return in_words(super().active_bindings, self.say)

    def compose(self) -> ComposeResult:
        yield self._title_bar
        yield from self.compose_body()
        yield self._stalls
        yield Footer()

    def compose_body(self) -> ComposeResult:
        yield from ()

    def show(self) -> None:
        """Draw what changed; called after news and once a second."""

    def show_bindings(self) -> None:
        """Let the footer tell the truth; it is made anew, so only when something changed."""
        bindings = tuple(
            (key, active.binding.description, active.enabled)
            for key, active in self.active_bindings.items()
        )
        if bindings != self._bindings_told:
            self._bindings_told = bindings
            self.refresh_bindings()

    def show_title(self, place: str, *status: str) -> None:
        platform = self.book.platform
        if self.app.size.width < ROOMY:
            platform = platform.partition(" · ")[0]
        line = " · ".join(part for part in (*status, platform) if part)
        self._title_bar.show(self.say("demonstration"), place, line)
        self._show_stalls()

    def _show_stalls(self) -> None:
        meter, line = self.seatrial.stall_meter, self._stalls
        line.display = meter.running
        if meter.running:
            stalls = meter.stalls
            text = self.say(
                "stalls",
                longest=round(stalls.longest * 1000),
                count=stalls.count,
                limit=round(LIMIT * 1000),
                seconds=round(stalls.seconds),
            )
            line.show(text)

    def draw(self) -> None:
        """Show, unless the screen has no widgets yet, or (when the app ends) any more."""
        if self.is_mounted and self.children:
            self.show()

    def on_mount(self) -> None:
        if self.children:
            self.show()
            self.begin()

    def begin(self) -> None:
        """Once, after the first drawing."""

    def on_screen_resume(self) -> None:
        self.draw()
