"""How far the making of a lab (or of the image) is, told by events. No widgets, no threads."""

from collections import deque
from dataclasses import dataclass, field

from cluster.events import (
    Event,
    LabReady,
    LogLine,
    NodeReady,
    PhaseProgressed,
    PhaseStarted,
)
from tui.news import WorkFailed
from tui.outside_text import plain_line

LOG_LINES = 500


@dataclass(slots=True)
class Phase:
    """One phase of the whole; `ended` is None while it runs."""

    text: str
    started: float
    ended: float | None = None


@dataclass(slots=True)
class NodeProgress:
    """What one node is doing; `ended` is set once it is ready."""

    name: str
    phase: str = ""
    started: float | None = None
    ended: float | None = None


@dataclass(slots=True)
class Opening:
    """`lab_id` is '' for the image. All times are Unix times."""

    lab_id: str
    started: float
    phases: list[Phase] = field(default_factory=list)
    nodes: dict[str, NodeProgress] = field(default_factory=dict)
    fraction: float = 0.0
    done_at: float | None = None
    """The estimated moment of completion, if any event told one."""
    ended: float | None = None
    failure: WorkFailed | None = None
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    logged: int = 0
    """How many log lines there ever were."""

    def record(self, event: Event, now: float) -> None:
        match event:
            case PhaseStarted():
                self._phase_started(event, now)
            case PhaseProgressed(fraction, seconds_left):
                self._progressed(fraction, seconds_left, now)
            case NodeReady(node):
                began = self.phases[-1].started if self.phases else self.started
                self._node(node, began).ended = now
                self._write(f"{node}: ✔")
            case LogLine(text, node):
                line = plain_line(text)
                self._write(f"{node}: {line}" if node else line)
            case LabReady():
                self.finish(now)

    def expect(self, names: tuple[str, ...]) -> None:
        """The nodes that will appear, so that they are shown from the start."""
        for name in names:
            self.nodes.setdefault(name, NodeProgress(name))

    def finish(self, now: float) -> None:
        self.fraction = 1.0
        self.ended = now
        self._end_phase(now)

    def seconds_left(self, now: float) -> float | None:
        return None if self.done_at is None else max(0.0, self.done_at - now)

    def _phase_started(self, event: PhaseStarted, now: float) -> None:
        self._progressed(event.fraction, event.seconds_left, now)
        if event.node:
            progress = self._node(event.node, now)
            if progress.ended is not None:
                progress.started, progress.ended = now, None
            progress.phase = event.phase
        elif not self.phases or self.phases[-1].text != event.phase:
            self._end_phase(now)
            self.phases.append(Phase(event.phase, now))
        else:
            return
        self._write(f"{event.node}: {event.phase}" if event.node else event.phase)

    def _progressed(self, fraction: float, seconds_left: float | None, now: float) -> None:
        self.fraction = max(self.fraction, min(1.0, fraction))
        if seconds_left is not None:
            self.done_at = now + seconds_left

    def _end_phase(self, now: float) -> None:
        if self.phases and self.phases[-1].ended is None:
            self.phases[-1].ended = now

    def _node(self, name: str, began: float) -> NodeProgress:
        progress = self.nodes.setdefault(name, NodeProgress(name))
        if progress.started is None:
            progress.started = began
        return progress

    def _write(self, line: str) -> None:
        self.log.append(line)
        self.logged += 1
