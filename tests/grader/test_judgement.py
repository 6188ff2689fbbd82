from dataclasses import replace

from grader.judgement import Case, Judgement, Look, result_of_earlier_pass
from grader.verdict import Evidence, Finding, Verdict
from tests.grader.sample_lab import criterion

PASS = Finding(Verdict.PASSED)
FAIL = Finding(Verdict.FAILED, Evidence(why="it is 2"))
BLIND = Finding(Verdict.UNKNOWN, Evidence(why="n1 does not answer"))


def judging(eventually: float = 0, stable: float = 0, scale: float = 1) -> Judgement:
    criteria = replace(criterion("c", "file"), eventually=eventually, stable=stable)
    return Judgement(Case("step", criteria), 0.0, scale)


def verdict(judgement: Judgement) -> Verdict | None:
    return judgement.result.verdict if judgement.result else None


def why(judgement: Judgement) -> str:
    assert judgement.result is not None
    return judgement.result.evidence.why


def test_without_convergence_the_first_look_decides() -> None:
    for finding in (PASS, FAIL):
        judgement = judging()
        judgement.take(Look(finding, 0, 1))
        assert verdict(judgement) is finding.verdict


def test_a_pass_earns_the_points_and_a_failure_none() -> None:
    good, bad = judging(), judging()
    good.take(Look(PASS, 0, 1.5))
    bad.take(Look(FAIL, 0, 1))
    assert good.result is not None and (good.result.points, good.result.seconds) == (2, 1.5)
    assert bad.result is not None and (bad.result.points, bad.result.max_points) == (0, 2)


def test_a_failure_may_converge_until_the_deadline() -> None:
    judgement = judging(eventually=10)
    judgement.take(Look(FAIL, 0, 1))
    assert verdict(judgement) is None
    judgement.take(Look(PASS, 9, 9))
    assert verdict(judgement) is Verdict.PASSED


def test_the_last_look_begins_not_before_the_deadline() -> None:
    judgement = judging(eventually=10)
    judgement.take(Look(FAIL, 0, 60))
    assert verdict(judgement) is None, "the look was slow; the cluster may have converged in it"
    judgement.take(Look(FAIL, 60, 61))
    assert (verdict(judgement), why(judgement)) == (Verdict.FAILED, "it is 2")


def test_time_limits_are_stretched_on_slow_nodes() -> None:
    judgement = judging(eventually=10, scale=6)
    judgement.take(Look(FAIL, 59, 59))
    assert verdict(judgement) is None
    judgement.take(Look(FAIL, 60, 60))
    assert verdict(judgement) is Verdict.FAILED


def test_a_pass_must_hold_for_as_long_as_is_declared() -> None:
    judgement = judging(stable=5)
    judgement.take(Look(PASS, 0, 0))
    judgement.take(Look(PASS, 4.9, 5))
    assert verdict(judgement) is None
    judgement.take(Look(PASS, 5, 5))
    assert verdict(judgement) is Verdict.PASSED


def test_what_does_not_hold_fails_with_the_reason() -> None:
    judgement = judging(stable=5)
    judgement.take(Look(PASS, 0, 0))
    judgement.take(Look(FAIL, 3, 3))
    assert (verdict(judgement), why(judgement)) == (
        Verdict.FAILED,
        "it held for only 3 s: it is 2",
    )


def test_a_holding_begins_anew_after_a_failure() -> None:
    judgement = judging(eventually=20, stable=5)
    for moment, finding in ((0, PASS), (4, FAIL), (6, PASS), (10, PASS)):
        judgement.take(Look(finding, moment, moment))
        assert verdict(judgement) is None
    judgement.take(Look(PASS, 11, 11))
    assert verdict(judgement) is Verdict.PASSED


def test_a_restart_while_it_is_held_is_a_failure() -> None:
    judgement = judging(stable=5)
    judgement.take(Look(Finding(Verdict.PASSED, steady={"web-1/web uid": 2}), 0, 0))
    judgement.take(Look(Finding(Verdict.PASSED, steady={"web-1/web uid": 3}), 4, 4))
    assert why(judgement) == "it held for only 4 s: web-1/web keeps restarting (2, then 3 times)"


def test_old_restarts_and_new_pods_do_not_matter() -> None:
    judgement = judging(stable=5)
    judgement.take(Look(Finding(Verdict.PASSED, steady={"web-1/web uid": 7}), 0, 0))
    judgement.take(
        Look(Finding(Verdict.PASSED, steady={"web-1/web uid": 7, "web-2/web uid": 1}), 5, 5)
    )
    assert verdict(judgement) is Verdict.PASSED


def test_what_cannot_be_seen_is_tried_three_times() -> None:
    judgement = judging()
    judgement.take(Look(BLIND, 0, 1))
    judgement.take(Look(BLIND, 1, 2))
    assert verdict(judgement) is None
    judgement.take(Look(BLIND, 2, 3))
    assert verdict(judgement) is Verdict.UNKNOWN
    assert why(judgement) == (
        "could not be judged: n1 does not answer (tried 3 times); costs nothing"
    )


def test_a_passing_blindness_decides_nothing() -> None:
    judgement = judging(stable=5)
    for moment, finding in ((0, PASS), (1, BLIND), (2, BLIND), (3, PASS), (4, BLIND)):
        judgement.take(Look(finding, moment, moment))
    judgement.take(Look(PASS, 5, 5))
    assert verdict(judgement) is Verdict.PASSED


def test_a_finding_may_ask_for_another_look_even_without_convergence() -> None:
    judgement = judging()
    waiting = Finding(Verdict.FAILED, Evidence(why="the lease is old"), pending=15)
    judgement.take(Look(waiting, 0, 0))
    assert verdict(judgement) is None
    judgement.take(Look(waiting, 15, 15))
    assert verdict(judgement) is Verdict.FAILED


def test_a_quick_judgement_is_its_first_look() -> None:
    slow = replace(criterion("c", "file"), eventually=60, stable=60)
    for finding in (PASS, FAIL, BLIND):
        judgement = Judgement(Case("step", slow), 0, 1, quick=True)
        judgement.take(Look(finding, 0, 0))
        assert verdict(judgement) is finding.verdict


def test_an_earlier_pass_earns_its_points() -> None:
    result = result_of_earlier_pass(Case("step", criterion("c", "file"), None, True))
    assert (result.verdict, result.points) == (Verdict.PASSED, 2)
