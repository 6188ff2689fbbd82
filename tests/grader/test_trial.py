"""What an author sees while editing: questions, values and the place where they differ."""

from grader.trial import Trial
from grader.verdict import Verdict
from tests.grader.fakes import FakeNode, prints, world
from tests.grader.kubernetes_objects import deployment
from tests.grader.sample_lab import criterion, lab, step

EXPECT = {"spec.replicas": 3, "metadata.name": "web", "spec.paused": True}


def test_every_value_that_a_check_read_is_shown_up_to_the_one_that_differs() -> None:
    here = world(deployment())
    wanted = criterion("c", "resource", kind="Deployment", namespace="shop", expect=EXPECT)
    (tried,) = Trial(here.link(), {}).judge(lab(step("one", wanted)), None)
    assert tried.questions == ("ListObjects Deployment shop → 1: web",)
    assert [(one.path, one.expected, one.actual) for one in tried.readings] == [
        ("spec.replicas", "3", "3"),
        ("metadata.name", "web", "web"),
        ("spec.paused", "true", "false"),
    ]
    assert [bool(one.differs) for one in tried.readings] == [False, False, True]


def test_what_a_node_answered_is_shown_in_one_line_without_the_rounds_token() -> None:
    here = world(nodes=[FakeNode("n1", prints("hello\nthere"))])
    wanted = criterion("c", "command", node="n1", argv=["uname", "-s"])
    (tried,) = Trial(here.link(), {}).judge(lab(step("one", wanted)), None)
    assert tried.questions == ('RunOnNode n1 uname -s → [0, "hello\\nthere", ""]',)


def test_a_guard_that_was_added_while_the_lab_runs_is_judged_against_now() -> None:
    here = world(deployment())
    trial = Trial(here.link(), {})
    guard = criterion("g", "unchanged", kind="Deployment", namespace="shop", fields=["spec"])
    sample = lab(step("one", guard))
    assert [one.result.verdict for one in trial.judge(sample, None)] == [Verdict.PASSED]
    here.api.items[0] = deployment(replicas=9)
    assert [one.result.verdict for one in trial.judge(sample, None)] == [Verdict.FAILED]


def test_what_setup_left_is_not_remembered_anew() -> None:
    here = world(deployment(uid="another"))
    remembered = {"one/g": {"objects": {"shop/web": {"uid": "first", "fields": {}}}}}
    guard = criterion("g", "unchanged", kind="Deployment", namespace="shop")
    (tried,) = Trial(here.link(), remembered).judge(lab(step("one", guard)), None)
    assert "made anew" in tried.result.evidence.why
