import json
from xml.etree import ElementTree

from grader.report import result_lines, to_json, to_junit, to_lines
from grader.verdict import CriterionResult, Evidence, GradeReport, StepResult, Verdict
from tests.grader.sample_lab import lab, step

SAMPLE = lab(step("one"), step("two"))


def result(step_id: str, id_: str, verdict: Verdict, **evidence: str) -> CriterionResult:
    points = 2 if verdict is Verdict.PASSED else 0
    seen = Evidence(**evidence)
    return CriterionResult(step_id, id_, verdict, seen, points, 2, False, ("R1",), 0.25)


REPORT = GradeReport(
    "8/sample",
    (
        StepResult("one", (result("one", "a", Verdict.PASSED),)),
        StepResult(
            "two",
            (
                result(
                    "two",
                    "b",
                    Verdict.FAILED,
                    expected="3",
                    actual="2",
                    why="spec.replicas is 2, not 3 <&>\x1b[31m",
                    path="Deployment shop/web",
                ),
                result("two", "c", Verdict.UNKNOWN, why="could not be judged: no answer"),
            ),
        ),
    ),
    1.5,
)


def test_json_holds_verdicts_points_and_evidence() -> None:
    document = json.loads(to_json(REPORT))
    assert (document["verdict"], document["exit_code"]) == ("FAILED", 1)
    assert (document["points"], document["max_points"]) == (2, 6)
    criterion = document["steps"][1]["criteria"][0]
    assert (criterion["verdict"], criterion["evidence"]["actual"]) == ("FAILED", "2")


def test_junit_has_a_failure_for_failed_and_an_error_for_unknown() -> None:
    root = ElementTree.fromstring(to_junit(REPORT, {"image": "debian-1"}))
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    first, second = root.findall("testsuite")
    assert (first.get("tests"), first.get("failures"), first.get("skipped")) == ("1", "0", "0")
    (case,) = first.findall("testcase")
    assert (case.get("classname"), case.get("name")) == ("8/sample.one", "a")
    assert list(case) == []
    failure = second.find("testcase[@name='b']/failure")
    assert failure is not None and failure.get("type") == "FAILED"
    assert failure.get("message", "").startswith("spec.replicas is 2, not 3 <&>")
    assert second.find("testcase[@name='c']/error") is not None
    properties = {p.get("name"): p.get("value") for p in second.iter("property")}
    assert properties == {
        "lab": "8/sample",
        "image": "debian-1",
        "points": "0",
        "max_points": "4",
    }


def test_junit_has_the_shape_that_readers_expect() -> None:
    root = ElementTree.fromstring(to_junit(REPORT))
    for suite in root.findall("testsuite"):
        assert next(child.tag for child in suite) == "properties"
        assert {"name", "tests", "failures", "errors", "skipped", "time"} <= set(suite.keys())
        assert len(suite.findall("testcase")) == int(suite.get("tests", ""))
        for case in suite.findall("testcase"):
            assert float(case.get("time", "")) >= 0
            assert {child.tag for child in case} <= {"failure", "error"}


def test_lines_show_marks_points_and_reasons() -> None:
    lines = to_lines(REPORT, SAMPLE)
    assert lines[:2] == ["One: 2 of 2 points", " ✔ R1 do one  2 pts"]
    assert lines[3:6] == [
        " ✗ R1 do two  0 of 2 pts",
        "      expected 3 · found 2",
        "      why: spec.replicas is 2, not 3 <&>\x1b[31m",
    ]
    assert lines[6:8] == [" ? R1 do two", "      why: could not be judged: no answer"]
    assert lines[-1] == "8/sample: 2 of 6 points in 1.5 s"


def test_a_violated_guard_says_what_it_costs() -> None:
    guard = CriterionResult(
        "one", "kept", Verdict.FAILED, Evidence(why="it is gone"), 0, 0, True, (), 0.1
    )
    assert result_lines(guard, SAMPLE)[0] == (" ✗ guard kept  (the step earns nothing meanwhile)")
