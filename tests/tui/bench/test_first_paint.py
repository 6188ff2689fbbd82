"""What counts as a painted screen, and that a terminal is really there."""

import sys

import pytest

from labs.errors import SeatrialError
from tui.bench import first_paint
from tui.bench.figure import quantile

SCREEN = b"\x1b[?1049h\x1b[2J\x1b[1;1H"


def test_text_before_the_full_screen_is_not_a_painted_screen() -> None:
    assert not first_paint.is_painted(b"x" * 1000 + SCREEN)


def test_control_sequences_and_blanks_are_not_a_painted_screen() -> None:
    assert not first_paint.is_painted(SCREEN + b"\x1b[38;2;100;100;100m  \x1b]0;title\x07" * 300)


def test_a_screenful_of_text_is_a_painted_screen() -> None:
    assert first_paint.is_painted(SCREEN + b"\x1b[1mSeatrial " * 40)


def test_a_program_that_paints_is_timed_at_a_terminal_of_its_own() -> None:
    program = f"import time; print({SCREEN.decode()!r} + 'x' * 300, flush=True); time.sleep(60)"
    assert 0 < first_paint.first_paint([sys.executable, "-c", program]) < 10


def test_a_program_that_ends_without_painting_is_an_error() -> None:
    with pytest.raises(SeatrialError, match="painted nothing"):
        first_paint.first_paint([sys.executable, "-c", "print('no')"])


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.95, 10), (1.0, 10), (0.0, 1)])
def test_a_quantile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert quantile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value
