from fractions import Fraction

import pytest

from grader.meaning.duration import parse_duration, seconds


@pytest.mark.parametrize(
    "same", [("1h30m", "90m"), ("90m", "5400s"), ("1m0s", "60"), ("500ms", "0.5s"), ("1.5h", 5400)]
)
def test_durations_of_one_length_are_equal(same: tuple[object, object]) -> None:
    assert parse_duration(same[0]) == parse_duration(same[1]) is not None


@pytest.mark.parametrize("text", ["", "m", "1x", "1h 30", "h1", True, None, [], "1m1"])
def test_what_is_no_duration_has_no_length(text: object) -> None:
    assert parse_duration(text) is None


def test_a_duration_may_be_negative() -> None:
    assert parse_duration("-1m") == Fraction(-60)


def test_seconds_refuses_what_is_no_duration() -> None:
    assert seconds("250ms") == 0.25
    with pytest.raises(ValueError, match="soon"):
        seconds("soon")
