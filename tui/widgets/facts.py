"""A small table of what is known: a label and a value per line, long values wrapped beside."""

from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.widgets import Static

ROWS = 8


class Facts(Grid):
    """Up to ROWS pairs; those with an empty value are left out."""

    DEFAULT_CSS = """
    Facts {
        grid-size: 2; grid-columns: auto 1fr; grid-rows: auto; height: auto;
        .label { color: $muted; padding-right: 2; width: auto; }
        .value { width: 1fr; }
    }
    """

    def compose(self) -> ComposeResult:
        for _ in range(ROWS):
            yield Static(classes="label")
            yield Static(classes="value")

    def show(self, *facts: tuple[str, str]) -> None:
        told = [fact for fact in facts if fact[1]]
        labels, values = list(self.query(".label")), list(self.query(".value"))
        for row, (label, value) in enumerate(zip(labels, values, strict=True)):
            shown = told[row] if row < len(told) else None
            for widget, text in zip((label, value), shown or ("", ""), strict=True):
                widget.display = shown is not None
                assert isinstance(widget, Static)
                widget.update(Content(text))
