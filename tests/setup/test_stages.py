"""How ./seatrial test counts: the last line is the sum of all tests, and nothing is lost in it."""

from pathlib import Path

import pytest

from tests import stages
from tests.stages import Count, Stage

REPORT = """<testsuites>
<testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10"/>
</testsuites>"""

THREE_TESTS = """
import pytest
def test_passes(): pass
def test_fails(): assert False
@pytest.mark.skip(reason="shown as skipped")
def test_is_skipped(): pass
"""


def test_errors_count_as_failures_and_skips_are_told(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert str(stages.count_of(report)) == "4 passed, 3 failed, 3 skipped"


def test_skips_are_not_mentioned_when_there_are_none() -> None:
    assert str(Count(passed=2) + Count(failed=1)) == "2 passed, 1 failed"


@pytest.mark.parametrize("content", [None, "", "<testsuites>"])
def test_a_run_that_left_no_report_counts_as_a_failure(tmp_path: Path, content: str | None) -> None:
    report = tmp_path / "report.xml"
    if content is not None:
        report.write_text(content)
    assert stages.count_of(report) == Count(failed=1)


def test_quick_leaves_out_only_what_needs_machines(tmp_path: Path) -> None:
    quick = [stage.name for stage in stages.stages(tmp_path, True, [])]
    every = [stage.name for stage in stages.stages(tmp_path, False, [])]
    assert quick == ["format", "lint", "types", "imports", "tests"]
    assert every == [*quick, "image", "live tests"]


def test_arguments_are_for_pytest_alone(tmp_path: Path) -> None:
    (only,) = stages.stages(tmp_path, False, ["tests/labs", "-k", "schema"])
    assert only.argv[-3:] == ("tests/labs", "-k", "schema")


def test_the_last_line_is_the_count_and_a_failure_fails(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_three.py").write_text(THREE_TESTS)
    assert stages.main([str(tmp_path), "-p", "no:asyncio"]) == 1
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 1 failed, 1 skipped"


def test_a_stage_that_fails_does_not_keep_the_next_from_running(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    two = [Stage("first", ("false",)), Stage("second", ("echo", "it ran"))]
    monkeypatch.setattr(stages, "stages", lambda *_: two)
    assert stages.main([]) == 1
    out = capfd.readouterr().out
    assert "it ran" in out
    assert out.splitlines()[-1] == "0 passed, 0 failed"


def test_the_image_is_built_beside_the_stages_before_it(tmp_path: Path) -> None:
    beside = [stage.name for stage in stages.stages(tmp_path, False, []) if stage.beside]
    assert beside == ["image"]


def test_a_stage_beside_the_others_is_shown_in_its_turn_and_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    seen = tmp_path / "seen"
    waits = f"until test -e {seen}; do sleep 0.01; done; echo it was met"
    builds = f"touch {seen}; echo built; exit 1"
    both = [Stage("first", ("sh", "-c", waits)), Stage("image", ("sh", "-c", builds), beside=True)]
    monkeypatch.setattr(stages, "stages", lambda *_: both)
    assert stages.main([]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines[:4] == ["== first", "it was met", "== image", "built"]
    assert any(line.startswith("image        FAILED") for line in lines)


def test_nothing_that_runs_beside_outlives_an_interruption(tmp_path: Path) -> None:
    endless = Stage("image", ("sleep", "86399.5"), beside=True)
    with pytest.raises(KeyboardInterrupt), stages.begun_beside([endless], tmp_path) as running:
        raise KeyboardInterrupt
    assert running["image"].process.returncode is not None
