"""A question over the screen: a sentence or two, and choices with a key each."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

NOTHING = ""
"""What a dialog returns that was left with escape."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`key` is a single character that chooses it at once."""

    id: str
    key: str
    label: str


class Dialog(ModalScreen[str]):
    """Returns the id of the choice. Every text is shown as it is."""

    CSS_PATH = "dialog.tcss"
    BINDINGS = [Binding("escape", "cancel", "cancel", id="dialog.cancel", show=False)]

    def __init__(self, title: str, paragraphs: Sequence[str], choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._paragraphs = paragraphs
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(Content(self._title), id="dialog-title")
            for paragraph in self._paragraphs:
                yield Static(Content(paragraph), classes="paragraph")
            yield OptionList(*(self._option(choice) for choice in self._choices), id="choices")

    def _option(self, choice: Choice) -> Option:
        key = (f" {choice.key} ", "bold $text-accent")
        return Option(Content.assemble(key, f" {choice.label}"), choice.id)

    def on_key(self, event: events.Key) -> None:
        for choice in self._choices:
            if event.character == choice.key:
                event.stop()
                self.dismiss(choice.id)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id or NOTHING)

    def action_cancel(self) -> None:
        self.dismiss(NOTHING)
