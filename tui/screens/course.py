"""The first screen: chapters and labs, and what is known about the highlighted one."""

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from labs.model import Lab
from tui.clock import short
from tui.marks import Mark
from tui.screens.base import AppScreen
from tui.widgets.facts import Facts
from tui.widgets.line import Line


class LabList(OptionList):
    """Option ids are lab ids; enter opens a lab."""

    BINDINGS = [Binding("enter", "select", "key.open", id="course.open", tooltip="tip.open")]


class CourseScreen(AppScreen):
    """Enter opens the highlighted lab."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (90, "-roomy")]
    BINDINGS = [
        Binding("r", "results", "key.results", id="course.results", tooltip="tip.results"),
        Binding("x", "remove", "key.remove", id="course.remove", tooltip="tip.remove"),
        Binding("b", "build", "key.build", id="course.build", tooltip="tip.build"),
        Binding("l", "language", "key.language", id="course.language", show=False,
                tooltip="tip.language"),
    ]  # fmt: skip

    _shown: object = None
    """The list as it was drawn last."""

    def __init__(self) -> None:
        super().__init__()
        self._lab_list = LabList(id="labs")
        self._about = VerticalScroll(id="about", can_focus=False)
        self._lab_title = Line(id="lab-title")
        self._lab_summary = Line(id="lab-summary")
        self._facts = Facts(id="facts")
        self._lab_steps = Line(id="lab-steps")
        self._lab_note = Line(id="lab-note")
        self._notice = Line(id="notice")

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="course"):
            yield self._lab_list
            with self._about:
                yield self._lab_title
                yield self._lab_summary
                yield self._facts
                yield self._lab_steps
                yield self._lab_note
        yield self._notice

    def begin(self) -> None:
        self._lab_list.focus()

    @property
    def lab_id(self) -> str | None:
        """The highlighted lab."""
        labs = self._lab_list
        return labs.highlighted_option.id if labs.highlighted_option else None

    def show(self) -> None:
        book = self.book
        self.show_title(self.say.text(book.course.title) if book.course else "")
        self._show_notice()
        self._show_list()
        self._show_lab()
        self.show_bindings()

    def _show_notice(self) -> None:
        book, notice = self.book, self._notice
        if book.course is None:
            text = self.say("course.loading")
        elif not book.course.labs:
            text = self.say("course.empty")
        elif book.image_ready is False:
            text = self.say("course.no_image")
        else:
            text = ""
        notice.display = bool(text)
        notice.show(text)

    def _show_list(self) -> None:
        course = self.book.course
        if course is None:
            return
        lines: list[Option | None] = []
        for chapter in course.chapters:
            title = f"{chapter.number} {self.say.text(chapter.title)}"
            lines.append(Option(Content.styled(title, "bold $text-primary"), disabled=True))
            lines.extend(Option(self._line(lab), lab.id) for lab in chapter.labs)
        shown = [line.prompt for line in lines if line is not None]
        if shown == self._shown:
            return
        self._shown = shown
        labs, lab_id = self._lab_list, self.lab_id
        labs.set_options(lines)
        labs.highlighted = (
            labs.get_option_index(lab_id) if lab_id else next(
                (i for i, line in enumerate(lines) if line and line.id), None
            )
        )  # fmt: skip

    def _line(self, lab: Lab) -> Content:
        points, mark = self.book.points(lab), self._mark(lab)
        score = f" {points}/{lab.points}" if points else ""
        title = f" {self.say.text(lab.title)}"
        return Content.assemble(" ", (mark.symbol, mark.style), (score, "$text-accent"), title)

    def _mark(self, lab: Lab) -> Mark:
        book = self.book
        state = book.state(lab.id)
        if state.unavailable:
            return Mark.ABSENT
        if book.is_opening(lab.id):
            return Mark.BUSY
        if state.running:
            return Mark.UP
        return Mark.PASSED if book.points(lab) == lab.points > 0 else Mark.UNSEEN

    def _show_lab(self) -> None:
        lab = self.book.lab(self.lab_id)
        self._about.display = lab is not None
        if lab is None:
            return
        say, state = self.say, self.book.state(lab.id)
        self._lab_title.show(say.text(lab.title))
        self._lab_summary.show(say.text(lab.summary))
        self._facts.show(
            (say("fact.lab"), lab.id),
            (say("fact.needs"), say.known(f"profile.{lab.profile}")),
            (say("fact.target"), say("minutes", minutes=round(lab.target_seconds / 60))),
            (say("fact.state"), self._state_words(lab)),
            (say("fact.proved"), state.last_proof or say("proved.never")),
            (say("fact.source"), lab.source),
        )
        self._lab_steps.show(self._steps(lab))
        note = say.text(lab.stand_ins) if lab.stand_ins else ""
        self._lab_note.show(Content(f"{say('fact.stand_ins')}: {note}" if note else ""))

    def _state_words(self, lab: Lab) -> str:
        book, say = self.book, self.say
        state = book.state(lab.id)
        points = say("points.of", points=book.points(lab), total=lab.points)
        if state.unavailable:
            return say("state.unavailable", why=state.unavailable)
        if book.is_opening(lab.id):
            return say("state.opening")
        if state.running:
            return f"{say('state.running')} · {points}"
        if state.finished_at:
            day = datetime.fromtimestamp(state.finished_at).strftime("%Y-%m-%d")
            taken = short(state.finished_at - (state.started_at or state.finished_at))
            return f"{say('state.finished', day=day, taken=taken)} · {points}"
        return points if book.points(lab) else say("state.new")

    def _steps(self, lab: Lab) -> Content:
        passed = self.book.passed(lab)
        lines = []
        for number, step in enumerate(lab.steps, 1):
            mark = Mark.PASSED if step.id in passed else Mark.UNSEEN
            title = f" {number} {self.say.text(step.title)} "
            points = self.say("points", points=step.points)
            lines.append(Content.assemble((mark.symbol, mark.style), title, (points, "$muted")))
        return Content("\n").join(lines)

    @on(OptionList.OptionHighlighted, "#labs")
    def _highlighted(self) -> None:
        self._show_lab()
        self.show_bindings()

    @on(OptionList.OptionSelected, "#labs")
    def _selected(self) -> None:
        if self.lab_id:
            self.seatrial.open_lab(self.lab_id)

    def action_results(self) -> None:
        if self.lab_id:
            self.seatrial.show_results(self.lab_id)

    def action_remove(self) -> None:
        if self.lab_id:
            self.seatrial.remove_nodes(self.lab_id)

    def action_build(self) -> None:
        self.seatrial.build_image()

    def action_language(self) -> None:
        self.seatrial.action_language()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or action not in ("results", "remove", "build"):
            return True
        lab_id, book = self.lab_id, self.book
        if action == "build":
            return book.image_ready is False
        if lab_id is None:
            return False
        return book.state(lab_id).running if action == "remove" else lab_id in book.opened
