"""Text that other programs printed, made fit for the screen: no control sequences, bounded length.
It is never markup."""

import re

_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: titles, links
    r"|\x1b[@-Z\\-_]"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

LINES = 200
COLUMNS = 1000


def plain_line(line: str) -> str:
    """One line as a terminal would leave it: after a carriage return, what was written last."""
    line = _SEQUENCES.sub("", line[-20 * COLUMNS :]).rstrip("\r\n")
    line = line.rsplit("\r", 1)[-1].expandtabs(8)
    line = _CONTROLS.sub("", line)
    return line if len(line) <= COLUMNS else line[: COLUMNS - 1] + "…"


class Printed:
    """The end of what a program printed so far: at most LINES lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open = ""
        self.left_out = 0

    def add(self, text: str) -> None:
        """Append any piece of output, not aligned to lines."""
        *whole, self._open = (self._open + text).split("\n")
        self._open = self._open[-20 * COLUMNS :]
        self.left_out += max(0, len(whole) - LINES)
        self._lines.extend(plain_line(line) for line in whole[-LINES:])
        surplus = len(self._lines) - LINES
        if surplus > 0:
            del self._lines[:surplus]
            self.left_out += surplus

    @property
    def text(self) -> str:
        lines = self._lines + ([plain_line(self._open)] if self._open else [])
        return "\n".join(lines)
