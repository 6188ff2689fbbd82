"""A lab being made ready: its phases, its nodes, the time left, and a log that is bounded."""

from cluster.events import LogLine, NodeReady, PhaseProgressed, PhaseStarted
from tests.tui.stage import NOW
from tui.opening import Opening


def test_an_opening_follows_phases_nodes_and_the_time_left() -> None:
    opening = Opening("8/x", NOW)
    opening.expect(("a", "b"))
    opening.record(PhaseStarted("restoring", 0.2, 8.0), NOW)
    opening.record(PhaseStarted("waiting for SSH", 0.3, node="a"), NOW + 1)
    opening.record(PhaseProgressed(0.1), NOW + 2)
    opening.record(PhaseProgressed(0.5, 3.0), NOW + 2)
    opening.record(NodeReady("a"), NOW + 3)
    assert opening.fraction == 0.5, "it never goes back"
    assert opening.seconds_left(NOW + 4) == 1.0
    assert (opening.nodes["a"].started, opening.nodes["a"].ended) == (NOW + 1, NOW + 3)
    assert opening.nodes["b"].started is None
    opening.record(NodeReady("b"), NOW + 4)
    assert opening.nodes["b"].started == NOW, "it began with the phase in which it became ready"
    opening.record(PhaseStarted("proving", 0.9), NOW + 5)
    assert [(p.text, p.ended) for p in opening.phases] == [
        ("restoring", NOW + 5),
        ("proving", None),
    ]
    opening.record(PhaseStarted("joining", 0.9, node="b"), NOW + 6)
    assert (opening.nodes["b"].started, opening.nodes["b"].ended) == (NOW + 6, None)


def test_a_log_is_bounded_and_counts_what_it_left_out() -> None:
    opening = Opening("8/x", NOW)
    for number in range(2000):
        opening.record(LogLine(f"line {number}"), NOW)
    assert opening.logged == 2000
    assert opening.log[-1] == "line 1999"
    assert len(opening.log) == opening.log.maxlen
