"""The rules on a lab's own functions, by `checks.py` files beside the good lab."""

import shutil
from pathlib import Path

import pytest

from labs.course import load_lab
from labs.lint import lint
from tests.labs.test_lint import GOOD, LAB, PROFILES

CHECKS = LAB / "checks.py"
ROLLOUT = 'check: {rollout: {namespace: "{{ns}}", name: "{{app}}", replicas: 3}}'
FUNCTION = 'check: {function: {name: judge_ring, args: {namespace: "{{ns}}", members: 3}}}'


def lab_with(root: Path, code: str) -> Path:
    shutil.copytree(GOOD, root)
    path = root / LAB / "lab.yaml"
    path.write_text(path.read_text().replace(ROLLOUT, FUNCTION))
    (root / CHECKS).write_text(code)
    return root


def findings(root: Path) -> list[tuple[str, str]]:
    found = lint(root / LAB, PROFILES)
    return [(one.where.removeprefix(f"{LAB}/"), one.message) for one in found]


@pytest.mark.parametrize(
    "code",
    [
        "def judge_ring(args, view): ...",
        "def judge_ring(args, view, deep=True): ...",
        "def judge_ring(*all_of_it): ...",
        "import re\nfrom grader.finding import passed\n\ndef judge_ring(args, view): ...",
        "from urllib.parse import quote\n\ndef judge_ring(args, view): ...",
    ],
)
def test_a_function_that_takes_arguments_and_a_view_is_right(tmp_path: Path, code: str) -> None:
    assert findings(lab_with(tmp_path / "root", code)) == []


@pytest.mark.parametrize(
    ("code", "where", "message"),
    [
        ("def judge_rung(a, b): ...", "lab.yaml:28", "checks.py has no function 'judge_ring'."),
        ("judge_ring = 3", "lab.yaml:28", "checks.py has no function 'judge_ring'."),
        ("def judge_ring(a): ...", "lab.yaml:28", "judge_ring does not take two parameters."),
        ("def judge_ring(a, b, c): ...", "lab.yaml:28", "judge_ring does not take two parameters."),
        ("def judge_ring(a, b, *, c): ...", "lab.yaml:28", "does not take two parameters."),
        ("def judge_ring(:", "checks.py:1", "is no Python: invalid syntax."),
        (
            "import re\nimport subprocess\ndef judge_ring(a, b): ...",
            "checks.py:2",
            "a check asks nothing but its view, so not subprocess.",
        ),
        (
            "def judge_ring(a, b):\n    from time import time",
            "checks.py:2",
            "a check asks nothing but its view, so not time.",
        ),
        (
            "def judge_ring(a, b):\n    return open('/etc/passwd')",
            "checks.py:2",
            "a check does not call open.",
        ),
    ],
)
def test_a_bad_function_is_told_by_place(
    tmp_path: Path, code: str, where: str, message: str
) -> None:
    ((place, said),) = findings(lab_with(tmp_path / "root", code))
    assert place == where
    assert message in said


def test_a_file_of_functions_that_nothing_names_is_found(tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "root")
    (tmp_path / "root" / CHECKS).write_text("def judge_ring(args, view): ...")
    assert [said for _, said in findings(tmp_path / "root")] == ["nothing uses the file checks.py."]


def test_the_code_is_part_of_the_lab_that_was_proved(tmp_path: Path) -> None:
    root = lab_with(tmp_path / "root", "def judge_ring(args, view): ...")
    before = load_lab("1/moorings", root=root)
    (root / CHECKS).write_text("def judge_ring(args, view): pass")
    after = load_lab("1/moorings", root=root)
    assert before.content_hash != after.content_hash
    assert before.steps[0].criteria[0].check.folder == root / LAB
