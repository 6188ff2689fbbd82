"""`seatrial regrade`: an attempt on record, today's grader."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.attempt import record
from grader.grade import Grader
from grader.live_source import ApiLink
from grader.regrade import NothingRecorded, find_attempt, regrade
from grader.verdict import Verdict
from labs.course import load_lab
from labs.progress import Progress
from labs.records import Attempt, NewAttempt
from tests.grader.fakes import world
from tests.grader.kubernetes_objects import deployment
from tui.__main__ import main

LAB = "8/deployments"


@pytest.fixture
def progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Progress]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with Progress.open() as opened:
        yield opened


def judged(progress: Progress) -> Attempt:
    """An attempt whose cluster has a Deployment in a namespace that nobody asked for."""
    attempt = progress.start_attempt(NewAttempt(LAB, "s"))
    lab = load_lab(LAB, "s")
    here = world(deployment())
    link = ApiLink(here.cluster, lambda access, scale: here.api)
    report = Grader(lab, here.cluster, {}, link=link).grade(["scale"], quick=True)
    record(progress, attempt.id, report.steps)
    return attempt


def test_an_attempt_is_judged_again_and_nothing_changes(progress: Progress) -> None:
    found = regrade(progress, judged(progress))
    assert [one.criterion_id for one in found][:2] == ["scaled", "reachable"]
    assert not any(one.changed for one in found)
    assert {one.then for one in found} == {Verdict.FAILED, Verdict.UNKNOWN}


def test_a_criterion_that_the_lab_no_longer_has_is_told(
    progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = judged(progress)
    monkeypatch.setattr("grader.regrade._cases", lambda lab, attempt, rows: iter(()))
    found = regrade(progress, attempt)
    assert found and all(one.now is None and one.changed for one in found)


def test_an_attempt_is_found_by_number_and_by_lab(progress: Progress) -> None:
    first, second = judged(progress), judged(progress)
    assert find_attempt(progress, str(first.id)).id == first.id
    assert find_attempt(progress, LAB).id == second.id


def test_an_attempt_without_recordings_is_told_apart(progress: Progress) -> None:
    attempt = progress.start_attempt(NewAttempt(LAB))
    with pytest.raises(NothingRecorded, match="Nothing was kept"):
        regrade(progress, attempt)


def test_the_command_says_what_would_change(
    progress: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    judged(progress)
    assert main(["regrade", LAB]) == 0
    said = capsys.readouterr().out
    assert "scale/scaled: failed, as then" in said
    assert "4 verdicts, 0 would change; 0 points then, 0 now" in said


@pytest.mark.parametrize(
    ("name", "words"),
    [("8/no-such", "no-such"), ("77", "There is no attempt 77"), (LAB, "There is no attempt")],
)
def test_what_is_not_there_is_a_sentence(
    progress: Progress, capsys: pytest.CaptureFixture[str], name: str, words: str
) -> None:
    assert main(["regrade", name]) in (2, 3)
    assert words in capsys.readouterr().err
