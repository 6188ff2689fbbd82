"""What counts as a stall of the event loop."""

from tui.stalls import LIMIT, StallMeter


def test_stalls_count_what_is_over_the_limit() -> None:
    meter = StallMeter()
    for late, work in ((0.001, 0.0), (LIMIT + 0.01, 0.02), (LIMIT - 0.001, 0.03)):
        meter.note(late, work)
    assert (meter.stalls.longest, meter.stalls.count) == (LIMIT + 0.01, 1)
    assert meter.stalls.longest_work == 0.03
