"""A small table of what is known: a label and a value per line, long values wrapped beside."""

from textual.app import ComposeResult
from textual.containers import Grid

from tui.widgets.line import Line

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
            yield Line(classes="label")
            yield Line(classes="value")

    def show(self, *facts: tuple[str, str]) -> None:
        told = [fact for fact in facts if fact[1]]
        labels, values = self.query(".label").results(Line), self.query(".value").results(Line)
        for row, (label, value) in enumerate(zip(labels, values, strict=True)):
            shown = told[row] if row < len(told) else None
            for widget, text in zip((label, value), shown or ("", ""), strict=True):
                widget.display = shown is not None
                widget.show(text)
