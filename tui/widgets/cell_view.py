"""A cell of the notebook: its commands, the node they run on, and what they printed."""

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from tui.clock import short
from tui.marks import Mark
from tui.open_lab import CellRun
from tui.widgets.line import Line
from tui.words import Words
from tui.workbench import Cell, CellRole

FOLDED_LINES = 10


class CellView(Vertical, can_focus=True):
    """Focusable; enter (or a click on its right end) runs it, or uncovers a solution first."""

    BINDINGS = [
        Binding("enter", "run", "key.run", id="cell.run", tooltip="tip.run"),
        Binding("o", "unfold", "key.unfold", id="cell.unfold", tooltip="tip.unfold"),
    ]
    DEFAULT_CSS = """
    CellView {
        height: auto; margin: 0 0 1 0; padding: 0 0 0 1; border-left: outer $border;
        background: $surface;
        .head { height: 1; }
        .node { width: 1fr; color: $muted; text-wrap: nowrap; text-overflow: ellipsis; }
        .run { width: auto; padding: 0 1; color: $text-accent; }
        .run:hover { background: $panel; text-style: bold; }
        .source { color: $text-primary; }
        .output { color: $foreground; padding-top: 0; }
        &:focus { border-left: outer $accent; background: $panel; }
    }
    """

    class RunAsked(Message):
        def __init__(self, cell: Cell) -> None:
            super().__init__()
            self.cell = cell

    class Uncovered(Message):
        def __init__(self, cell: Cell) -> None:
            super().__init__()
            self.cell = cell

    def __init__(self, cell: Cell, uncovered: bool, say: Words) -> None:
        super().__init__()
        self.cell = cell
        self._covered = cell.role is CellRole.SOLUTION and not uncovered
        self._say = say
        self._run: CellRun | None = None
        self._unfolded = False
        self._shown = ("", False)
        self._node = Line(classes="node")
        self._state = Line(classes="run")
        self._source = Line(classes="source")
        self._output = Line(classes="output")

    def compose(self) -> ComposeResult:
        self._draw_head()
        self._draw_source()
        self._draw_output()
        yield Horizontal(self._node, self._state, classes="head")
        yield self._source
        yield self._output

    def show(self, run: CellRun | None) -> None:
        """Draw what the cell printed, if that changed."""
        self._run = run
        now = (run.printed.text if run else "", bool(run and run.running))
        if now != self._shown:
            self._shown = now
            self._draw_output()
            if self.has_focus and run is not None:
                self.call_after_refresh(self._output.scroll_visible, animate=False)
        self._draw_head()

    def on_click(self, event: events.Click) -> None:
        if event.widget is not None and event.widget.has_class("run"):
            event.stop()
            self.action_run()

    def action_run(self) -> None:
        if self._covered:
            self._covered = False
            self._draw_head()
            self._draw_source()
            self.post_message(self.Uncovered(self.cell))
        else:
            self.post_message(self.RunAsked(self.cell))

    def action_unfold(self) -> None:
        self._unfolded = not self._unfolded
        self._draw_output()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "unfold":
            return len(self._shown[0].splitlines()) > FOLDED_LINES
        return True

    def _draw_head(self) -> None:
        say, run = self._say, self._run
        solution = self.cell.role is CellRole.SOLUTION
        title = f"{self.cell.node} · {say('cell.solution')}" if solution else self.cell.node
        if self._covered:
            state = Content(say("cell.uncover"))
        elif run is None:
            state = Content(f"{Mark.RUN.symbol} {say('cell.run')}")
        elif run.result is None:
            state = Content(f"{Mark.BUSY.symbol} {say('cell.running')}")
        else:
            mark = Mark.PASSED if run.result.ok else Mark.FAILED
            word = say("cell.done") if run.result.ok else say("cell.failed")
            state = Content.assemble(
                (mark.symbol, mark.style), f" {word} {short(run.result.seconds)}"
            )
        self._node.show(title)
        self._state.show(state)

    def _draw_source(self) -> None:
        if self._covered:
            lines = len(self.cell.source.splitlines())
            text = Content.styled(self._say("cell.covered", lines=lines), "$muted")
        else:
            text = Content("\n").join(_line(line) for line in self.cell.source.splitlines())
        self._source.show(text)

    def _draw_output(self) -> None:
        lines = self._shown[0].splitlines()
        left_out = self._run.printed.left_out if self._run else 0
        hidden = 0
        if not self._unfolded and len(lines) > FOLDED_LINES:
            hidden = len(lines) - FOLDED_LINES
            lines = lines[-FOLDED_LINES:]
        parts = [Content(line) for line in lines]
        if hidden:
            note = self._say("cell.folded", lines=hidden + left_out)
            parts.insert(0, Content.styled(note, "$muted"))
        elif left_out:
            note = self._say("cell.left_out", lines=left_out)
            parts.insert(0, Content.styled(note, "$muted"))
        self._output.display = bool(parts)
        self._output.show(Content("\n").join(parts))


def _line(line: str) -> Content:
    return Content.styled(line, "$muted") if line.startswith("#") else Content(line)
