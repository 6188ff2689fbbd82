"""Proofs that are remembered: whole ones only, and only while nothing has changed."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.proof.demands import Demands
from grader.proof.remembered import Memory
from grader.proof.report import ProofPart, ProofReport
from grader.proof.sources import sources
from grader.verdict import Verdict
from labs import paths
from labs.course import load_lab
from labs.fault_file import load_fault
from labs.model import Lab
from tests.grader.proof.test_prove import SAMPLE

ONCE = Demands(runs=1)
LAB = replace(SAMPLE, content_hash="1234")
PROVED = ProofReport(LAB.id, (ProofPart("untouched", Verdict.PASSED, 2.5),), 3.5)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = {
        "requirements.lock": "paramiko==3\n",
        "grader/proof/attempt_stage.py": "from grader import waves\n",
        "grader/waves.py": "def look():\n    from grader.checks import registry\n",
        "grader/checks/registry.py": "from grader.checks import command, file\n",
        "grader/checks/command.py": "import json\nfrom cluster.node import Node\n",
        "grader/checks/file.py": "",
        "cluster/node.py": "",
        "cluster/scripts/wake.sh": "true\n",
        "tui/app.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def memory(source: Path) -> Memory:
    return Memory.of(LAB, source)


def test_a_whole_proof_is_remembered_with_its_moment(source: Path) -> None:
    assert memory(source).find(ONCE) is None
    memory(source).keep(Demands(), PROVED)
    found = memory(source).find(ONCE)
    assert found is not None and found.proved and found.remembered
    assert (found.parts, found.seconds) == (PROVED.parts, PROVED.seconds)


def test_more_runs_than_were_made_must_be_made(source: Path) -> None:
    memory(source).keep(ONCE, PROVED)
    assert memory(source).find(Demands()) is None


def test_more_patience_than_there_was_must_be_had(source: Path) -> None:
    memory(source).keep(Demands(patience=0.5), PROVED)
    assert memory(source).find(Demands(patience=0.25)) is not None
    assert memory(source).find(Demands()) is None


def test_some_parts_are_no_whole_proof(source: Path) -> None:
    memory(source).keep(Demands(only=["untouched"]), PROVED)
    assert memory(source).find(ONCE) is None


def test_what_failed_is_not_remembered(source: Path) -> None:
    part = ProofPart("untouched", Verdict.UNKNOWN, 1.0)
    memory(source).keep(Demands(), replace(PROVED, parts=(part,)))
    assert memory(source).find(ONCE) is None


@pytest.mark.parametrize(
    "file",
    [
        "requirements.lock",
        "grader/waves.py",
        "grader/checks/command.py",
        "cluster/node.py",
        "cluster/scripts/wake.sh",
        "labs/profiles.yaml",
    ],
)
def test_a_change_of_what_its_verdicts_depend_on_forgets_it(source: Path, file: str) -> None:
    memory(source).keep(Demands(), PROVED)
    (source / file).parent.mkdir(exist_ok=True)
    (source / file).write_text("changed = 1\n")
    assert memory(source).find(ONCE) is None


@pytest.mark.parametrize(
    "file", ["grader/checks/file.py", "grader/checks/registry.py", "tui/app.py", "cluster/other.py"]
)
def test_a_change_of_anything_else_does_not(source: Path, file: str) -> None:
    """The lab uses `command` only; the registry lists all; nobody imports the rest."""
    memory(source).keep(Demands(), PROVED)
    with (source / file).open("a") as opened:
        opened.write("changed = 1\n")
    assert memory(source).find(ONCE) is not None


def test_of_the_real_labs_the_checks_and_all_below_are_known() -> None:
    lab = load_lab("8/deployments")
    names = {path.relative_to(paths.SOURCE).as_posix() for path in sources(lab, paths.SOURCE)}
    assert {"grader/checks/rollout.py", "labs/checks/http.py", "cluster/ssh_node.py"} <= names
    assert {"grader/kubernetes/client.py", "notebooks/run.py", "cluster/profiles.yaml"} <= names
    assert not {"grader/checks/swap.py", "labs/checks/swap.py", "labs/proofs.yaml"} & names


def test_what_changes_during_a_proof_is_not_credited_with_it(source: Path) -> None:
    begun = memory(source)
    (source / "grader" / "waves.py").write_text("changed = 1\n")
    begun.keep(Demands(), PROVED)
    assert memory(source).find(ONCE) is None


def test_verdicts_are_read_as_they_were_kept(source: Path) -> None:
    memory(source).keep(Demands(), PROVED)
    (file,) = (source / "cache").rglob("proofs/*.json")
    file.write_text(file.read_text().replace("PASSED", "UNKNOWN"))
    found = memory(source).find(ONCE)
    assert found is not None and not found.proved


def test_another_lab_or_another_content_is_another_proof(source: Path) -> None:
    memory(source).keep(Demands(), PROVED)
    other: Lab = replace(LAB, content_hash="5678")
    assert Memory.of(other, source).find(ONCE) is None


def test_the_ledger_itself_is_no_input(source: Path) -> None:
    memory(source).keep(Demands(), PROVED)
    (source / "labs").mkdir()
    (source / "labs" / "proofs.yaml").write_text("- lab: 8/sample\n")
    assert memory(source).find(ONCE) is not None


def test_a_torn_file_is_no_proof(source: Path) -> None:
    memory(source).keep(Demands(), PROVED)
    (file,) = (source / "cache").rglob("proofs/*.json")
    file.write_text(file.read_text()[:40])
    assert memory(source).find(ONCE) is None


def test_of_the_real_faults_the_checks_and_the_way_of_their_proof_are_known() -> None:
    fault = load_fault("f27-selector")
    names = {path.relative_to(paths.SOURCE).as_posix() for path in sources(fault, paths.SOURCE)}
    assert {"grader/proof/faults.py", "grader/checks/endpoints.py", "labs/fault.py"} <= names
    assert "grader/checks/swap.py" not in names and "notebooks/run.py" not in names
