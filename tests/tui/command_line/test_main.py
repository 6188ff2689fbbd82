"""The outer edge of the command line: exit codes, sentences, the log."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui.__main__ import log_file, main


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.mark.parametrize(
    "argv", [["down"], ["grade"], ["nonsense"], ["up", "8/deployments", "--nonsense"]]
)
def test_wrong_usage_ends_with_three(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 3
    assert "usage: seatrial" in capsys.readouterr().out


def test_an_unknown_lab_is_one_sentence_that_names_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["grade", "8/deployment"]) == 3
    said = capsys.readouterr().err
    assert "There is no lab '8/deployment'." in said
    assert "8/deployments" in said


def test_a_lab_that_does_not_run_cannot_be_judged(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "8/deployments"]) == 2
    assert "seatrial up 8/deployments" in capsys.readouterr().err


def test_a_fault_of_ours_is_said_and_logged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(seed: str = "") -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("tui.command_line.labs.load_course", broken)
    assert main(["labs", "list"]) == 2
    assert "fault of ours" in capsys.readouterr().err
    assert "on purpose" in Path(log_file()).read_text(encoding="utf-8")


def test_the_course_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["labs", "list"]) == 0
    assert "8/deployments" in capsys.readouterr().out


def test_a_reader_that_has_enough_is_no_fault(tmp_path: Path) -> None:
    command = f"{sys.executable} -m tui labs schema | head -n 1; exit ${{PIPESTATUS[0]}}"
    env = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    done = subprocess.run(["bash", "-c", command], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (141, "{\n", "")
