"""All that the App knows of the world: the course, states, what is being made, which labs are open.
News changes it and screens draw it; no widgets, no threads."""

from dataclasses import replace

from labs.model import Chapter, Course, Lab
from tui.news import (
    IMAGE,
    CellFinished,
    CellPrinted,
    CellsRead,
    CourseLoaded,
    CriterionJudged,
    ImageBuilt,
    LabStarted,
    LabStopped,
    News,
    NodesRead,
    PlatformRead,
    StatesRead,
    StepsGraded,
    Work,
    WorkFailed,
    WorkMoved,
)
from tui.open_lab import CellRun, OpenLab
from tui.opening import Opening
from tui.workbench import CellResult, LabState


class Logbook:
    """Mutable; lives on the event loop."""

    def __init__(self) -> None:
        self.course: Course | None = None
        self.platform = ""
        self.image_ready: bool | None = None
        """None until it was read."""
        self.opened: dict[str, OpenLab] = {}
        self.openings: dict[str, Opening] = {}
        self.waiting: list[str] = []
        """Labs that begin when the image is built."""
        self._states: dict[str, LabState] = {}
        self._labs: dict[str, Lab] = {}
        self._started_at: dict[str, float] = {}
        """When labs were started, on the monotonic clock."""

    def lab(self, lab_id: str | None) -> Lab | None:
        return self._labs.get(lab_id or "")

    def chapter(self, lab: Lab) -> Chapter:
        """The chapter that holds the lab. Raises StopIteration for a lab of another course."""
        assert self.course is not None
        return next(c for c in self.course.chapters if c.number == lab.chapter)

    def state(self, lab_id: str) -> LabState:
        return self._states.get(lab_id, LabState(lab_id))

    def passed(self, lab: Lab) -> frozenset[str]:
        """Ids of the lab's passed steps."""
        opened = self.opened.get(lab.id)
        return frozenset(opened.passed) if opened else self.state(lab.id).passed_steps

    def points(self, lab: Lab) -> int:
        opened = self.opened.get(lab.id)
        return opened.all_points if opened else self.state(lab.id).points

    @property
    def running(self) -> tuple[Lab, ...]:
        """Labs whose nodes exist or are being made."""
        return tuple(
            lab
            for lab in self._labs.values()
            if self.state(lab.id).running or self.is_opening(lab.id)
        )

    def is_opening(self, lab_id: str) -> bool:
        opening = self.openings.get(lab_id)
        return lab_id in self.waiting or (
            opening is not None and opening.ended is None and opening.failure is None
        )

    @property
    def at_work(self) -> bool:
        """Something is being made, so that times on the screen move."""
        return self.is_opening(IMAGE) or any(self.is_opening(lab_id) for lab_id in self._labs)

    def begin(self, lab_id: str, now: float) -> None:
        """The lab (or the image) is being made from now on."""
        self.openings[lab_id] = Opening(lab_id, now)

    def take(self, news: News, now: float) -> None:
        match news:
            case CourseLoaded(course):
                self.course = course
                self._labs = {lab.id: lab for lab in course.labs}
            case PlatformRead(platform):
                self.platform = platform
            case StatesRead():
                self._take_states(news)
            case LabStarted():
                self._started(news, now)
            case LabStopped(lab_id):
                self._states[lab_id] = replace(self.state(lab_id), running=False)
                self.openings.pop(lab_id, None)
                self.opened.pop(lab_id, None)
                self._started_at.pop(lab_id, None)
            case WorkFailed():
                self._failed(news, now)
            case _:
                self._take_progress(news, now)
        self._take_lab_news(news)

    def _take_progress(self, news: News, now: float) -> None:
        match news:
            case ImageBuilt():
                self.image_ready = True
                self.openings[IMAGE].finish(now)
            case WorkMoved(lab_id, event):
                if opening := self.openings.get(lab_id):
                    opening.record(event, now)
            case NodesRead(lab_id, nodes) if lab_id in self.openings:
                self.openings[lab_id].expect(tuple(node.name for node in nodes))

    def judge(self, news: CriterionJudged, now: float) -> bool:
        """Record a result; True if its step passed by it."""
        lab = self.opened.get(news.lab_id)
        return lab is not None and lab.judge(news.result, now)

    def _take_lab_news(self, news: News) -> None:
        lab = self.opened.get(getattr(news, "lab_id", ""))
        if lab is None:
            return
        match news:
            case NodesRead():
                lab.nodes = news.nodes
            case CellsRead():
                lab.cells[news.step_id] = news.cells
            case StepsGraded():
                lab.grading = False
            case CellPrinted():
                lab.runs.setdefault(news.index, CellRun()).printed.add(news.text)
            case CellFinished():
                lab.runs.setdefault(news.index, CellRun()).result = news.result

    def _take_states(self, news: StatesRead) -> None:
        newer = {i: self.state(i) for i, at in self._started_at.items() if at > news.asked}
        self._states = {**news.states, **newer}
        self.image_ready = news.image_ready
        for lab_id in [i for i in self.opened if not self.state(i).running]:
            del self.opened[lab_id]

    def _started(self, news: LabStarted, now: float) -> None:
        self._states[news.lab_id] = news.state
        self._started_at[news.lab_id] = news.at
        if news.lab_id in self.openings:
            self.openings[news.lab_id].finish(now)
        self._labs[news.lab_id] = news.lab
        self.opened[news.lab_id] = OpenLab(news.lab, news.state)

    def _failed(self, news: WorkFailed, now: float) -> None:
        opening = self.openings.get(news.lab_id)
        if news.work in (Work.START, Work.BUILD) and opening:
            opening.failure, opening.ended = news, now
            if news.work is Work.BUILD:
                self.waiting.clear()
        lab = self.opened.get(news.lab_id)
        if lab is None:
            return
        if news.work is Work.GRADE:
            lab.grading = False
        elif news.work is Work.WATCH:
            lab.watching = False
        elif news.work is Work.CELL:
            run = lab.runs.setdefault(news.index, CellRun())
            run.printed.add(f"{news.message}\n")
            run.result = CellResult(ok=False, seconds=0.0)
