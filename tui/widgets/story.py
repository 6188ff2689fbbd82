"""What a step tells: its text, the hints that were opened, the notebook's cells, the debrief."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.open_lab import OpenLab
from tui.widgets.cell_view import CellView
from tui.widgets.prose_view import ProseView
from tui.words import Words
from tui.workbench import Cell, CellRole

CELLS_AT_ONCE = 2


class StepStory(Vertical):
    """One step's story; another step, or other cells, get another."""

    DEFAULT_CSS = """
    StepStory {
        height: auto;
        ProseView { max-width: 88; }
        .hints, .debrief { height: auto; }
        .hint { border-left: outer $warning; padding-left: 1; margin-bottom: 1;
                background: $surface; }
        .hint .paragraph { margin-bottom: 0; }
        .debrief-title { color: $text-success; text-style: bold; margin-bottom: 1; }
    }
    """

    def __init__(self, lab: OpenLab, say: Words) -> None:
        super().__init__()
        self._lab = lab
        self._step = lab.step
        self._say = say
        self._hints = Vertical(classes="hints")
        self._debrief = Vertical(classes="debrief")
        self._views: list[CellView] = []
        self._coming: list[Cell] | None = None
        self._hints_shown = 0
        self._debriefed = False

    def compose(self) -> ComposeResult:
        yield ProseView(self._say.text(self._step.text))
        yield self._hints
        yield self._debrief

    def on_mount(self) -> None:
        self.show(scroll=False)

    def show(self, scroll: bool = True) -> None:
        """Draw what changed since."""
        if not self.is_attached:
            return
        lab = self._lab
        if self._coming is None and self._step.id in lab.cells:
            self._coming = list(lab.cells[self._step.id])
            self._mount_cells()
        for view in self._views:
            view.show(lab.runs.get(view.cell.index))
        self._show_hints(min(lab.hints.get(self._step.id, 0), len(self._step.hints)), scroll)
        if self._step.id in lab.passed and not self._debriefed:
            self._debriefed = True
            self._debrief.mount(
                Static(Content(self._say("debrief")), classes="debrief-title"),
                ProseView(self._say.text(self._step.debrief)),
            )

    def _mount_cells(self) -> None:
        """A few at a time, so that a long notebook never holds the event loop."""
        if not self.is_attached or not self._coming:
            return
        some, self._coming = self._coming[:CELLS_AT_ONCE], self._coming[CELLS_AT_ONCE:]
        widgets: list[ProseView | CellView] = []
        for cell in some:
            if cell.role is CellRole.TEXT:
                widgets.append(ProseView(cell.source))
            else:
                view = CellView(cell, cell.index in self._lab.revealed, self._say)
                self._views.append(view)
                widgets.append(view)
        self.mount(*widgets, before=self._debrief)
        self.call_after_refresh(self._mount_cells)

    def _show_hints(self, opened: int, scroll: bool) -> None:
        total = len(self._step.hints)
        for number in range(self._hints_shown + 1, opened + 1):
            title = self._say("hint.title", number=number, total=total)
            text = self._say.text(self._step.hints[number - 1])
            hint = ProseView(f"**{title}** {text}", classes="hint")
            self._hints.mount(hint)
            if scroll:
                self.call_after_refresh(hint.scroll_visible, animate=False)
        self._hints_shown = opened


class Story(VerticalScroll):
    """The scrolling place of the present step's story."""

    def __init__(self, say: Words, id: str) -> None:
        super().__init__(id=id)
        self._say = say
        self._told = ""
        self._step_story: StepStory | None = None

    def show(self, lab: OpenLab) -> None:
        if lab.step_id == self._told and self._step_story is not None:
            if self._step_story.is_mounted:
                self._step_story.show()
            return
        if not self.is_attached:
            return
        self._told = lab.step_id
        with self.app.batch_update():
            if self._step_story is not None:
                self._step_story.remove()
            self._step_story = StepStory(lab, self._say)
            self.mount(self._step_story)
            self.scroll_home(animate=False)
