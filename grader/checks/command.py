"""`command`: what a command on a node answers: its exit status, its output as text or as JSON."""

import json
from typing import Any

from cluster.node import CommandResult
from grader.finding import failed, mismatched, passed
from grader.meaning.compare import compare, compare_document, compare_text
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip, show
from labs.checks.command import CommandCheck

LIMIT = 20.0
"""Seconds (native speed) that a command may take."""


def look(args: CommandCheck, around: Surroundings) -> Finding:
    result = around.round.run(args.node, args.argv, timeout=LIMIT)
    place = f"{args.node}: {clip(' '.join(args.argv), 60)}"
    finding = judge_output(
        place, result, {"exit": args.exit, "stdout": args.stdout, "stderr": args.stderr}
    )
    if finding is None and args.json_body:
        finding = judge_json(place, result.stdout, args.json_body)
    return finding or passed(expected=f"exit {show(args.exit)}", actual=f"exit {result.code}")


def judge_output(place: str, result: CommandResult, expected: dict[str, Any]) -> Finding | None:
    """None when exit status and output are as expected. White space at the end does not count."""
    texts = {"stdout": result.stdout, "stderr": result.stderr}
    for what, wanted in expected.items():
        if wanted is None:
            continue
        mismatch = (
            compare_text(wanted, texts[what], what)
            if what in texts
            else compare(wanted, result.code, what)
        )
        if mismatch is None:
            continue
        finding = mismatched(mismatch, place)
        if what != "exit":
            return finding
        return failed(
            f"{place} ended with {result.code}: {last_line(result.stderr or result.stdout)}",
            expected=f"exit {mismatch.expected}",
            actual=f"exit {result.code}",
            path=f"{place} exit",
        )
    return None


def judge_json(place: str, text: str, expected: dict[str, Any]) -> Finding | None:
    try:
        document = json.loads(text)
    except ValueError:
        return failed(
            f"{place} printed no JSON", expected="JSON", actual=text or "nothing", path=place
        )
    mismatch = compare_document(expected, document)
    return None if mismatch is None else mismatched(mismatch, place)


def last_line(text: str) -> str:
    """The line that most often says what went wrong."""
    lines = [line for line in text.splitlines() if line.strip()]
    return clip(lines[-1], 110) if lines else "no output"
