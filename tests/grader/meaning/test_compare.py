import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.compare import compare, compare_document, compare_text
from grader.meaning.path import Missing

IMAGE = "spec.containers[name=web].image"


@pytest.mark.parametrize(
    ("expected", "actual", "path"),
    [
        (3, 3, ""),
        ("80", 80, ""),
        (80, "80", ""),
        (True, "true", ""),
        (0.1, "100m", ""),
        ("0.1", "100m", "spec.resources.limits.cpu"),
        ("1024Mi", "1Gi", "spec.resources.requests.memory"),
        (1073741824, "1Gi", ""),
        ("nginx", "docker.io/library/nginx:latest", IMAGE),
        (["a", "b"], ["a", "b"], ""),
        (["ReadOnlyMany", "ReadWriteOnce"], ["ReadWriteOnce", "ReadOnlyMany"], "spec.accessModes"),
        ({"app": "web"}, {"app": "web", "version": "green"}, "spec.selector"),
        ({"cpu": "0.5"}, {"cpu": "500m"}, "spec.resources.limits"),
        ({"eq": {"app": "web"}}, {"app": "web"}, ""),
        ({"ne": 3}, 4, ""),
        ({"gt": 2}, 3, ""),
        ({"ge": "1Gi"}, "1024Mi", ""),
        ({"lt": "1"}, "999m", ""),
        ({"le": 3}, "3", ""),
        ({"in": ["a", "b"]}, "b", ""),
        ({"not_in": ["a"]}, "b", ""),
        ({"not_in": ["cri"]}, ["io.x", "io.y"], ""),
        ({"in": ["a", "b"]}, ["b", "a", "b"], ""),
        ({"contains": "ell"}, "hello", ""),
        ({"contains": "b"}, ["a", "b"], ""),
        ({"contains": {"name": "x"}}, [{"name": "x", "value": "y"}], ""),
        ({"contains": "key"}, {"key": 1}, ""),
        ({"matches": r"^v1\.\d+"}, "v1.20.2", ""),
        ({"exists": True}, 0, ""),
        ({"exists": False}, Missing("x is not set"), ""),
        ({"quantity": "1.5"}, "1500m", ""),
        ({"image": "nginx"}, "nginx:latest", ""),
        ({"duration": "90s"}, "1m30s", ""),
        ({"set": ["b", "a"]}, ["a", "b", "a"], ""),
        ({"set": ["b", "a"]}, "a\nb\n", ""),
        ({"count": 2}, [1, 2], ""),
        ({"count": {"ge": 1, "le": 3}}, {"a": 1}, ""),
        ({"count": 0}, Missing("x is not set", omitted=True), ""),
        ({"count": 2}, "one\n\ntwo\n", ""),
        ({"ge": 1, "le": 3}, 2, ""),
        ({"ne": "blue"}, Missing("x is not set", omitted=True), ""),
        (None, Missing("x is not set", omitted=True), ""),
    ],
)
def test_what_means_the_same_is_equal(expected: Any, actual: Any, path: str) -> None:
    assert compare(expected, actual, path) is None


@pytest.mark.parametrize(
    ("expected", "actual", "why"),
    [
        (3, 2, "x is 2, not 3"),
        (1, True, "x is true, not 1"),
        ("web", "Web", "x is Web, not web"),
        ("1.20", "1.2", "x is 1.2, not 1.20"),
        ("2", "2.0", "x is 2.0, not 2"),
        ("1Gi", "1G", "x is 1G, not 1Gi"),
        ("nginx", "nginx:latest", "x is nginx:latest, not nginx"),
        (["a", "b"], ["b", "a"], "x is b, not a"),
        (["a"], ["a", "b"], "x has 2 items, not 1: a, b"),
        ({"app": "web"}, {"app": "api"}, "x.app is api, not web"),
        ({"app": "web"}, {"tier": "web"}, "app is not set; expected web"),
        ({"app": "web"}, "web", "x is not a mapping"),
        ({"eq": {"a": 1}}, {"a": 1, "b": 2}, "x has more: b"),
        ({"ne": 3}, 3, "x is 3"),
        ({"gt": 3}, 3, "x is 3; it must be more than 3"),
        ({"ge": "2Gi"}, "1Gi", "x is 1Gi; it must be at least 2Gi"),
        ({"lt": 3}, "many", "x is many, which cannot be compared with 3"),
        ({"in": ["a"]}, "b", "x is b, which is none of a"),
        ({"not_in": ["a"]}, "a", "x is a"),
        ({"not_in": ["cri"]}, ["io.x", "cri"], "x has cri"),
        ({"in": ["a"]}, ["a", "b"], "x has b, which is none of a"),
        ({"in": ["a"]}, [], "x is an empty list, which is none of a"),
        ({"contains": "z"}, "hello", "x does not contain z; it is hello"),
        ({"matches": "^active$"}, "inactive", "x does not match ^active$; it is inactive"),
        ({"exists": True}, Missing("x is not set"), "x is not set"),
        ({"exists": False}, 0, "x is set, to 0"),
        ({"quantity": "1"}, "much", "x is much, which is not a quantity"),
        ({"image": "nginx"}, "evil/nginx", "x is evil/nginx, not nginx"),
        ({"duration": "1m"}, "1h", "x is 1h, not 1m"),
        ({"set": ["a", "b"]}, ["a"], "x lacks b; there: a"),
        ({"set": ["a"]}, ["a", "b"], "x has b besides what was asked for"),
        ({"count": 2}, [1], "x has 1 item; expected 2"),
        ({"count": 0}, Missing("no item"), "no item"),
        ({"ne": "blue"}, Missing("no item"), "no item"),
        ("", Missing("x is not set"), "x is not set; expected an empty text"),
        ({"ge": 1, "le": 3}, 4, "x is 4; it must be at most 3"),
        ({"matches": "x"}, Missing("x is not set", omitted=True), "x is not set"),
    ],
)
def test_what_differs_says_how(expected: Any, actual: Any, why: str) -> None:
    mismatch = compare(expected, actual, "x")
    assert mismatch is not None and mismatch.why == why


