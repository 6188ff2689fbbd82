"""The lists beside the work: steps and nodes of the open lab."""

from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from labs.model import Step
from tui.marks import Mark
from tui.open_lab import OpenLab
from tui.words import Words


class StepList(OptionList):
    """Option ids are step ids; enter goes to a step."""

    BINDINGS = [Binding("enter", "select", "key.step", id="steps.go", tooltip="tip.step")]

    def __init__(self, say: Words, id: str) -> None:
        super().__init__(id=id)
        self._say = say
        self._drawn: list[Content] = []

    def show(self, lab: OpenLab) -> None:
        steps = lab.lab.steps
        lines = [self._line(lab, number, step) for number, step in enumerate(steps, 1)]
        if lines != self._drawn:
            self._drawn = lines
            options = zip(lines, steps, strict=True)
            self.set_options(Option(line, step.id) for line, step in options)
            self.highlighted = lab.number - 1

    def _line(self, lab: OpenLab, number: int, step: Step) -> Content:
        mark = lab.step_mark(step)
        here = step.id == lab.step_id
        title = f" {number} {self._say.text(step.title)}"
        if here and mark is Mark.PASSED:
            title += f" {Mark.HERE.symbol}"
        return Content.assemble((mark.symbol, mark.style), (title, "bold" if here else ""))


class NodeList(OptionList):
    """Option ids are node names; enter opens a shell."""

    BINDINGS = [Binding("enter", "select", "key.shell", id="nodes.shell", tooltip="tip.shell")]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._drawn: list[Content] = []

    def show(self, lab: OpenLab) -> None:
        lines = []
        for node in lab.nodes:
            mark = Mark.UP if node.up else Mark.DOWN
            note = node.note or f".{node.address.rpartition('.')[2]}"
            lines.append(
                Content.assemble((mark.symbol, mark.style), f" {node.name} ", (note, "$muted"))
            )
        if lines != self._drawn:
            self._drawn = lines
            options = zip(lines, lab.nodes, strict=True)
            place = self.highlighted or 0
            self.set_options(Option(line, node.name) for line, node in options)
            self.highlighted = place
