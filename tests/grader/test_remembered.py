"""Proofs that are remembered: whole ones only, and only while nothing has changed."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader import remembered
from grader.proof import ProofPart, ProofReport
from grader.verdict import Verdict
from labs.model import Lab
from tests.grader.test_prove import SAMPLE

LAB = replace(SAMPLE, content_hash="1234")
PROVED = ProofReport(LAB.id, (ProofPart("untouched", Verdict.PASSED, 2.5),), 3.5)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "grader" / "checks").mkdir(parents=True)
    (tmp_path / "grader" / "checks" / "file.py").write_text("pass\n")
    (tmp_path / "labs").mkdir()
    (tmp_path / "requirements.lock").write_text("paramiko==3\n")
    return tmp_path


def test_a_whole_proof_is_remembered_with_its_moment(source: Path) -> None:
    assert remembered.find(LAB, 1, source) is None
    remembered.keep(LAB, 2, PROVED, source)
    found = remembered.find(LAB, 1, source)
    assert found is not None and found.proved and found.remembered
    assert (found.parts, found.seconds) == (PROVED.parts, PROVED.seconds)


def test_more_runs_than_were_made_must_be_made(source: Path) -> None:
    remembered.keep(LAB, 1, PROVED, source)
    assert remembered.find(LAB, 2, source) is None


def test_what_failed_is_not_remembered(source: Path) -> None:
    part = ProofPart("untouched", Verdict.UNKNOWN, 1.0)
    remembered.keep(LAB, 2, replace(PROVED, parts=(part,)), source)
    assert remembered.find(LAB, 1, source) is None


@pytest.mark.parametrize("file", ["grader/checks/file.py", "requirements.lock", "labs/new.py"])
def test_any_change_forgets_it(source: Path, file: str) -> None:
    remembered.keep(LAB, 2, PROVED, source)
    (source / file).write_text("changed\n")
    assert remembered.find(LAB, 1, source) is None


def test_another_lab_or_another_content_is_another_proof(source: Path) -> None:
    remembered.keep(LAB, 2, PROVED, source)
    other: Lab = replace(LAB, content_hash="5678")
    assert remembered.find(other, 1, source) is None


def test_the_ledger_itself_is_no_input(source: Path) -> None:
    remembered.keep(LAB, 2, PROVED, source)
    (source / "labs" / "proofs.yaml").write_text("- lab: 8/sample\n")
    assert remembered.find(LAB, 1, source) is not None


def test_a_torn_file_is_no_proof(source: Path) -> None:
    remembered.keep(LAB, 2, PROVED, source)
    (file,) = (source / "cache").rglob("proofs/*.json")
    file.write_text(file.read_text()[:40])
    assert remembered.find(LAB, 1, source) is None
