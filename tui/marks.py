"""The symbols of the app and the style each is shown in. Every one has a word in the help, so that
colour is never the only signal."""

from enum import Enum

from grader.verdict import Verdict


class Mark(Enum):
    """Symbol, Textual style, and the key of its word in `words`."""

    PASSED = ("✔", "$text-success", "mark.passed")
    FAILED = ("✗", "$text-error", "mark.failed")
    UNKNOWN = ("?", "$text-warning", "mark.unknown")
    UNSEEN = ("·", "$muted", "mark.unseen")
    HERE = ("▶", "$text-accent", "mark.here")
    AHEAD = (" ", "", "")
    UP = ("●", "$text-success", "mark.up")
    DOWN = ("○", "$muted", "mark.down")
    BUSY = ("◐", "$text-accent", "mark.busy")
    RUN = ("▷", "$text-accent", "mark.run")
    ABSENT = ("⊘", "$muted", "mark.absent")

    @property
    def symbol(self) -> str:
        return self.value[0]

    @property
    def style(self) -> str:
        return self.value[1]

    @property
    def word(self) -> str:
        return self.value[2]


OF_VERDICT = {
    Verdict.PASSED: Mark.PASSED,
    Verdict.FAILED: Mark.FAILED,
    Verdict.UNKNOWN: Mark.UNKNOWN,
}
