"""The end of the app: what becomes of nodes that still run."""

from typing import TYPE_CHECKING

from tui import questions

if TYPE_CHECKING:
    from tui.app import SeatrialApp


class Leaving:
    """Asks, and holds the end back until what is to be removed is removed."""

    def __init__(self, app: "SeatrialApp") -> None:
        self._app = app
        self._removing: set[str] = set()

    @property
    def under_way(self) -> bool:
        return bool(self._removing)

    def ask(self) -> None:
        """Leave at once if nothing runs, or if the learner insists while nodes are removed."""
        running = self._app.book.running
        if not running or self._removing:
            self._app.exit(0)
        else:
            self._app.push_screen(questions.leave(self._app.say, running), self._answered)

    def removed(self, lab_id: str) -> None:
        """A lab's nodes are gone: the app ends with the last one."""
        self._removing.discard(lab_id)
        if not self._removing:
            self._app.exit(0)

    def call_off(self) -> None:
        self._removing.clear()

    def _answered(self, answer: str | None) -> None:
        app = self._app
        if answer == questions.KEEP:
            app.exit(0)
        elif answer == questions.REMOVE:
            self._removing = {lab.id for lab in app.book.running}
            app.notify(app.say("quit.removing"), markup=False, timeout=60)
            for lab_id in sorted(self._removing):
                app.jobs.stop(lab_id)
