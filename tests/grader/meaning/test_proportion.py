from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.proportion import misfit
from labs.checks.http import REFUSED_BY_CHANCE, fewest_requests


def refused(share: float, total: int, weight: int) -> float:
    """How often counts of `total` draws at a true `share` are refused for `weight` percent."""
    return sum(
        comb(total, count) * share**count * (1 - share) ** (total - count)
        for count in range(total + 1)
        if misfit({"a": count, "b": total - count}, {"a": weight, "b": 100 - weight})
    )


@pytest.mark.parametrize("weight", [50, 80, 90, 99])
@pytest.mark.parametrize("total", [100, 400])
def test_right_weights_are_hardly_ever_refused(weight: int, total: int) -> None:
    assert refused(weight / 100, total, weight) <= REFUSED_BY_CHANCE


@pytest.mark.parametrize(
    ("share", "total", "weight"),
    [(0.85, 100, 50), (0.5, 100, 90), (0.67, 400, 50), (0.73, 400, 90)],
)
def test_wrong_weights_are_found_as_the_reference_says(
    share: float, total: int, weight: int
) -> None:
    assert refused(share, total, weight) > 0.99


def test_a_value_without_weight_must_not_come() -> None:
    found = misfit({"1": 99, "3": 1}, {"1": 100, "2": 0})
    assert found is not None and (found.value, found.share) == ("3", 0.0)
    assert misfit({"1": 100}, {"1": 100, "2": 0}) is None


@given(st.lists(st.integers(1, 100), min_size=2, max_size=4))
def test_a_value_that_never_comes_is_found_with_as_many_requests_as_are_asked_for(
    weights: list[int],
) -> None:
    named = {str(number): weight for number, weight in enumerate(weights)}
    rare = min(named, key=lambda value: named[value])
    total = fewest_requests(named)
    others = {value: weight for value, weight in named.items() if value != rare}
    share = total // len(others)
    counts = dict.fromkeys(others, share) | {next(iter(others)): total - share * (len(others) - 1)}
    assert misfit(counts, named) is not None


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 9))
def test_only_the_ratio_of_weights_counts(first: int, second: int, factor: int) -> None:
    counts = {"a": 60, "b": 40}
    plain = misfit(counts, {"a": first, "b": second})
    scaled = misfit(counts, {"a": first * factor, "b": second * factor})
    assert (plain is None) == (scaled is None)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=5))
def test_counts_that_are_exactly_the_weights_always_fit(weights: list[int]) -> None:
    named = {str(number): weight for number, weight in enumerate(weights)}
    assert misfit(named, named) is None
