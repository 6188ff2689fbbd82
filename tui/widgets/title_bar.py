"""The first line of every screen: where we are, and what is true of the whole app."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.widgets.line import Line


class TitleBar(Horizontal):
    """`demonstration` is the badge's text, '' for none."""

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

    def __init__(self, demonstration: str) -> None:
        super().__init__()
        self._demonstration = demonstration

    def compose(self) -> ComposeResult:
        yield Static(Content("Seatrial"), id="brand")
        if self._demonstration:
            yield Static(Content(self._demonstration), id="badge")
        yield Line(id="place")
        yield Line(id="status")

    def show(self, place: str, status: str) -> None:
        self.query_one("#place", Line).show(place)
        self.query_one("#status", Line).show(status)
