from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.quantity import has_unit, parse_quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100m", Fraction(1, 10)),
        ("0.1", Fraction(1, 10)),
        ("1Gi", 1024**3),
        ("1024Mi", 1024**3),
        ("1e3", 1000),
        ("1E3", 1000),
        ("1E", 10**18),
        ("2k", 2000),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("-1", -1),
        ("+3", 3),
        ("100n", Fraction(1, 10**7)),
        (0.1, Fraction(1, 10)),
        (7, 7),
    ],
)
def test_a_quantity_has_its_exact_value(text: object, value: Fraction) -> None:
    assert parse_quantity(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "Gi", "1gi", "1 Gi", "1K", "1Mib", "1e", "one", "1..2", True, None, "\u0661", "1mm"],
)
def test_what_is_no_quantity_has_no_value(text: object) -> None:
    assert parse_quantity(text) is None


@given(st.integers(-(10**6), 10**6), st.sampled_from(["m", "", "k", "M", "Gi", "Ki", "Ti"]))
def test_a_suffix_multiplies_the_number(number: int, suffix: str) -> None:
    one, many = parse_quantity(f"1{suffix}"), parse_quantity(f"{number}{suffix}")
    assert one is not None and many == number * one


@given(st.decimals(-10000, 10000, places=4))
def test_thousandths_say_the_same_as_decimals(number: object) -> None:
    whole = parse_quantity(f"{number}")
    assert whole is not None
    assert parse_quantity(f"{float(whole * 1000):.4f}m") == whole


def test_only_a_unit_makes_text_a_quantity() -> None:
    assert has_unit("1Gi") and has_unit("100m")
    assert not has_unit("1") and not has_unit("1e3") and not has_unit("web")
