"""The command palette: every lab, every step and node of the open lab, and what the app can do."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui import words
from tui.screens.lab import LabScreen

if TYPE_CHECKING:
    from tui.app import SeatrialApp


class Command(NamedTuple):
    label: str
    call: Callable[[], object]


class SeatrialCommands(Provider):
    """Found by any part of their words."""

    async def discover(self) -> Hits:
        for command in self._commands():
            yield DiscoveryHit(command.label, command.call)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._commands():
            if (score := matcher.match(command.label)) > 0:
                yield Hit(score, matcher.highlight(command.label), command.call)

    def _commands(self) -> Iterator[Command]:
        app = cast("SeatrialApp", self.app)
        say = app.say
        if isinstance(self.screen, LabScreen):
            yield from self._of_lab(self.screen)
        for lab in app.book.course.labs if app.book.course else ():
            label = say("command.lab", id=lab.id, title=say.text(lab.title))
            yield Command(label, partial(app.open_lab, lab.id))
        place = words.LANGUAGES.index(say.language)
        other = words.LANGUAGES[(place + 1) % len(words.LANGUAGES)]
        name = words.NAMES[other]
        yield Command(say("command.theme"), app.action_light_or_dark)
        yield Command(say("command.language", name=name), app.action_language)
        yield Command(say("command.help"), app.action_help)
        yield Command(say("command.stalls"), app.action_stalls)
        yield Command(say("command.screenshot"), app.deliver_screenshot)
        yield Command(say("command.quit"), app.action_leave)

    def _of_lab(self, screen: LabScreen) -> Iterator[Command]:
        say, lab = screen.say, screen.open_lab
        yield Command(say("command.check"), screen.action_check)
        for node in lab.nodes:
            label = say("command.node", node=node.name)
            yield Command(label, partial(screen.open_shell, node.name))
        for number, step in enumerate(lab.lab.steps, 1):
            label = say("command.step", number=number, title=say.text(step.title))
            yield Command(label, partial(screen.enter_step, step.id))
        yield Command(say("tip.zoom"), screen.action_zoom)
        yield Command(say("command.results"), screen.action_results)
