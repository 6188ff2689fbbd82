from hypothesis import given
from hypothesis import strategies as st

from grader.kubernetes.noise import essence
from grader.kubernetes.watch_target import MOST, Target, target_of, targets_of
from grader.question import AskTime, GetObject, ListObjects, Question, RunOnNode

NAMES = st.sampled_from(["", "a", "b"])
QUESTIONS = st.lists(
    st.builds(ListObjects, st.sampled_from(["Pod", "Node"]), st.just(""), NAMES)
    | st.builds(GetObject, st.sampled_from(["Pod", "Node"]), st.sampled_from(["x", "y"]), NAMES),
    max_size=8,
)


@given(QUESTIONS)
def test_the_watches_tell_all_that_was_asked(questions: list[Question]) -> None:
    targets = targets_of(questions)
    for question in questions:
        asked = target_of(question)
        assert asked is not None and any(one.covers(asked) for one in targets)


@given(QUESTIONS)
def test_no_watch_is_there_for_what_another_tells(questions: list[Question]) -> None:
    targets = targets_of(questions)
    assert not [one for one in targets for other in targets if one != other and one.covers(other)]


def test_one_object_is_watched_alone_and_several_together() -> None:
    one, other = GetObject("Pod", "a", "shop"), GetObject("Pod", "b", "shop")
    assert targets_of([one]) == {Target("Pod", "v1", "shop", "a")}
    assert targets_of([one, other]) == {Target("Pod", "v1", "shop")}
    assert targets_of([one, ListObjects("Pod")]) == {Target("Pod", "v1")}


def test_a_known_kind_needs_no_version_to_be_the_same() -> None:
    assert target_of(ListObjects("Deployment")) == target_of(ListObjects("Deployment", "apps/v1"))


def test_what_no_watch_tells_is_not_watched() -> None:
    assert targets_of([AskTime(), RunOnNode("n1", ("true",))]) == frozenset()


def test_there_is_a_bound() -> None:
    assert len(targets_of([ListObjects("Pod", "", f"n{i}") for i in range(99)])) == MOST


def test_a_heartbeat_changes_nothing_and_a_condition_does() -> None:
    def node(status: str, beat: str) -> dict[str, object]:
        condition = {"type": "Ready", "status": status, "lastHeartbeatTime": beat}
        metadata = {"name": "n1", "resourceVersion": beat}
        return {"kind": "Node", "metadata": metadata, "status": {"conditions": [condition]}}

    assert essence(node("True", "1")) == essence(node("True", "2"))
    assert essence(node("True", "1")) != essence(node("False", "1"))


def test_a_leaders_mark_changes_nothing_and_other_annotations_do() -> None:
    def lock(leader: str, other: str) -> dict[str, object]:
        marks = {"control-plane.alpha.kubernetes.io/leader": leader, "other": other}
        return {"kind": "Endpoints", "metadata": {"name": "x", "annotations": marks}}

    assert essence(lock("1", "a")) == essence(lock("2", "a"))
    assert essence(lock("1", "a")) != essence(lock("1", "b"))
