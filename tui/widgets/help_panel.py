"""Help beside the screen: what every symbol means, and the keys that work now."""

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import HelpPanel, KeyPanel, Static

from tui.marks import Mark
from tui.words import Words


class SymbolsAndKeys(HelpPanel):
    """Textual's help panel with our symbols in the place of a widget's help."""

    DEFAULT_CSS = """
    SymbolsAndKeys {
        background: $surface;
        #symbols { height: auto; padding: 1 0; }
    }
    """

    def __init__(self, say: Words) -> None:
        super().__init__()
        self._say = say

    def compose(self) -> ComposeResult:
        lines = [Content.styled(self._say("mark.title"), "bold $text-accent")]
        lines.extend(
            Content.assemble((f"{mark.symbol} ", mark.style), self._say(mark.word))
            for mark in Mark
            if mark.word
        )
        yield Static(Content("\n").join(lines), id="symbols")
        yield KeyPanel(id="keys-help")

    def update_help(self, focused_widget: Widget | None) -> None:
        """The symbols are the same for every widget."""
