"""What the benchmark measures on a native server is what it says it is."""

from cluster.native.api_server import NativeApi
from grader.grade import Grader
from grader.recording import Recording
from grader.verdict import Verdict
from tui.bench.grading import lab_of
from tui.bench.native import judge, verdicts_after_patches
from tui.bench.native_objects import checks, fill


def test_thirty_checks_pass_and_pass_again_from_their_evidence(mortal_server: NativeApi) -> None:
    grader = Grader(lab_of("thirty", checks()), mortal_server, {})
    fill(grader.link.api())
    results = grader.grade(quick=True).steps[0].results
    assert {one.verdict for one in results} == {Verdict.PASSED}
    assert len(results) == 30 and len({one.criterion_id for one in results}) == 30
    cases = grader.cases(grader.lab.steps[0])
    for case, result in zip(cases, results, strict=True):
        assert result.seen is not None
        assert judge(case, Recording.unpack(result.seen.pack())) is Verdict.PASSED


def test_a_changed_object_is_judged_within_three_tenths_of_a_second(
    mortal_server: NativeApi,
) -> None:
    grader = Grader(lab_of("thirty", checks()), mortal_server, {})
    taken = sorted(verdicts_after_patches(grader, grader.link.api()))
    assert taken[len(taken) // 2] < 0.3, taken
