"""Every rule of the linter, by labs that break it: `bad/*.yaml` changes one place of the good lab.

A case lists all findings that its change leads to, as file and line, field, and message.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.profile import profiles
from grader.meaning.operators import OPERATOR_NAMES as GRADED
from labs.checks.model import OPERATORS
from labs.course import lab_places, load_lab
from labs.errors import LabError
from labs.lint import LintFinding, lint

HERE = Path(__file__).parent
GOOD = HERE / "good"
LAB = Path("labs/1-harbour/moorings")
NOTEBOOK = Path("notebooks/1-harbour/moorings.ipynb")
PROFILES = {"node-1": ["k8s-node1"], "kubeadm-1": ["k8s-master"]}

CASES = [
    pytest.param(case, id=case["name"])
    for path in sorted((HERE / "bad").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def broken(root: Path, case: dict[str, Any]) -> Path:
    """A copy of the good lab with the change of `case`."""
    shutil.copytree(GOOD, root)
    path = root / (NOTEBOOK if case["file"] == NOTEBOOK.name else LAB / case["file"])
    text = path.read_text(encoding="utf-8")
    assert text.count(case["old"]) == 1
    path.write_text(text.replace(case["old"], case["new"]), encoding="utf-8")
    return root


def told(finding: LintFinding) -> dict[str, str]:
    where = finding.where.removeprefix(f"{LAB}/").removeprefix(f"{NOTEBOOK.parent}/")
    return {"where": where, "field": finding.field, "message": finding.message}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_lab_is_told_by_place_field_and_message(tmp_path: Path, case: dict[str, Any]) -> None:
    findings = lint(broken(tmp_path / "root", case) / LAB, PROFILES)
    assert [told(finding) for finding in findings] == case["finds"]
    assert all(finding.remedy for finding in findings)


def test_the_good_lab_has_no_findings() -> None:
    assert lint(GOOD / LAB, PROFILES) == []


def test_an_unused_file_is_found(tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "root")
    (tmp_path / "root" / LAB / "wrong" / "forgotten.sh").write_text("true\n")
    (tmp_path / "root" / LAB / ".hidden").write_text("by an editor\n")
    (finding,) = lint(tmp_path / "root" / LAB, PROFILES)
    assert finding.message == "nothing uses the file wrong/forgotten.sh."


@pytest.mark.parametrize("gone", [LAB / "lab.yaml", NOTEBOOK])
def test_a_missing_file_is_one_finding(tmp_path: Path, gone: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "root")
    (tmp_path / "root" / gone).unlink()
    (finding,) = lint(tmp_path / "root" / LAB, PROFILES)
    assert str(gone) in finding.where


def test_loading_a_bad_lab_stops_at_its_first_mistake(tmp_path: Path) -> None:
    case = {"file": "lab.yaml", "old": "replicas: 3}", "new": 'replicas: "3"}'}
    with pytest.raises(LabError) as raised:
        load_lab("1/moorings", root=broken(tmp_path / "root", case))
    assert raised.value.where == f"{LAB}/lab.yaml:28"
    assert raised.value.field == "steps[0].criteria[0].check.rollout.replicas"
    assert str(raised.value) == (
        f"{LAB}/lab.yaml:28 steps[0].criteria[0].check.rollout.replicas: "
        "input should be a valid integer, but it is '3'. Write digits without quotes."
    )


@pytest.mark.parametrize("place", lab_places(), ids=lambda place: place.id)
def test_the_labs_of_the_course_have_no_findings(place: Any) -> None:
    shapes = {name: [node.name for node in shape.nodes] for name, shape in profiles().items()}
    assert lint(place.folder, shapes) == []


def test_the_linter_and_the_grader_know_the_same_operators() -> None:
    assert set(GRADED) == OPERATORS
