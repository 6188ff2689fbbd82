"""Times as a person reads them."""

from tui.clock import short, span


def test_times_read_like_a_clock() -> None:
    assert [span(7), span(761), span(3723)] == ["0:07", "12:41", "1:02:03"]
    assert [short(0.42), short(12.3), short(200)] == ["0.4 s", "12 s", "3:20"]
