"""Text from outside: lines as a terminal would leave them, and output of which the end is kept."""

import pytest

from tui.outside_text import LINES, Printed, plain_line


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        (" 10%\r 50%\r100%", "100%"),
        ("a\tb", "a       b"),
        ("[ERROR] [bold]not markup[/]", "[ERROR] [bold]not markup[/]"),
        ("bell\x07 and \x00null", "bell and null"),
        ("x" * 5000, "x" * 999 + "…"),
    ],
)
def test_a_line_from_outside_is_shown_as_a_terminal_would_leave_it(
    printed: str, shown: str
) -> None:
    assert plain_line(printed) == shown


def test_output_comes_in_any_pieces_and_only_its_end_is_kept() -> None:
    printed = Printed()
    for piece in ("one li", "ne\ntwo\nth", "ree"):
        printed.add(piece)
    assert printed.text == "one line\ntwo\nthree"
    printed.add("\n" + "".join(f"{n}\n" for n in range(1000)))
    lines = printed.text.splitlines()
    assert (len(lines), lines[-1], printed.left_out) == (LINES, "999", 1003 - LINES)
