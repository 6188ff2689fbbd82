"""Node selectors, affinity, taints: what the scheduler's specification says, for any labels."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kubernetes.api import ApiAnswer
from grader.kubernetes.node_affinity import pod_accepts, selector_accepts, volume_accepts
from grader.kubernetes.scheduling import named_its_node, obstacle, scheduled_by
from grader.kubernetes.toleration import repelling_taint, tolerates
from tests.grader.fakes import world
from tests.grader.kubernetes_objects import pod

NODE: dict[str, Any] = {
    "metadata": {"name": "n1", "labels": {"disk": "ssd", "cores": "8", "zone": "a"}},
    "spec": {},
}


def expression(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": operator, **({"values": list(values)} if values else {})}


def selector(*terms: dict[str, Any]) -> dict[str, Any]:
    return {"nodeSelectorTerms": list(terms)}


def term(*expressions: dict[str, Any], fields: Any = ()) -> dict[str, Any]:
    return {"matchExpressions": list(expressions), "matchFields": list(fields)}


@pytest.mark.parametrize(
    ("rule", "accepted"),
    [
        (expression("disk", "In", "hdd", "ssd"), True),
        (expression("disk", "In", "hdd"), False),
        (expression("gpu", "In", "yes"), False),
        (expression("disk", "NotIn", "hdd"), True),
        (expression("disk", "NotIn", "ssd"), False),
        (expression("gpu", "NotIn", "yes"), True),
        (expression("disk", "Exists"), True),
        (expression("gpu", "Exists"), False),
        (expression("gpu", "DoesNotExist"), True),
        (expression("disk", "DoesNotExist"), False),
        (expression("cores", "Gt", "7"), True),
        (expression("cores", "Gt", "8"), False),
        (expression("cores", "Lt", "9"), True),
        (expression("cores", "Lt", "8"), False),
        (expression("disk", "Gt", "1"), False),
        (expression("gpu", "Lt", "1"), False),
        (expression("cores", "Gt", "1", "2"), False),
        (expression("cores", "Gt", "7.5"), False),
        (expression("cores", "Gt", " 7"), False),
        (expression("disk", "Equals", "ssd"), False),
    ],
)
def test_an_expression_accepts_a_node_by_its_labels(rule: dict[str, Any], accepted: bool) -> None:
    assert selector_accepts(selector(term(rule)), NODE) is accepted


@pytest.mark.parametrize(
    ("field", "accepted"),
    [
        (expression("metadata.name", "In", "n1"), True),
        (expression("metadata.name", "In", "n2"), False),
        (expression("metadata.name", "NotIn", "n2"), True),
        (expression("metadata.name", "NotIn", "n1"), False),
        (expression("metadata.name", "In", "n1", "n2"), False),
        (expression("metadata.uid", "In", "n1"), False),
    ],
)
def test_a_field_is_the_name_of_the_node(field: dict[str, Any], accepted: bool) -> None:
    assert selector_accepts(selector(term(fields=[field])), NODE) is accepted


def test_terms_are_alternatives_and_expressions_of_one_are_not() -> None:
    fits, not_fits = expression("disk", "In", "ssd"), expression("zone", "In", "b")
    assert selector_accepts(selector(term(not_fits), term(fits)), NODE)
    assert not selector_accepts(selector(term(not_fits, fits)), NODE)


def test_no_terms_and_an_empty_term_accept_no_node() -> None:
    assert not selector_accepts({}, NODE)
    assert not selector_accepts(selector(), NODE)
    assert not selector_accepts(selector({}), NODE)
    assert selector_accepts(selector({}, term(expression("disk", "Exists"))), NODE)


def affine(required: dict[str, Any]) -> dict[str, Any]:
    rule = {"requiredDuringSchedulingIgnoredDuringExecution": required}
    return {"affinity": {"nodeAffinity": rule}}


def test_a_pods_node_selector_and_affinity_must_both_accept() -> None:
    yes, no = (
        selector(term(expression("disk", "Exists"))),
        selector(term(expression("x", "Exists"))),
    )
    assert pod_accepts({}, NODE)
    assert pod_accepts({"nodeSelector": {"disk": "ssd"}, **affine(yes)}, NODE)
    assert not pod_accepts({"nodeSelector": {"disk": "hdd"}, **affine(yes)}, NODE)
    assert not pod_accepts({"nodeSelector": {"disk": "ssd"}, **affine(no)}, NODE)


def test_what_is_only_preferred_turns_no_node_away() -> None:
    preferred = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}
    assert pod_accepts({"affinity": {"nodeAffinity": preferred}}, NODE)


def test_a_volume_without_affinity_is_for_every_node() -> None:
    only = {"required": selector(term(expression("kubernetes.io/hostname", "In", "n2")))}
    assert volume_accepts({"spec": {}}, NODE)
    assert not volume_accepts({"spec": {"nodeAffinity": only}}, NODE)


KEYS, VALUES = st.sampled_from("abc"), st.sampled_from(["1", "2", "x"])
LABELS = st.dictionaries(KEYS, VALUES)
EXPRESSIONS = st.one_of(
    st.builds(
        lambda key, op, values: expression(key, op, *sorted(values)),
        KEYS,
        st.sampled_from(["In", "NotIn"]),
        st.sets(VALUES, min_size=1),
    ),
    st.builds(expression, KEYS, st.sampled_from(["Exists", "DoesNotExist"])),
)
TERMS = st.lists(st.lists(EXPRESSIONS, min_size=1, max_size=3), min_size=1, max_size=3)


def node_with(labels: dict[str, str], name: str = "n") -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels}, "spec": {}}


@given(TERMS, LABELS, st.randoms(use_true_random=False))
def test_the_order_of_terms_expressions_and_values_never_matters(
    terms: list[list[dict[str, Any]]], labels: dict[str, str], choose: Any
) -> None:
    shuffled = []
    for expressions in terms:
        again = [{**one, "values": one.get("values", [])[::-1]} for one in expressions]
        choose.shuffle(again)
        shuffled.append(term(*again))
    choose.shuffle(shuffled)
    one = selector_accepts(selector(*(term(*each) for each in terms)), node_with(labels))
    assert one == selector_accepts(selector(*shuffled), node_with(labels))


@given(EXPRESSIONS, LABELS)
def test_an_expression_and_its_opposite_part_all_nodes(
    rule: dict[str, Any], labels: dict[str, str]
) -> None:
    pairs = {"In": "NotIn", "NotIn": "In", "Exists": "DoesNotExist", "DoesNotExist": "Exists"}
    opposite = {**rule, "operator": pairs[rule["operator"]]}
    here = node_with(labels)
    assert selector_accepts(selector(term(rule)), here) != selector_accepts(
        selector(term(opposite)), here
    )


@given(LABELS, LABELS)
def test_a_node_selector_is_an_affinity_of_in_with_one_value(
    wanted: dict[str, str], labels: dict[str, str]
) -> None:
    rules = [expression(key, "In", value) for key, value in wanted.items()]
    here = node_with(labels)
    by_affinity = selector_accepts(selector(term(*rules)), here) if rules else True
    assert pod_accepts({"nodeSelector": wanted}, here) == by_affinity


@given(TERMS, st.lists(EXPRESSIONS, min_size=1), LABELS)
def test_a_term_more_never_takes_a_node_away(
    terms: list[list[dict[str, Any]]], more: list[dict[str, Any]], labels: dict[str, str]
) -> None:
    before = selector(*(term(*one) for one in terms))
    after = selector(*(term(*one) for one in [*terms, more]))
    if selector_accepts(before, node_with(labels)):
        assert selector_accepts(after, node_with(labels))


TAINT = {"key": "team", "value": "a", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("toleration", "holds"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "team", "operator": "Exists"}, True),
        ({"key": "team", "operator": "Exists", "effect": "NoSchedule"}, True),
        ({"key": "team", "operator": "Equal", "value": "a"}, True),
        ({"key": "team", "value": "a", "effect": "NoSchedule"}, True),
        ({"key": "team", "value": "b"}, False),
        ({"key": "team"}, False),
        ({"key": "x", "operator": "Exists"}, False),
        ({"key": "team", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "team", "operator": "Equals", "value": "a"}, False),
    ],
)
def test_a_toleration_of_any_shape_tolerates_what_it_means(
    toleration: dict[str, Any], holds: bool
) -> None:
    assert tolerates(toleration, TAINT) is holds


def test_taints_that_only_prefer_do_not_repel_and_a_cordon_does() -> None:
    soft = {
        "metadata": {"name": "n"},
        "spec": {"taints": [{**TAINT, "effect": "PreferNoSchedule"}]},
    }
    assert repelling_taint({}, soft) is None
    cordoned = {"metadata": {"name": "n"}, "spec": {"unschedulable": True}}
    assert obstacle({}, cordoned) == (
        "it does not tolerate node.kubernetes.io/unschedulable:NoSchedule of n"
    )
    assert obstacle({"tolerations": [{"operator": "Exists"}]}, cordoned) == ""


TAINTS = st.lists(
    st.fixed_dictionaries(
        {
            "key": KEYS,
            "value": VALUES,
            "effect": st.sampled_from(["NoSchedule", "NoExecute", "PreferNoSchedule"]),
        }
    ),
    max_size=3,
)


@given(TAINTS, st.booleans())
def test_exists_without_a_key_tolerates_everything_and_nothing_tolerates_none_of_it(
    taints: list[dict[str, str]], cordoned: bool
) -> None:
    here = {"metadata": {"name": "n"}, "spec": {"taints": taints, "unschedulable": cordoned}}
    assert repelling_taint({"tolerations": [{"operator": "Exists"}]}, here) is None
    hard = cordoned or any(one["effect"] != "PreferNoSchedule" for one in taints)
    assert (repelling_taint({}, here) is not None) == hard
    exact = [{**one, "operator": "Equal"} for one in taints]
    assert (repelling_taint({"tolerations": exact}, here) is not None) == cordoned


def test_who_wrote_the_nodes_name_is_in_the_managed_fields() -> None:
    maker = {"manager": "kubectl", "fieldsV1": {"f:spec": {"f:nodeName": {}}}}
    other = {"manager": "kubectl", "fieldsV1": {"f:spec": {"f:containers": {}}}}
    assert named(200, managedFields=[other, maker]) is True
    assert named(200, managedFields=[other]) is False
    assert named(200) is None
    assert named(404) is None
    assert named(200, managedFields=[maker], uid="of another pod of that name") is None


def named(status: int, **metadata: Any) -> bool | None:
    here = world()
    answer = {"metadata": {"uid": "uid-a", **metadata}}
    here.api.answers = lambda method, path, body: ApiAnswer(status, answer)
    found = named_its_node(pod("a"), here.around().round)
    assert here.api.requests == [("GET", "/api/v1/namespaces/shop/pods/a", None, "", ())]
    return found


def test_the_scheduler_says_by_an_event_that_it_bound_a_pod() -> None:
    bound = {"metadata": {"uid": "u"}}
    event = {"reason": "Scheduled", "involvedObject": {"uid": "u"}}
    assert scheduled_by(bound, [{**event, "reportingComponent": "default-scheduler"}]) == (
        "default-scheduler"
    )
    assert scheduled_by(bound, [{**event, "source": {"component": "mine"}}]) == "mine"
    assert scheduled_by(bound, [{**event, "involvedObject": {"uid": "v"}}]) == ""
    assert scheduled_by(bound, [{**event, "reason": "Pulled"}]) == ""
