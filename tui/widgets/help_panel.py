"""Help beside the screen: what every symbol means, and the keys that work now."""

from textual.app import ComposeResult
from textual.containers import Grid, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import HelpPanel, Static

from tui.marks import Mark
from tui.words import Words


class SymbolsAndKeys(HelpPanel):
    """Textual's help panel, with our symbols and with our keys alone."""

    DEFAULT_CSS = """
    SymbolsAndKeys {
        background: $surface; width: 38; min-width: 38; padding: 0 0 0 1;
        border-left: vkey $border;
        VerticalScroll { scrollbar-size-vertical: 1; }
        #keys { grid-size: 2; grid-columns: 4 1fr; grid-rows: auto; height: auto; }
        #symbols { height: auto; margin: 1 0; }
    }
    """

    def __init__(self, say: Words) -> None:
        super().__init__()
        self._say = say
        self._shown: object = None

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            title = Content.styled(self._say("keys.title"), "bold $text-accent")
            yield Static(title)
            yield Grid(id="keys")
            yield Static(self._symbols(), id="symbols")

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._show_keys)
        self._show_keys(self.screen)

    def update_help(self, focused_widget: Widget | None) -> None:
        """The symbols are the same for every widget."""

    def _symbols(self) -> Content:
        lines = [Content.styled(self._say("mark.title"), "bold $text-accent")]
        lines.extend(
            Content.assemble((f"{mark.symbol} ", mark.style), self._say(mark.word))
            for mark in Mark
            if mark.word
        )
        return Content("\n").join(lines)

    def _show_keys(self, screen: Screen[object]) -> None:
        keys = {
            active.binding.id: active.binding
            for active in screen.active_bindings.values()
            if active.binding.id and active.tooltip
        }
        shown = tuple(keys.items())
        if shown == self._shown:
            return
        self._shown = shown
        grid = self.query_one("#keys", Grid)
        with self.app.batch_update():
            grid.remove_children()
            for binding in keys.values():
                key = self.app.get_key_display(binding)
                what = (binding.description, (f" · {binding.tooltip}", "$muted"))
                grid.mount(Static(Content.styled(key, "bold $text-accent"), classes="key"))
                grid.mount(Static(Content.assemble(*what)))
