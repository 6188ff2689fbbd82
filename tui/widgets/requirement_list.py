"""The requirements of a step with their verdicts, and for what is not passed: the reason."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content

from grader.verdict import CriterionResult, Verdict
from tui.marks import Mark
from tui.open_lab import RequirementRow
from tui.prose import styled
from tui.widgets.line import Line
from tui.words import Words


class RequirementView(Vertical):
    """One requirement; drawn anew only when its row changed."""

    DEFAULT_CSS = """
    RequirementView {
        height: auto;
        .line { height: auto; }
        .mark { width: 2; }
        .name { width: auto; min-width: 3; padding-right: 1; text-style: bold; }
        .text { width: 1fr; }
        .points { width: auto; padding-left: 1; color: $muted; }
        .reasons { padding-left: 5; color: $muted; }
    }
    """

    def __init__(self, row: RequirementRow, say: Words) -> None:
        super().__init__()
        self._row = row
        self._say = say
        self._mark = Line(classes="mark")
        self._label = Line(classes="name")
        self._text = Line(classes="text")
        self._points = Line(classes="points")
        self._reasons = Line(classes="reasons")

    def compose(self) -> ComposeResult:
        self._draw()
        yield Horizontal(self._mark, self._label, self._text, self._points, classes="line")
        yield self._reasons

    def show(self, row: RequirementRow) -> None:
        if row != self._row:
            self._row = row
            self._draw()

    def _draw(self) -> None:
        row, say = self._row, self._say
        text = say.text(row.text)
        if row.guard:
            broken = row.mark is Mark.FAILED
            text = say("guard.broken" if broken else "guard.unknown", name=row.id)
        self._mark.show(Content.styled(row.mark.symbol, row.mark.style))
        self._label.show("" if row.guard else row.id)
        self._text.show(styled(text))
        self._points.show(_points(row, say))
        self._reasons.show(Content("\n").join(_reason(result, say) for result in row.reasons))
        self._reasons.display = bool(row.reasons)
        self._label.display = not row.guard


class RequirementList(VerticalScroll):
    """All requirements of one step. `can_focus` lets long lists be scrolled by keys."""

    def __init__(self, say: Words, id: str) -> None:
        super().__init__(id=id)
        self._say = say
        self._views: dict[str, RequirementView] = {}
        self._of: object = None

    def show(self, step_id: str, rows: tuple[RequirementRow, ...]) -> None:
        shape = (step_id, tuple(row.id for row in rows))
        if shape == self._of:
            for row in rows:
                self._views[row.id].show(row)
            return
        if not self.is_attached:
            return
        self._of = shape
        with self.app.batch_update():
            for view in self._views.values():
                view.remove()
            self._views = {row.id: RequirementView(row, self._say) for row in rows}
            self.mount(*self._views.values())


def _points(row: RequirementRow, say: Words) -> str:
    if not row.max_points:
        return ""
    if row.points == row.max_points:
        return say("points", points=row.points)
    return say("points.of", points=row.points, total=row.max_points)


def _reason(result: CriterionResult, say: Words) -> Content:
    evidence = result.evidence
    if result.verdict is Verdict.UNKNOWN:
        why = evidence.why or evidence.actual
        return Content.styled(say("unknown.reason", why=why), "$text-warning")
    parts: list[Content] = []
    compared = [evidence.path] if evidence.path else []
    if evidence.expected or evidence.actual:
        compared.append(say("compared", expected=evidence.expected, actual=evidence.actual))
    if compared:
        parts.append(Content(": ".join(compared)))
    if evidence.why:
        parts.append(Content.styled(say("why", why=evidence.why), "$text-error"))
    return Content("\n").join(parts)
