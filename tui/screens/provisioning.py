"""Shows a lab (or the image) being made: phases, what every node does, and the log. It only shows:
the work belongs to the App and goes on when this screen is left."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Log, ProgressBar

from tui.clock import short, span
from tui.marks import Mark
from tui.news import IMAGE
from tui.opening import NodeProgress, Opening, Phase
from tui.screens.base import AppScreen
from tui.screens.lab import LabScreen
from tui.widgets.line import Line

LINES_AT_ONCE = 100
PHASES = 8


class ProvisioningScreen(AppScreen):
    """For one lab; shows the image's own build first while the lab waits for it."""

    CSS_PATH = "provisioning.tcss"
    BINDINGS = [
        Binding("escape", "leave", "key.leave", id="provisioning.leave", tooltip="tip.leave"),
        Binding("r", "again", "key.again", id="provisioning.again", tooltip="tip.again"),
        Binding("e", "error", "key.error", id="provisioning.error", tooltip="tip.error"),
    ]

    def __init__(self, lab_id: str) -> None:
        super().__init__()
        self.lab_id = lab_id
        self._head_line = Line(id="headline")
        self._progress_bar = ProgressBar(total=1.0, show_eta=False, id="bar")
        self._time_line = Line(id="times")
        self._phase_lines = Line(id="phases")
        self._node_lines = Line(id="nodes")
        self._log_title = Line(id="log-title")
        self._log_view = Log(max_lines=1000, id="log")
        self._logged = 0
        self._log_of: Opening | None = None

    def compose_body(self) -> ComposeResult:
        with Vertical(id="progress"):
            yield self._head_line
            with Horizontal(id="bar-line"):
                yield self._progress_bar
                yield self._time_line
            with Horizontal(id="parts"):
                yield self._phase_lines
                yield self._node_lines
        yield self._log_title
        yield self._log_view

    def begin(self) -> None:
        self._log_view.focus()

    @property
    def opening(self) -> Opening | None:
        """What to show now: the image while it is built, then the lab."""
        openings = self.book.openings
        image = openings.get(IMAGE)
        if image and image.ended is None and self.lab_id not in openings:
            return image
        return openings.get(self.lab_id, image)

    def show(self) -> None:
        opening = self.opening
        lab = self.book.lab(self.lab_id)
        title = self.say.text(lab.title) if lab else self.say("image")
        self.show_title(title)
        if opening is None:
            return
        now = self.seatrial.now()
        self._head_line.show(self._headline(opening, title))
        self._progress_bar.update(progress=opening.fraction)
        self._time_line.show(self._times(opening, now))
        self._phase_lines.show(
            Content("\n").join(self._phase(p, opening, now) for p in opening.phases[-PHASES:])
        )
        self._node_lines.show(
            Content("\n").join(self._node(node, now) for node in opening.nodes.values())
        )
        self._show_log(opening)
        self.show_bindings()
        self.call_later(self._move_on)

    def _move_on(self) -> None:
        """Once all is made: to the lab, or back; not under a question that is still open."""
        image = self.book.openings.get(IMAGE)
        if self.app.screen is not self:
            return
        if self.lab_id in self.book.opened:
            self.app.switch_screen(LabScreen(self.lab_id))
        elif self.lab_id == IMAGE and image and image.ended and not image.failure:
            self.app.pop_screen()

    def _headline(self, opening: Opening, title: str) -> str:
        if opening.failure:
            return f"{Mark.FAILED.symbol} {opening.failure.message}"
        key = "opening.image" if opening.lab_id == IMAGE else "opening.lab"
        return self.say(key, lab=title)

    def _times(self, opening: Opening, now: float) -> str:
        taken = span((opening.ended or now) - opening.started)
        left = opening.seconds_left(now)
        if left is None or opening.ended:
            return self.say("opening.taken", taken=taken)
        return self.say("opening.taken_left", taken=taken, left=span(left))

    def _phase(self, phase: Phase, opening: Opening, now: float) -> Content:
        if phase.ended is not None:
            mark = Mark.PASSED
        else:
            mark = Mark.FAILED if opening.failure else Mark.BUSY
        taken = short((phase.ended or opening.ended or now) - phase.started)
        return Content.assemble((mark.symbol, mark.style), f" {phase.text} ", (taken, "$muted"))

    def _node(self, node: NodeProgress, now: float) -> Content:
        if node.started is None:
            mark, words, taken = Mark.DOWN, self.say("node.waits"), ""
        elif node.ended is None:
            mark, words, taken = Mark.BUSY, node.phase, short(now - node.started)
        else:
            mark, words = Mark.UP, self.say("node.ready")
            taken = short(node.ended - node.started)
        return Content.assemble(
            (mark.symbol, mark.style),
            (f" {node.name:<11} ", "bold"),
            f"{words} ",
            (taken, "$muted"),
        )

    def _show_log(self, opening: Opening) -> None:
        log = self._log_view
        if self._log_of is not opening:
            log.clear()
            self._log_of, self._logged = opening, 0
        new = opening.logged - self._logged
        if new:
            if log.is_vertical_scroll_end:
                log.call_after_refresh(log.scroll_end, animate=False)
            lines = list(opening.log)[-min(new, LINES_AT_ONCE) :]
            if new > len(lines) and self._logged:
                lines.insert(0, self.say("log.left_out", lines=new - len(lines)))
            log.write_lines(lines)
            self._logged = opening.logged
        where = self.seatrial.workbench.log_file(opening.lab_id)
        self._log_title.show(self.say("log.title", where=where))

    def action_leave(self) -> None:
        self.seatrial.pop_screen()

    def action_again(self) -> None:
        self.seatrial.begin(self.lab_id)

    def action_error(self) -> None:
        opening = self.opening
        if opening and opening.failure:
            self.seatrial.show_failure(opening.failure)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("again", "error"):
            return bool(self.is_mounted and self.opening and self.opening.failure)
        return True
