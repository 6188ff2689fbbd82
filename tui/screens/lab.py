"""The screen a learner works in: the step's text and notebook, its requirements with live verdicts,
the steps and the nodes."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from tui import questions
from tui.clock import span
from tui.marks import Mark
from tui.open_lab import CellRun, OpenLab
from tui.screens.base import ROOMY, AppScreen
from tui.widgets.cell_view import CellView
from tui.widgets.line import Line
from tui.widgets.requirement_list import RequirementList
from tui.widgets.side_lists import NodeList, StepList
from tui.widgets.story import Story


class LabScreen(AppScreen):
    """For one opened lab."""

    CSS_PATH = "lab.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (ROOMY, "-roomy"), (150, "-wide")]
    BINDINGS = [
        Binding("c", "check", "key.check", id="lab.check", tooltip="tip.check"),
        Binding("s", "shell", "key.shell", id="lab.shell", tooltip="tip.shell"),
        Binding("h", "hint", "key.hint", id="lab.hint", tooltip="tip.hint"),
        Binding("n", "next", "key.next", id="lab.next", tooltip="tip.next"),
        Binding("p", "previous", "key.previous", id="lab.previous", tooltip="tip.previous"),
        Binding("r", "results", "key.results", id="lab.results", tooltip="tip.results"),
        Binding("z", "zoom", "key.zoom", id="lab.zoom", tooltip="tip.zoom", show=False),
        Binding("i", "interrupt", "key.interrupt", id="lab.interrupt", tooltip="tip.interrupt"),
        Binding("escape", "leave", "key.course", id="lab.leave", tooltip="tip.course"),
    ]

    def __init__(self, lab_id: str) -> None:
        super().__init__()
        self.lab_id = lab_id
        self.open_lab: OpenLab = self.book.opened[lab_id]
        self._step_list = StepList(self.say, id="steps")
        self._node_list = NodeList(id="nodes")
        self._step_title = Line(id="step-title")
        self._step_points = Line(id="step-points")
        self._story_view = Story(self.say, id="story")
        self._proof_title = Line(id="proof-title")
        self._requirements = RequirementList(self.say, id="requirements")

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="lab"):
            with Vertical(id="side"):
                yield Static(Content(self.say("steps")), classes="side-title")
                yield self._step_list
                yield Static(Content(self.say("nodes")), classes="side-title")
                yield self._node_list
            with Vertical(id="work"):
                with Horizontal(id="step-line"):
                    yield self._step_title
                    yield self._step_points
                with Vertical(id="halves"):
                    yield self._story_view
                    with Vertical(id="proof"):
                        yield self._proof_title
                        yield self._requirements

    def begin(self) -> None:
        self._story_view.focus()
        self.seatrial.jobs.read_nodes(self.lab_id)
        self.enter_step(self.open_lab.step_id)

    def show(self) -> None:
        lab, say, now = self.open_lab, self.say, self.seatrial.now()
        chapter = self.book.chapter(lab.lab)
        place = say.text(lab.lab.title)
        if self.app.size.width >= ROOMY:
            outer = f"{lab.lab.chapter} {say.text(chapter.title)}"
            place = say("place", outer=outer, inner=place)
        taken, target = span(lab.seconds(now)), span(lab.lab.target_seconds)
        self.show_title(place, say("clock", taken=taken, target=target))
        self._step_list.show(lab)
        self._node_list.show(lab)
        self._show_step(lab)
        self._story_view.show(lab)
        self._requirements.show(lab.step_id, lab.rows())
        self.show_bindings()

    def _show_step(self, lab: OpenLab) -> None:
        say, step = self.say, lab.step
        mark = lab.step_mark(step)
        title = Content.assemble((mark.symbol, mark.style), f" {lab.number} {say.text(step.title)}")
        self._step_title.show(title)
        points = say("points.of", points=lab.points(step), total=step.points)
        self._step_points.show(points)
        if lab.grading:
            state = Content.styled(f"{Mark.BUSY.symbol} {say('checking')}", Mark.BUSY.style)
        elif mark is Mark.PASSED:
            word = say("passed_last" if lab.neighbour(1) is None else "passed_next")
            state = Content.styled(f"{Mark.PASSED.symbol} {word}", f"bold {Mark.PASSED.style}")
        else:
            state = Content.styled(say("watching" if lab.watching else "not_watching"), "$muted")
        self._proof_title.show(Content.assemble((say("requirements"), "bold"), "  ", state))

    def enter_step(self, step_id: str) -> None:
        """Show the step, read its cells, let its checks run."""
        lab = self.open_lab
        lab.step_id = step_id
        first = step_id == lab.lab.steps[0].id
        self.seatrial.jobs.enter_step(self.lab_id, step_id, introduction=first)
        self.seatrial.watch_lab(self.lab_id)
        self.show()

    def open_shell(self, node: str) -> None:
        self.seatrial.jobs.open_shell(self.lab_id, node, self.app.size)

    @on(OptionList.OptionSelected, "#steps")
    def _step_selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_id:
            self.enter_step(event.option_id)
            self._story_view.focus()

    @on(OptionList.OptionSelected, "#nodes")
    def _node_selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_id:
            self.open_shell(event.option_id)

    @on(CellView.RunAsked)
    def _run_asked(self, event: CellView.RunAsked) -> None:
        index = event.cell.index
        run = self.open_lab.runs.get(index)
        if run is None or not run.running:
            self.open_lab.runs[index] = CellRun()
            self.seatrial.jobs.run_cell(self.lab_id, index)
            self.show()

    @on(CellView.Uncovered)
    def _uncovered(self, event: CellView.Uncovered) -> None:
        self.open_lab.revealed.add(event.cell.index)

    def action_check(self) -> None:
        self.open_lab.grading = True
        self.seatrial.jobs.grade(self.lab_id, self.open_lab.step_id)
        self.show()

    def action_shell(self) -> None:
        """On the focused node (or the focused cell's), else the only one, else a chosen one."""
        focused, nodes = self.focused, self.open_lab.nodes
        if isinstance(focused, NodeList) and focused.highlighted_option:
            self.open_shell(focused.highlighted_option.id or "")
        elif isinstance(focused, CellView):
            self.open_shell(focused.cell.node)
        elif len(nodes) == 1:
            self.open_shell(nodes[0].name)
        else:
            self.app.push_screen(questions.pick_node(self.say, nodes), self._node_picked)

    def _node_picked(self, node: str | None) -> None:
        if node:
            self.open_shell(node)

    def action_hint(self) -> None:
        lab = self.open_lab
        number = lab.hints.get(lab.step_id, 0) + 1
        lab.hints[lab.step_id] = number
        self.seatrial.jobs.hint_used(self.lab_id, lab.step_id, number)
        self.show()

    def action_next(self) -> None:
        if step_id := self.open_lab.neighbour(1):
            self.enter_step(step_id)
        else:
            self.action_results()

    def action_previous(self) -> None:
        if step_id := self.open_lab.neighbour(-1):
            self.enter_step(step_id)

    def action_results(self) -> None:
        self.seatrial.show_results(self.lab_id)

    def action_zoom(self) -> None:
        self.toggle_class("-zoomed")

    def action_interrupt(self) -> None:
        self.seatrial.jobs.interrupt_cell(self.lab_id)

    def action_leave(self) -> None:
        self.seatrial.to_course()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        lab = self.open_lab
        match action:
            case "check":
                return None if lab.grading else True
            case "hint":
                return lab.hints.get(lab.step_id, 0) < len(lab.step.hints)
            case "next":
                return lab.neighbour(1) is not None or lab.finished
            case "previous":
                return lab.neighbour(-1) is not None
            case "shell":
                return bool(lab.nodes)
            case "interrupt":
                return any(run.running for run in lab.runs.values())
        return True