def test_a_label_that_looks_like_a_quantity_is_text() -> None:
    assert compare("1k", "1000", "metadata.labels.size") is not None
    assert compare("1000m", "1", "data.value") is not None


def test_the_mismatch_of_a_document_has_its_path() -> None:
    document = {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "a"}]}}}}
    path = "spec.template.spec.containers[name=web].image"
    mismatch = compare_document({path: "b"}, document)
    assert mismatch is not None
    assert (mismatch.path, mismatch.expected, mismatch.actual) == (path, "b", "a")


def test_every_item_must_be_as_expected() -> None:
    document = {"items": [{"name": "a", "on": True}, {"name": "b", "on": False}]}
    mismatch = compare_document({"items[].on": True}, document)
    assert mismatch is not None and mismatch.path == "items[name=b].on"


def test_an_omitted_boolean_of_an_api_object_is_false() -> None:
    pod = {"spec": {"containers": [{"name": "web"}]}}
    privileged = {"spec.containers[name=web].securityContext.privileged": False}
    assert compare_document(privileged, pod, api_object=True) is None
    assert compare_document(privileged, pod) is not None
    assert compare_document({"spec.hostNetwork": True}, pod, api_object=True) is not None


def test_an_omitted_escalation_setting_is_not_false() -> None:
    pod = {"spec": {"containers": [{"name": "web", "securityContext": {}}]}}
    path = "spec.containers[name=web].securityContext.allowPrivilegeEscalation"
    assert compare_document({path: False}, pod, api_object=True) is not None
    assert compare_document({path: {"ne": False}}, pod, api_object=True) is None


def test_an_omitted_number_of_status_is_nought_and_others_are_not() -> None:
    bare: dict[str, Any] = {"spec": {}, "status": {}}
    assert compare_document({"status.readyReplicas": 0}, bare, api_object=True) is None
    assert compare_document({"status.readyReplicas": {"ge": 1}}, bare, api_object=True) is not None
    assert compare_document({"spec.runAsUser": 0}, bare, api_object=True) is not None


def test_a_boolean_of_an_item_that_is_not_there_is_not_false() -> None:
    pod = {"spec": {"containers": [{"name": "web"}]}}
    expected = {"spec.containers[name=db].stdin": False}
    assert compare_document(expected, pod, api_object=True) is not None


def test_white_space_at_the_end_of_text_does_not_count() -> None:
    assert compare_text("done", "done\n\n", "stdout") is None
    assert compare_text("done\n", "done", "content") is None
    assert compare_text({"eq": "done\n"}, "done", "content") is None
    assert compare_text("done", " done", "stdout") is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_everything_equals_itself(value: Any) -> None:
    assert compare({"in": [value]} if isinstance(value, dict) else value, value, "x") is None


@given(st.lists(st.text("abcd", min_size=1), unique=True, min_size=1), st.randoms())
def test_reordering_never_changes_a_set(names: list[str], random: Any) -> None:
    shuffled = list(names)
    random.shuffle(shuffled)
    assert compare({"set": names}, shuffled + shuffled[:1]) is None
    assert compare({"set": names}, shuffled[1:]) is not None


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(), min_size=1), st.integers())
def test_removing_what_is_required_is_always_found(wanted: dict[str, int], more: int) -> None:
    actual: dict[str, Any] = {**wanted, "unrelated": more}
    assert compare(wanted, actual) is None
    actual.pop(next(iter(wanted)))
    assert compare(wanted, actual) is not None


@given(json_values, json_values)
def test_no_text_is_too_long_to_show(expected: Any, actual: Any) -> None:
    mismatch = compare(expected, actual, "x" * 500)
    if mismatch is not None:
        texts = (mismatch.path, mismatch.expected, mismatch.actual, mismatch.why)
        assert all(len(text) < 200 for text in texts), json.dumps(texts)
