"""`function`: a lab's own code judges, and its faults are never the learner's."""

from pathlib import Path
from typing import Any

import pytest

from grader.judgement import Case
from grader.recording import Recording, record_answers
from grader.regrade import look_again
from grader.verdict import Finding, Verdict
from grader.waves import look_once
from labs.model import CheckSpec, Criterion
from tests.grader.fakes import UNREACHABLE, TreeNode, World, passes, why, world
from tests.grader.kubernetes_objects import pod

RING = """
from grader.finding import failed, passed

def judge_ring(args, view):
    pods = view.objects("Pod", args["namespace"], "app=web")
    if len(pods) < args["members"]:
        return failed(
            f"the ring has {len(pods)} members",
            expected=args["members"],
            actual=len(pods),
            path="Pod shop",
        )
    return passed(actual=f"{len(pods)} members")
"""


def criterion(folder: Path | None, name: str = "judge_ring", **args: Any) -> Criterion:
    given = {"namespace": "shop", "members": 2, **args}
    return Criterion("c", CheckSpec("function", {"name": name, "args": given}, 1, folder))


def look(tmp_path: Path, code: str, cluster: World, name: str = "judge_ring") -> Finding:
    (tmp_path / "checks.py").write_text(code)
    return look_once(Case("step", criterion(tmp_path, name)), cluster.around())


def test_a_function_judges_what_it_reads(tmp_path: Path) -> None:
    found = look(tmp_path, RING, world(pod("a"), pod("b"), pod("c", deleted=True)))
    assert passes(found)
    assert found.evidence.actual == "2 members"
    found = look(tmp_path, RING, world(pod("a")))
    assert why(found) == "the ring has 1 members"
    assert (found.evidence.expected, found.evidence.actual) == ("2", "1")
    assert found.evidence.path == "Pod shop"


def test_a_change_of_the_code_counts_at_once(tmp_path: Path) -> None:
    cluster = world(pod("a"))
    assert not passes(look(tmp_path, RING, cluster))
    assert passes(look(tmp_path, RING.replace("< args", "< 0 * args"), cluster))


def test_what_it_read_is_judged_again_without_a_cluster(tmp_path: Path) -> None:
    (tmp_path / "checks.py").write_text(RING)
    around = world(pod("a")).around()
    case = Case("step", criterion(tmp_path))
    first = look_once(case, around)
    assert look_again(case, Recording(record_answers(around.round.asked))) == first


def test_files_and_commands_of_a_node_can_be_read(tmp_path: Path) -> None:
    tree = TreeNode(tmp_path / "n1")
    path = tree.write("/root/a.txt", "one\n")
    code = f"""
from grader.finding import failed, passed

def judge_ring(args, view):
    text = view.file("n1", "{path}")
    gone = view.file("n1", "{path}.gone")
    said = view.run("n1", ["echo", "two"]).stdout
    if (text, gone, said) == ("one\\n", None, "two\\n") and view.time().year == 2026:
        return passed(actual=text)
    return failed(f"there is {{text}} {{gone}} {{said}}")
"""
    assert passes(look(tmp_path, code, world(nodes=[tree])))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return {}['x']", "a fault of the lab: judge_ring: KeyError: 'x'"),
        ("return 1 / 0", "ZeroDivisionError"),
        ("return True", "it returned bool, not passed() or failed()"),
        ("return None", "it returned NoneType"),
        ("return failed('')", "it failed without saying why"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("return view.request('DELETE', '/')", "AttributeError"),
    ],
)
def test_its_own_mistakes_are_the_fault_of_the_lab(tmp_path: Path, body: str, reason: str) -> None:
    code = f"from grader.finding import failed\n\ndef judge_ring(args, view):\n    {body}\n"
    found = look(tmp_path, code, world(pod("a")))
    assert found.verdict is Verdict.UNKNOWN
    assert "a fault of the lab" in found.evidence.why
    assert reason in found.evidence.why


@pytest.mark.parametrize("code", ["def judge_ring(:", "raise ValueError('no')", "judge_ring = 3"])
def test_code_that_cannot_be_read_is_the_fault_of_the_lab(tmp_path: Path, code: str) -> None:
    found = look(tmp_path, code, world(pod("a")))
    assert found.verdict is Verdict.UNKNOWN
    assert "fault" in found.evidence.why


def test_a_function_that_is_not_there_is_the_fault_of_the_lab(tmp_path: Path) -> None:
    found = look_once(Case("step", criterion(tmp_path)), world().around())
    assert found.verdict is Verdict.UNKNOWN
    assert found.evidence.why == "the lab is at fault: there is no checks.py beside the lab"
    found = look(tmp_path, RING, world(), "judge_rung")
    assert found.evidence.why == "the lab is at fault: checks.py has no function judge_rung"


def test_the_api_that_is_gone_is_unknown_and_nobodys_fault(tmp_path: Path) -> None:
    cluster = world()
    cluster.api.trouble = UNREACHABLE
    found = look(tmp_path, RING, cluster)
    assert found.verdict is Verdict.UNKNOWN
    assert "fault" not in found.evidence.why
