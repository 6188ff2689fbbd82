"""The first line of every screen: where we are, and what is true of the whole app."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.widgets.line import Line


class TitleBar(Horizontal):
    """With a badge if all this is a demonstration."""

    DEFAULT_CSS = """
    TitleBar {
        height: 1; background: $panel;
        #brand { width: auto; padding: 0 1; text-style: bold; color: $text-primary; }
        #badge { width: auto; padding: 0 1; background: $accent; color: $background;
                 text-style: bold; }
        #place { width: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #status { width: auto; padding: 0 1; color: $muted; }
    }
    """

    def __init__(self, demonstration: bool) -> None:
        super().__init__()
        self._badge = Line(id="badge")
        self._badge.display = demonstration
        self._place = Line(id="place")
        self._status = Line(id="status")

    def compose(self) -> ComposeResult:
        yield Static(Content("Seatrial"), id="brand")
        yield self._badge
        yield self._place
        yield self._status

    def show(self, badge: str, place: str, status: str) -> None:
        self._badge.show(badge)
        self._place.show(place)
        self._status.show(status)
