"""What an attempt came to: points per step, time against the target, what there was to learn."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from labs.model import Step
from tui.clock import span
from tui.open_lab import OpenLab
from tui.screens.base import AppScreen
from tui.widgets.facts import Facts
from tui.widgets.line import Line
from tui.widgets.prose_view import ProseView


class ResultsScreen(AppScreen):
    """For one opened lab."""

    CSS_PATH = "results.tcss"
    BINDINGS = [
        Binding("escape", "leave", "key.back", id="results.leave", tooltip="tip.back"),
        Binding("a", "grade_all", "key.grade_all", id="results.all", tooltip="tip.grade_all"),
        Binding("x", "remove", "key.remove", id="results.remove", tooltip="tip.remove"),
    ]

    def __init__(self, lab_id: str) -> None:
        super().__init__()
        self.lab_id = lab_id
        self.open_lab: OpenLab = self.book.opened[lab_id]
        self._verdict = Line(id="verdict")
        self._facts = Facts(id="facts")
        self._table = Line(id="table")
        self._debriefs = Vertical(id="debriefs")
        self._all = VerticalScroll(id="results")
        self._told: object = None

    def compose_body(self) -> ComposeResult:
        with self._all:
            yield self._verdict
            yield self._facts
            yield self._table
            yield self._debriefs

    def begin(self) -> None:
        self._all.focus()

    def show(self) -> None:
        lab, say = self.open_lab, self.say
        self.show_title(say("place", outer=say.text(lab.lab.title), inner=say("results")))
        key = "results.all_passed" if lab.finished else "results.partly"
        verdict = say(key, passed=len(lab.passed), steps=len(lab.lab.steps))
        self._verdict.show(verdict)
        self._verdict.set_class(lab.finished, "finished")
        self._facts.show(
            (say("fact.points"), say("points.of", points=lab.all_points, total=lab.lab.points)),
            (say("fact.time"), self._time(lab)),
            (say("fact.hints"), str(sum(lab.hints.values()))),
            (say("fact.checking"), f"{say('checking')}…" if lab.grading else ""),
        )
        self._table.show(
            Content("\n").join(self._row(lab, n, step) for n, step in enumerate(lab.lab.steps, 1))
        )
        self._show_debriefs(lab)
        self.show_bindings()

    def _time(self, lab: OpenLab) -> str:
        taken, target = lab.seconds(self.seatrial.now()), lab.lab.target_seconds
        if not lab.finished:
            return self.say("results.so_far", taken=span(taken), target=span(target))
        key = "results.within" if taken <= target else "results.over"
        return self.say(key, taken=span(taken), target=span(target), off=span(abs(target - taken)))

    def _row(self, lab: OpenLab, number: int, step: Step) -> Content:
        earned, mark = lab.points(step), lab.step_mark(step)
        bar = "█" * earned + "░" * (step.points - earned)
        hints = lab.hints.get(step.id, 0)
        return Content.assemble(
            (mark.symbol, mark.style),
            f" {number} ",
            (f"{bar:<10.40} ", "$text-primary"),
            (f"{earned:>2}/{step.points:<2} ", "bold"),
            self.say.text(step.title),
            (f" · {self.say('results.hints', hints=hints)}" if hints else "", "$muted"),
        )

    def _show_debriefs(self, lab: OpenLab) -> None:
        passed = [step for step in lab.lab.steps if step.id in lab.passed]
        told = ([step.id for step in passed], self.say.language)
        if told == self._told:
            return
        self._told = told
        told_widgets: list[Widget] = []
        for step in passed:
            title = f"{self.say('debrief')}: {self.say.text(step.title)}"
            told_widgets.append(Static(Content(title), classes="debrief-title"))
            told_widgets.append(ProseView(self.say.text(step.debrief)))
        if self._debriefs.is_attached:
            self._debriefs.remove_children()
            self._debriefs.mount_all(told_widgets)

    def action_leave(self) -> None:
        self.seatrial.pop_screen()

    def action_grade_all(self) -> None:
        self.open_lab.grading = True
        self.seatrial.jobs.grade(self.lab_id, None)
        self.show()

    def action_remove(self) -> None:
        self.seatrial.remove_nodes(self.lab_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        running = self.book.state(self.lab_id).running
        if action == "grade_all":
            return (None if self.open_lab.grading else True) if running else False
        return running if action == "remove" else True
