"""`seatrial regrade`: judges an attempt again by today's grader, from what was seen then."""

import datetime

from grader.regrade import Regraded, find_attempt, regrade
from grader.verdict import Verdict
from labs.course import find_lab, load_lab
from labs.progress import Progress
from labs.records import Attempt
from tui.command_line.parser import Options

_MARKS = {Verdict.PASSED: "passed", Verdict.FAILED: "failed", Verdict.UNKNOWN: "unknown"}


def again(options: Options) -> int:
    """0 nothing changes, 1 a verdict would change; 3 when nothing was recorded."""
    with Progress.open() as progress:
        if not options.attempt.isdigit():
            find_lab(options.attempt)
        attempt = find_attempt(progress, options.attempt)
        found = regrade(progress, attempt)
    began = datetime.datetime.fromtimestamp(attempt.started).isoformat(" ", "minutes")
    print(f"attempt {attempt.id} of {attempt.lab}, begun {began}{_changed_lab(attempt)}")
    for one in found:
        for line in _lines(one):
            print(line)
    changed = sum(one.changed for one in found)
    then, now = sum(one.points_then for one in found), sum(one.points_now for one in found)
    print(f"{len(found)} verdicts, {changed} would change; {then} points then, {now} now")
    return 1 if changed else 0


def _lines(one: Regraded) -> list[str]:
    name = f"{one.step_id}/{one.criterion_id}"
    if one.now is None:
        return [f"  {name}: {_MARKS[one.then]} then; the lab no longer asks for it"]
    if not one.changed:
        return [f"  {name}: {_MARKS[one.then]}, as then"]
    why = one.now.evidence.why or one.now.evidence.actual
    return [f"! {name}: {_MARKS[one.then]} then, {_MARKS[one.now.verdict]} now", f"      {why}"]


def _changed_lab(attempt: Attempt) -> str:
    same = load_lab(attempt.lab, attempt.seed).content_hash == attempt.content_hash
    return "" if same else "; the lab has been changed since"
