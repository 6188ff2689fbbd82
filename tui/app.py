"""The application: opens screens, starts jobs, and turns news into what is shown. What is known is
in `logbook`, what blocks is in `jobs`, what is drawn is in `screens`."""

import shlex
import time
from collections.abc import Callable

from textual import on
from textual.app import App
from textual.binding import Binding
from textual.command import CommandPalette
from textual.message import Message

from tui import news, questions, words
from tui.commands import SeatrialCommands
from tui.garbage import settle
from tui.jobs import Jobs
from tui.leaving import Leaving
from tui.logbook import Logbook
from tui.mailbox import Mailbox
from tui.news import IMAGE, News, Work, WorkFailed
from tui.screens.base import AppScreen
from tui.screens.course import CourseScreen
from tui.screens.dialog import Dialog
from tui.screens.lab import LabScreen
from tui.screens.provisioning import ProvisioningScreen
from tui.screens.results import ResultsScreen
from tui.stalls import StallMeter
from tui.terminal import run_instead
from tui.theme import CHART, NIGHT
from tui.words import Words
from tui.workbench import Workbench

BATCH = 0.05
"""Seconds between two readings of the mailbox: at most twenty repaints a second."""
TICK = 0.5
"""Seconds between two drawings of what moves by itself: clocks."""
TICKS_BETWEEN_NODES = 20


