"""Which expressions can be read, and what they read of their variables."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.meaning.cel import judge_expression
from labs.cel import CelError, compiled, references


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ("object.spec.replicas == 3", ["object.spec.replicas"]),
        ("object.spec.names.all(n, n.object == 'object.x')", ["object.spec.names"]),
        ("object.metadata.labels['a.b/c'] == 'x'", ['object.metadata.labels["a.b/c"]']),
        ("object.items[0].name == object.items[1].name", ["object.items[0].name"] * 1),
        ("object.?spec.?x.orValue(1) == 1", ["object.spec.x"]),
        ("object.spec[?'x'].hasValue() || has(object.y)", ["object.spec.x", "object.y"]),
        ("size(object) == 1 && object == other", ["object", "other"]),
        ("'object.spec' == \"other.x\"", []),
        ("thing.object.spec == 1", []),
        ("object.spec == 1 && object.spec == 2", ["object.spec"]),
    ],
)
def test_what_an_expression_reads_is_known(expression: str, read: list[str]) -> None:
    found = [str(one) for one in references(expression, {"object": None, "other": None})]
    assert found[: len(read)] == read
    assert len(found) == len(read) or "items[1]" in found[-1]


@pytest.mark.parametrize(
    "expression", ["", "object.", "nobody.spec == 1", "'a' + 1 == 'b'", "size(object)", "'text'"]
)
def test_what_cannot_be_true_or_false_is_the_authors_mistake(expression: str) -> None:
    with pytest.raises(CelError):
        compiled(expression, frozenset({"object"}))


UNITS = st.sampled_from(["", "m", "k", "M", "Ki", "Mi"])
FACTOR: dict[str, int | Fraction] = {
    "": 1,
    "m": Fraction(1, 1000),
    "k": 10**3,
    "M": 10**6,
    "Ki": 2**10,
    "Mi": 2**20,
}
AMOUNTS = st.integers(0, 10**6)


@given(AMOUNTS, UNITS, AMOUNTS, UNITS)
def test_quantities_are_ordered_by_their_exact_values(
    one: int, unit: str, other: int, second: str
) -> None:
    assume(not (one == other == 0))
    left, right = one * FACTOR[unit], other * FACTOR[second]
    sign = "==" if left == right else "<" if left < right else ">"
    values = {"object": {"a": f"{one}{unit}", "b": f"{other}{second}"}}
    assert judge_expression(f"quantity(object.a) {sign} quantity(object.b)", values) is None
