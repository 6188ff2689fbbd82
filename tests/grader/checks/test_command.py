from typing import Any

from grader.verdict import Verdict
from tests.grader.fakes import FakeNode, passes, prints, why, world

LIST: dict[str, Any] = {"node": "n1", "argv": ["crictl", "images", "-o", "json"]}


def look(answers: Any, **args: Any) -> Any:
    return world(nodes=[FakeNode("n1", answers)]).look("command", **{**LIST, **args})


def test_the_exit_status_must_be_nought_unless_another_is_asked_for() -> None:
    assert passes(look(prints("ok")))
    assert passes(look(prints("", 3), exit={"ge": 1}))
    assert why(look(prints("", 1, "a\nFATA: no such runtime\n"))) == (
        "n1: crictl images -o json ended with 1: FATA: no such runtime"
    )


def test_a_command_that_ends_well_where_it_must_fail_fails() -> None:
    assert "ended with 0" in why(look(prints("enabled"), exit={"ge": 1}))


def test_inactive_is_not_active() -> None:
    assert why(look(prints("inactive\n", 0), stdout="active")).endswith(
        "stdout is inactive, not active"
    )


def test_output_is_compared_without_the_white_space_at_its_end() -> None:
    assert passes(look(prints("k8s-node1\n\n"), stdout="k8s-node1"))
    assert passes(look(prints("  \n"), stdout=""))


def test_standard_error_is_compared() -> None:
    assert "stderr does not contain" in why(look(prints(""), stderr={"contains": "denied"}))


def test_a_list_of_names_is_compared_as_a_set() -> None:
    assert passes(look(prints("pod-b\npod-a\n"), stdout={"set": ["pod-a", "pod-b"]}))
    found = look(prints("pod-b\npod-a\npod-c"), stdout={"set": ["pod-a", "pod-b"]})
    assert "has pod-c besides" in why(found)


def test_json_is_compared_by_path() -> None:
    text = '{"images": [{"id": "a"}, {"id": "b"}]}'
    assert passes(look(prints(text), json={"images": {"count": 2}}))
    assert "printed no JSON" in why(look(prints("IMAGE  TAG"), json={"images": {"count": 2}}))


def test_a_lost_node_is_unknown() -> None:
    here = world(nodes=[FakeNode("n1", lost=True)])
    found = here.look("command", **LIST)
    assert found.verdict is Verdict.UNKNOWN and found.evidence.why == "n1 does not answer"


def test_a_node_that_the_lab_does_not_have_is_the_labs_fault() -> None:
    found = world().look("command", **LIST)
    assert found.verdict is Verdict.UNKNOWN and "the lab has no node n1" in found.evidence.why
