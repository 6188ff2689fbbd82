"""`cel`: expressions over several objects and files, and `cel` of `resource`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.verdict import Finding, Verdict
from tests.grader.fakes import UNREACHABLE, FakeNode, TreeNode, passes, why, world
from tests.grader.kubernetes_objects import deployment, namespace, node, pod

PODS = {"kind": "Pod", "namespace": "shop", "selector": "app=web"}
NODE = {"kind": "Node", "name": "k8s-node1"}
TOGETHER = "pods.all(p, p.spec.nodeName == node.metadata.name) && size(pods) >= 2"
SAID = "all pods of web run on k8s-node1"


def look(
    *items: dict[str, Any],
    expression: str = TOGETHER,
    inputs: Mapping[str, Any] | None = None,
    on: TreeNode | FakeNode | None = None,
) -> Finding:
    return world(*items, nodes=[on] if on else []).look(
        "cel",
        inputs=dict(inputs or {"pods": PODS, "node": NODE}),
        expression=expression,
        message=SAID,
    )


def test_what_objects_have_to_do_with_each_other_is_judged() -> None:
    found = look(pod("a"), pod("b"), node("k8s-node1"))
    assert passes(found)
    assert found.evidence.expected == TOGETHER
    assert found.evidence.actual == (
        "pods = 2 (Pod shop/a, Pod shop/b); node.metadata.name = k8s-node1"
    )


def test_the_one_that_is_wrong_is_named_after_the_message() -> None:
    inputs = {"pods": PODS, "node": NODE}
    found = look(
        *(pod("a"), pod("b", node="other"), pod("c"), node("k8s-node1")),
        expression="pods.all(p, p.spec.nodeName == node.metadata.name)",
        inputs=inputs,
    )
    assert why(found) == (
        "all pods of web run on k8s-node1: Pod shop/b does not fit "
        "pods.all(p, p.spec.nodeName == node.metadata.name)"
    )


def test_what_was_read_stands_in_the_reason() -> None:
    found = look(
        *(pod("a"), node("k8s-node1")),
        expression="size(pods) >= 2 && node.metadata.name == 'k8s-node1'",
    )
    assert "pods is 1 (Pod shop/a); node.metadata.name is k8s-node1" in why(found)
    assert why(found).startswith(SAID)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([node("k8s-node1")], "there is no Pod"),
        ([node("k8s-node1"), pod("a", labels={"app": "db"})], "there is no Pod"),
        ([node("k8s-node1"), pod("a", namespace="other")], "there is no Pod"),
        ([node("k8s-node1"), pod("a", deleted=True)], "there is no Pod"),
        ([pod("a"), pod("b")], "there is no Node k8s-node1"),
    ],
)
def test_an_empty_selection_fails_though_all_of_nothing_is_true(
    items: list[dict[str, Any]], reason: str
) -> None:
    found = look(*items, expression="pods.all(p, p.spec.nodeName == node.metadata.name)")
    assert reason in why(found)


def test_fewer_than_asked_for_fails() -> None:
    found = look(
        pod("a"), inputs={"pods": {**PODS, "min": 2}}, expression="pods.all(p, has(p.kind))"
    )
    assert "there are 1 of Pod" in why(found)
    assert "at least 2 are needed" in why(found)


def test_nothing_may_be_there_where_the_author_says_so() -> None:
    found = look(inputs={"pods": {**PODS, "min": 0}}, expression="size(pods) == 0")
    assert passes(found)


@pytest.mark.parametrize(
    ("expression", "path", "reason"),
    [
        ("node.spec.podCIDR == 'x'", "node.spec.podCIDR", "node.spec.podCIDR is not set"),
        ("node.spec.a.b.c == 'x'", "node.spec.a", "node.spec.a is not set"),
        ("node.metadata.labels['a.b/c'] == 'x'", 'labels["a.b/c"]', "is not set"),
        ("node.status.conditions[7].type == 'x'", "conditions[7]", "conditions[7] is not there"),
        ("pods.all(p, p.spec.replica == 1)", "pods", '"replica" is not set'),
        ("node.metadata.name.first == 'k'", "node.metadata.name.first", "cannot be evaluated"),
        ("quantity(node.metadata.name) > 1", "node.metadata.name", "k8s-node1 is no quantity"),
        ("int(node.metadata.name) > 1", "node.metadata.name", "cannot be evaluated"),
        ("!has(node.spec.a) && node.spec.b != 'x'", "node.spec.b", "node.spec.b is not set"),
    ],
)
def test_a_key_that_is_not_there_is_no_pass(expression: str, path: str, reason: str) -> None:
    found = look(pod("a"), node("k8s-node1"), expression=expression)
    assert reason in why(found)
    assert path in found.evidence.path


@pytest.mark.parametrize(
    "expression",
    [
        "!has(node.spec.taints)",
        "node.spec.?unschedulable.orValue(false) == false",
        "node.metadata.labels['kubernetes.io/os'] == \"linux\"",
        "node.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')",
        "'linux'.upperAscii() == 'LINUX' && math.greatest(1, 2) == 2",
        "pods.map(p, p.spec.nodeName) == ['k8s-node1']",
        "has(node.spec.taints) ? node.spec.taints.size() == 1 : true",
        "timestamp('2026-11-20T12:00:00Z') - timestamp('2026-11-20T11:00:00Z') == duration('1h')",
    ],
)
def test_the_language_is_that_of_kubernetes(expression: str) -> None:
    assert passes(look(pod("a"), node("k8s-node1"), expression=expression))


@pytest.mark.parametrize(
    "expression",
    [
        "quantity('1Gi') == quantity('1024Mi')",
        "quantity('100m') == 0.1",
        "quantity('1500m') > 1 && quantity('1500m') < 2",
        "quantity(2) == quantity('2000m') && quantity(2.5) == quantity('2500m')",
        "quantity('1Gi') + quantity('1Mi') == quantity('1025Mi')",
        "quantity('9007199254740992') == quantity('8Pi')",
    ],
)
def test_quantities_are_compared_by_value(expression: str) -> None:
    assert passes(look(pod("a"), node("k8s-node1"), expression=expression))


@pytest.mark.parametrize("expression", ["node.metadata.name", "pods.map(p, p.kind)[0]"])
def test_what_is_neither_true_nor_false_is_the_fault_of_the_lab(expression: str) -> None:
    found = look(pod("a"), node("k8s-node1"), expression=expression)
    assert found.verdict is Verdict.UNKNOWN
    assert "the lab is at fault" in found.evidence.why
    assert "not true or false" in found.evidence.why


def test_an_expression_that_cannot_be_read_is_the_fault_of_the_lab() -> None:
    found = look(pod("a"), node("k8s-node1"), expression="pods.all(p,")
    assert found.verdict is Verdict.UNKNOWN
    assert "the lab is at fault: is no CEL expression" in found.evidence.why


def test_an_expression_that_never_ends_is_the_fault_of_the_lab() -> None:
    many = [pod(f"p{number}") for number in range(200)]
    found = look(
        *many,
        inputs={"pods": PODS},
        expression="pods.all(a, pods.all(b, pods.all(c, c.kind != 'x')))",
    )
    assert found.verdict is Verdict.UNKNOWN
    assert "budget" in found.evidence.why


def test_what_is_effective_can_be_asked_for() -> None:
    found = look(
        pod("a"),
        inputs={"pods": PODS},
        expression="pods.all(p, p.spec.effective.containers.all(c, has(c.image)))",
    )
    assert passes(found)


def test_the_api_that_is_gone_is_unknown() -> None:
    cluster = world()
    cluster.api.trouble = UNREACHABLE
    found = cluster.look("cel", inputs={"pods": PODS}, expression=TOGETHER, message=SAID)
    assert found.verdict is Verdict.UNKNOWN


def in_file(tmp_path: Path, text: str, format_: str, expression: str) -> Finding:
    tree = TreeNode(tmp_path)
    path = str(tree.write("/root/config", text))
    config = {"node": "n1", "path": path, "format": format_}
    return look(pod("a"), inputs={"config": config}, expression=expression, on=tree)


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("yaml", "# a: 1\na: {b: [1, 2], c: big}\n"),
        ("json", '{"a": {"c": "big", "b": [1, 2]}}'),
        ("toml", '[a]\nb = [1, 2]\nc = "big"\n'),
    ],
)
def test_a_file_is_read_by_its_format(tmp_path: Path, format_: str, text: str) -> None:
    expression = "config.a.b == [1, 2] && config.a.c == 'big'"
    assert passes(in_file(tmp_path, text, format_, expression))
    assert "config.a.c is big" in why(in_file(tmp_path, text, format_, "config.a.c == 'small'"))


def test_dates_and_great_numbers_of_a_file_can_be_compared(tmp_path: Path) -> None:
    text = "at: 2026-11-20T12:00:00Z\nday: 2026-11-20\nbig: 1180591620717411303424\n1: one\n"
    expression = (
        "timestamp(config.at) > timestamp('2026-11-20T11:59:59Z') && config.day == '2026-11-20'"
        " && config.big > 1.0e21 && config['1'] == 'one'"
    )
    assert passes(in_file(tmp_path, text, "yaml", expression))


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a: [", "it is not YAML"), ("", "is empty"), ("# only\n", "is empty")],
)
def test_a_file_that_says_nothing_fails(tmp_path: Path, text: str, reason: str) -> None:
    assert reason in why(in_file(tmp_path, text, "yaml", "true"))


def test_a_file_that_is_not_there_fails(tmp_path: Path) -> None:
    inputs = {"config": {"node": "n1", "path": "/etc/gone"}}
    found = look(inputs=inputs, expression="config.a == 1", on=TreeNode(tmp_path))
    assert why(found) == "n1:/etc/gone does not exist"


def test_the_node_that_is_gone_is_unknown() -> None:
    inputs = {"config": {"node": "n1", "path": "/etc/config"}}
    found = look(inputs=inputs, expression="config.a == 1", on=FakeNode("n1", lost=True))
    assert found.verdict is Verdict.UNKNOWN


def resource(*items: dict[str, Any], match: str = "every", cel: list[str]) -> Finding:
    return world(namespace("shop"), *items).look(
        "resource", kind="Deployment", namespace="shop", match=match, cel=cel
    )


def test_objects_of_resource_fit_expressions_too() -> None:
    small = ["object.spec.replicas <= 3", "object.metadata.name.startsWith('web')"]
    assert passes(resource(deployment("web"), deployment("web-2"), cel=small))
    found = resource(deployment("web"), deployment("web-2", replicas=5), cel=small)
    assert why(found).startswith("Deployment shop/web-2: not so: object.spec.replicas <= 3")
    assert "object.spec.replicas is 5" in why(found)
    assert found.evidence.path == "Deployment shop/web-2 object.spec.replicas"


def test_any_is_satisfied_by_one_object() -> None:
    items = [deployment("web"), deployment("db", replicas=5)]
    assert passes(resource(*items, match="any", cel=["object.spec.replicas == 5"]))
    assert not passes(resource(*items, match="any", cel=["object.spec.replicas == 6"]))


def test_none_is_not_satisfied_by_what_could_not_be_evaluated() -> None:
    assert passes(resource(deployment("web"), match="none", cel=["object.spec.replicas > 3"]))
    found = resource(deployment("web"), match="none", cel=["object.spec.replica > 3"])
    assert "object.spec.replica is not set" in why(found)
    found = resource(deployment("web"), match="none", cel=["object.spec.replicas == 3"])
    assert "Deployment shop/web is still there" in why(found)
