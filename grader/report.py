"""A grading for machines (JSON, JUnit XML) and for people (lines of text). Prints nothing."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

from grader.verdict import CriterionResult, GradeReport, StepResult, Verdict
from labs.model import Lab, in_language

MARKS = {Verdict.PASSED: "✔", Verdict.FAILED: "✗", Verdict.UNKNOWN: "?"}
WORDS = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "not yet as required",
    Verdict.UNKNOWN: "could not be judged",
}


def to_json(report: GradeReport) -> str:
    """The whole report, stable in its field names."""
    document = {
        "lab": report.lab_id,
        "verdict": _overall(report).value,
        "exit_code": report.exit_code,
        "points": sum(step.points for step in report.steps),
        "max_points": sum(step.max_points for step in report.steps),
        "seconds": round(report.seconds, 3),
        "extra": dict(report.extra),
        "steps": [_step_document(step) for step in report.steps],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"


def _step_document(step: StepResult) -> dict[str, Any]:
    return {
        "id": step.step_id,
        "verdict": step.verdict.value,
        "points": step.points,
        "max_points": step.max_points,
        "criteria": [
            {
                "id": result.criterion_id,
                "verdict": result.verdict.value,
                "points": result.points,
                "max_points": result.max_points,
                "guard": result.guard,
                "requirements": list(result.requirements),
                "seconds": round(result.seconds, 3),
                "evidence": asdict(result.evidence),
            }
            for result in step.results
        ],
    }


def _overall(report: GradeReport) -> Verdict:
    return {0: Verdict.PASSED, 1: Verdict.FAILED, 2: Verdict.UNKNOWN}[report.exit_code]


def to_junit(report: GradeReport, properties: Mapping[str, str] | None = None) -> str:
    """A test suite per step, a test case per criterion; FAILED is a failure, UNKNOWN an error."""
    name = f"seatrial {report.lab_id}"
    root = ElementTree.Element("testsuites", {"name": name, **_totals(report)})
    for step in report.steps:
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=f"{report.lab_id}.{step.step_id}",
            tests=str(len(step.results)),
            failures=str(_count(step, Verdict.FAILED)),
            errors=str(_count(step, Verdict.UNKNOWN)),
            skipped="0",
            time=f"{max((r.seconds for r in step.results), default=0.0):.3f}",
        )
        _properties(suite, {"lab": report.lab_id, **(properties or {})}, step)
        for result in step.results:
            _test_case(suite, report.lab_id, result)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + (
        ElementTree.tostring(root, encoding="unicode") + "\n"
    )


def _totals(report: GradeReport) -> dict[str, str]:
    return {
        "tests": str(sum(len(step.results) for step in report.steps)),
        "failures": str(sum(_count(step, Verdict.FAILED) for step in report.steps)),
        "errors": str(sum(_count(step, Verdict.UNKNOWN) for step in report.steps)),
        "time": f"{report.seconds:.3f}",
    }


def _count(step: StepResult, verdict: Verdict) -> int:
    return sum(1 for result in step.results if result.verdict is verdict)


def _properties(
    suite: ElementTree.Element, properties: Mapping[str, str], step: StepResult
) -> None:
    holder = ElementTree.SubElement(suite, "properties")
    points = {"points": str(step.points), "max_points": str(step.max_points)}
    for name, value in {**properties, **points}.items():
        ElementTree.SubElement(holder, "property", name=name, value=_printable(str(value)))


def _test_case(suite: ElementTree.Element, lab_id: str, result: CriterionResult) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"{lab_id}.{result.step_id}",
        name=result.criterion_id,
        time=f"{result.seconds:.3f}",
    )
    if result.verdict is Verdict.PASSED:
        return
    tag = "failure" if result.verdict is Verdict.FAILED else "error"
    evidence = result.evidence
    trouble = ElementTree.SubElement(
        case, tag, message=_printable(evidence.why), type=result.verdict.value
    )
    trouble.text = _printable(
        f"{evidence.path}\nexpected: {evidence.expected}\nactual: {evidence.actual}"
    )


def _printable(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return "".join(
        char
        if char in "\t\n\r"
        or (char >= " " and not 0xD800 <= ord(char) <= 0xDFFF and char not in "\ufffe\uffff")
        else "\ufffd"
        for char in text
    )


def to_lines(report: GradeReport, lab: Lab, language: str = "en") -> list[str]:
    """What `seatrial grade` shows: every requirement with its mark, and why it is not met."""
    lines = []
    for step in report.steps:
        title = in_language(lab.step(step.step_id).title, language)
        lines.append(f"{title}: {step.points} of {step.max_points} points")
        for result in step.results:
            lines += result_lines(result, lab, language)
    points = sum(step.points for step in report.steps)
    most = sum(step.max_points for step in report.steps)
    lines.append(f"{report.lab_id}: {points} of {most} points in {report.seconds:.1f} s")
    return lines


def result_lines(result: CriterionResult, lab: Lab, language: str = "en") -> list[str]:
    """One criterion: a line with mark and points; two more with the reason if it did not pass."""
    mark = MARKS[result.verdict]
    head = f" {mark} {_what(result, lab, language)}"
    if result.guard:
        violated = result.verdict is Verdict.FAILED
        head += "  (the step earns nothing meanwhile)" if violated else ""
    elif result.verdict is Verdict.PASSED:
        head += f"  {result.points} pts"
    elif result.verdict is Verdict.FAILED:
        head += f"  {result.points} of {result.max_points} pts"
    evidence = result.evidence
    lines = [head]
    if result.verdict is Verdict.FAILED and evidence.expected:
        lines.append(f"      expected {evidence.expected} · found {evidence.actual or 'nothing'}")
    if result.verdict is not Verdict.PASSED:
        lines.append(f"      why: {evidence.why}")
    return lines


def _what(result: CriterionResult, lab: Lab, language: str) -> str:
    texts = {item.id: item.text for item in lab.step(result.step_id).requirements}
    if result.guard or not result.requirements:
        return f"guard {result.criterion_id}"
    first = result.requirements[0]
    names = " ".join(result.requirements)
    text = in_language(texts[first], language) if first in texts else result.criterion_id
    return f"{names} {text}"