class SeatrialApp(App[int]):
    """`clock` is Unix time; tests stop it."""

    TITLE = "Seatrial"
    CSS_PATH = ["app.tcss", "screens/course.tcss"]
    """And the first screen's: Textual reads the CSS of other screens when they are opened."""
    COMMANDS = {SeatrialCommands}
    BINDINGS = [
        Binding("f1,question_mark", "help", "key.help", id="app.help", tooltip="tip.help",
                key_display="F1"),
        Binding("q", "leave", "key.quit", id="app.quit", tooltip="tip.quit"),
        Binding("ctrl+q", "leave", "key.quit", id="app.quit_always", show=False, priority=True),
    ]  # fmt: skip

    class NewsArrived(Message):
        """There is something in the mailbox."""

    def __init__(
        self, workbench: Workbench, language: str = "en", clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__()
        self.workbench = workbench
        self.say = Words(language)
        self.now = clock
        self.book = Logbook()
        self.stall_meter = StallMeter()
        self._mail = Mailbox[News](self._wake)
        self.jobs = Jobs(workbench, self._mail.put)
        self.leaving = Leaving(self)
        self._ticks = 0

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Of our own variables, for CSS that is read before our themes are registered."""
        return {"muted": NIGHT.variables["muted"]}

    def get_default_screen(self) -> CourseScreen:
        return CourseScreen()

    def on_mount(self) -> None:
        self.register_theme(NIGHT)
        self.register_theme(CHART)
        self.theme = NIGHT.name
        self.call_after_refresh(self.jobs.load_course)
        self.call_after_refresh(settle)
        self.set_interval(TICK, self._tick)

    def _wake(self) -> None:
        self.post_message(self.NewsArrived())

    @on(NewsArrived)
    def _news_arrived(self) -> None:
        self.set_timer(BATCH, self._read_mail)

    def _read_mail(self) -> None:
        self._mail.read(self._take)
        self.show()

    def _tick(self) -> None:
        self._ticks += 1
        screen = self.top
        if isinstance(screen, LabScreen):
            if self._ticks % TICKS_BETWEEN_NODES == 0:
                self.jobs.read_nodes(screen.lab_id)
            self.show()
        elif self.book.at_work or self.stall_meter.running:
            self.show()

    @property
    def top(self) -> AppScreen | None:
        """The uppermost full screen, which may lie below a question."""
        screens = (s for s in reversed(self.screen_stack) if isinstance(s, AppScreen))
        return next(screens, None)

    def is_before(self, lab_id: str) -> bool:
        """Whether a screen of the lab is open."""
        of_labs = (ProvisioningScreen, LabScreen, ResultsScreen)
        return any(isinstance(s, of_labs) and s.lab_id == lab_id for s in self.screen_stack)

    def show(self) -> None:
        """Draw what changed on the uppermost full screen."""
        if top := self.top:
            top.draw()

    def _take(self, item: News) -> None:
        if isinstance(item, news.CriterionJudged):
            if self.book.judge(item, self.now()):
                self._step_passed(item.lab_id, item.result.step_id)
            return
        self.book.take(item, self.now())
        match item:
            case news.StatesRead():
                self._begin_waiting()
            case news.ImageBuilt():
                self.notify(self.say("image.built"), markup=False)
                self._begin_waiting()
            case news.LabStarted(lab_id):
                self._lab_started(lab_id)
            case news.LabStopped(lab_id):
                self._lab_stopped(lab_id)
            case WorkFailed():
                self._work_failed(item)
            case _:
                self._take_answer(item)

    def _take_answer(self, item: News) -> None:
        """What the learner asked for has come."""
        match item:
            case news.StepsGraded(lab_id, report):
                points = sum(step.points for step in report.steps)
                total = sum(step.max_points for step in report.steps)
                self.notify(self.say("graded", points=points, total=total), markup=False)
                self.watch_lab(lab_id)
            case news.PaneOpened(node):
                self.notify(self.say("shell.pane", node=node), markup=False)
            case news.ShellFound(node, argv):
                self._shell_here(node, argv)

    def _step_passed(self, lab_id: str, step_id: str) -> None:
        lab = self.book.opened[lab_id]
        if lab.finished:
            text = self.say("lab.passed", points=lab.all_points, total=lab.lab.points)
        else:
            text = self.say("step.passed", step=self.say.text(lab.lab.step(step_id).title))
        self.notify(text, markup=False)

    def _begin_waiting(self) -> None:
        """Go on with labs that waited for the image, or for news of it."""
        if not self.book.is_opening(IMAGE):
            waiting, self.book.waiting = self.book.waiting, []
            for lab_id in waiting:
                self.begin(lab_id)

    def _lab_started(self, lab_id: str) -> None:
        if not self.is_before(lab_id):
            title = self.say.text(self.book.opened[lab_id].lab.title)
            self.notify(self.say("lab.ready", lab=title), markup=False)

    def _lab_stopped(self, lab_id: str) -> None:
        if self.leaving.under_way:
            self.leaving.removed(lab_id)
            return
        if lab := self.book.lab(lab_id):
            title = self.say.text(lab.title)
            self.notify(self.say("remove.removed", lab=title), markup=False)
        if self.is_before(lab_id):
            self.to_course()
        else:
            self.jobs.read_states()

    def _work_failed(self, failed: WorkFailed) -> None:
        if failed.work in (Work.WATCH, Work.READ):
            message = f"{failed.message} {failed.remedy}".strip()
            text = self.say(f"failed.{failed.work.value}", message=message)
            self.notify(text, severity="warning", markup=False)
        elif failed.work is Work.START and self.leaving.under_way:
            return
        else:
            self.leaving.call_off()
            self.show_failure(failed)

    def show_failure(self, failed: WorkFailed) -> None:
        self.push_screen(questions.failure(self.say, failed))

    # what screens and the palette ask for

    def open_lab(self, lab_id: str) -> None:
        """Show the lab; make it ready first if need be."""
        state = self.book.state(lab_id)
        if state.unavailable:
            self.push_screen(questions.absent(self.say, state.unavailable))
            return
        self.to_course()
        if lab_id in self.book.opened:
            self.push_screen(LabScreen(lab_id))
            return
        if not self.book.is_opening(lab_id):
            self.begin(lab_id)
        self.push_screen(ProvisioningScreen(lab_id))

    def begin(self, lab_id: str) -> None:
        """Start making the lab ready (or IMAGE); the image comes first."""
        if lab_id == IMAGE or not self.book.image_ready:
            if lab_id != IMAGE:
                self.book.openings.pop(lab_id, None)
                self.book.waiting.append(lab_id)
            if not self.book.is_opening(IMAGE) and self.book.image_ready is False:
                self.book.begin(IMAGE, self.now())
                self.jobs.build_image()
        else:
            self.book.begin(lab_id, self.now())
            self.jobs.read_nodes(lab_id)
            self.jobs.start(lab_id)
        self.show()

    def build_image(self) -> None:
        self.begin(IMAGE)
        self.push_screen(ProvisioningScreen(IMAGE))

    def watch_lab(self, lab_id: str) -> None:
        """Let the present step's checks run by themselves, if the lab is before the learner."""
        lab = self.book.opened.get(lab_id)
        if lab and any(isinstance(s, LabScreen) and s.lab_id == lab_id for s in self.screen_stack):
            lab.watching = True
            self.jobs.watch(lab_id, lab.step_id)

    def show_results(self, lab_id: str) -> None:
        self.push_screen(ResultsScreen(lab_id))

    def to_course(self) -> None:
        """Back to the first screen; nodes and work go on."""
        self.jobs.unwatch()
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if self.book.course:
            self.jobs.read_states()

    def remove_nodes(self, lab_id: str) -> None:
        if lab := self.book.lab(lab_id):
            self.push_screen(
                questions.remove_nodes(self.say, lab),
                lambda answer: self.jobs.stop(lab_id) if answer == questions.REMOVE else None,
            )

    def action_leave(self) -> None:
        if isinstance(self.screen, Dialog | CommandPalette):
            self.pop_screen()
        self.leaving.ask()

    def action_help(self) -> None:
        from tui.widgets.help_panel import SymbolsAndKeys

        if panels := self.screen.query(SymbolsAndKeys):
            panels.remove()
            self.screen.remove_class("-helped")
        else:
            self.screen.mount(SymbolsAndKeys(self.say))
            self.screen.add_class("-helped")

    def action_language(self) -> None:
        """The next language; screens are drawn anew from the course on."""
        place = words.LANGUAGES.index(self.say.language)
        self.say = Words(words.LANGUAGES[(place + 1) % len(words.LANGUAGES)])
        self.to_course()
        self.show()

    def action_light_or_dark(self) -> None:
        self.theme = CHART.name if self.theme == NIGHT.name else NIGHT.name

    def action_stalls(self) -> None:
        self.stall_meter.toggle()
        self.show()

    def _shell_here(self, node: str, argv: tuple[str, ...]) -> None:
        if trouble := run_instead(self, argv, self.say("shell.leave", node=node)):
            remedy = self.say("shell.elsewhere", command=shlex.join(argv))
            self.show_failure(WorkFailed(Work.SHELL, "", trouble, remedy))


def run_app(workbench: Workbench, language: str = "en") -> int:
    """Run the app in this terminal; the exit code."""
    return SeatrialApp(workbench, language).run() or 0
