"""`seatrial labs try`: judges a running lab again whenever its files or the cluster change."""

import time
from pathlib import Path

from grader import attempt
from grader.live import pause_after
from grader.live_source import ApiLink
from grader.trial import Trial, Tried
from grader.verdict import Verdict
from labs.course import find_lab, load_lab
from labs.deadline import Deadline
from labs.errors import LabError, SeatrialError
from labs.lab_file import LabPlace
from labs.model import Lab
from tui.command_line.parser import Options

_MARKS = {Verdict.PASSED: "✔", Verdict.FAILED: "✗", Verdict.UNKNOWN: "?"}
_LOOK_EVERY = 0.3
"""Seconds within which a saved file is noticed."""


def try_lab(options: Options) -> int:
    """Until Ctrl-C; only what differs from the time before is printed. `--once`: as `grade`."""
    place = find_lab(options.lab)
    found = attempt.resume(options.lab)
    trial = Trial(ApiLink(found.cluster), found.baseline)
    before = ""
    while True:
        began, stamp = time.monotonic(), _stamp(place)
        try:
            lab = load_lab(options.lab, found.record.seed)
            text, passed = _judged(trial, lab, options.step)
        except LabError as error:
            text, passed = str(error), False
        if text != before:
            print(f"\n── {time.strftime('%H:%M:%S')} {options.lab}\n{text}", flush=True)
            before = text
        if options.once:
            return 0 if passed else 1
        _wait(place, stamp, pause_after(time.monotonic() - began))


def _judged(trial: Trial, lab: Lab, step: str) -> tuple[str, bool]:
    if step:
        attempt.require_step(lab, step)
    try:
        tried = list(trial.judge(lab, [step] if step else None))
    except LabError:
        raise
    except SeatrialError as error:
        return str(error), False
    lines = [line for one in tried for line in _lines(one)]
    return "\n".join(lines), all(one.result.verdict is Verdict.PASSED for one in tried)


def _lines(one: Tried) -> list[str]:
    result = one.result
    points = "guard" if result.guard else f"{result.points} of {result.max_points} points"
    head = f"{_MARKS[result.verdict]} {result.step_id}/{result.criterion_id} · {points}"
    evidence = result.evidence
    lines = [head]
    if evidence.why:
        lines.append(f"    {evidence.why}")
    if evidence.path:
        lines.append(f"    at {evidence.path}: {evidence.actual}, expected {evidence.expected}")
    lines += [f"    asked {question}" for question in one.questions]
    for reading in one.readings:
        mark = "✗" if reading.differs else "="
        lines.append(f"    {mark} {reading.path}: {reading.actual} (expected {reading.expected})")
    return lines


def _stamp(place: LabPlace) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in place.files() if path.exists()}


def _wait(place: LabPlace, stamp: dict[Path, int], seconds: float) -> None:
    """Until a file of the lab changes, or it is time to look at the cluster again."""
    changed = Deadline.after(seconds)
    changed.poll(lambda: True if _stamp(place) != stamp else None, every=_LOOK_EVERY)
