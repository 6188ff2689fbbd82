"""Variables: drawn by chance that repeats itself, rendered where they stand and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.document import plain_scalar
from labs.variables import (
    TOKEN_LETTERS,
    TOKEN_SYMBOLS,
    Draw,
    render,
    render_value,
    unknown_placeholders,
)


@given(st.text(), st.integers(1, 40))
def test_a_token_is_a_dns_label_of_the_length_asked_for(seed: str, length: int) -> None:
    token = Draw(seed, "8/deployments", "snap").token(length)
    assert len(token) == length
    assert token[0] in TOKEN_LETTERS
    assert set(token) <= set(TOKEN_SYMBOLS)


@given(st.text(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_range_includes_its_ends_and_nothing_else(seed: str, low: int, size: int) -> None:
    assert low <= Draw(seed, "l", "n").between(low, low + size) <= low + size


def test_every_choice_is_drawn_by_some_seed() -> None:
    drawn = {Draw(str(seed), "l", "n").pick(["a", "b", 3]) for seed in range(100)}
    assert drawn == {"a", "b", 3}


def test_what_was_drawn_once_is_drawn_for_ever() -> None:
    """Attempts are rendered again from their seed: these values must never change."""
    draw = Draw("anna", "8/deployments", "release")
    assert (draw.token(6), draw.between(30100, 30200), draw.pick(["a", "b", "c"])) == (
        "j7kg63",
        30145,
        "a",
    )


def test_labs_and_names_have_chances_of_their_own() -> None:
    tokens = {Draw("s", lab, name).token(12) for lab in ("a", "b") for name in ("x", "y")}
    assert len(tokens) == 4


def test_placeholders_are_replaced_and_templates_of_go_are_not() -> None:
    text = "{{ns}}/{cluster_ip:{{ns}}/web} {{ .items }} {{end }} {{other}}"
    assert render(text, {"ns": "a"}) == "a/{cluster_ip:a/web} {{ .items }} {{end }} {{other}}"


def test_a_lone_placeholder_keeps_its_number() -> None:
    assert render_value("{{port}}", {"port": 80}) == 80
    assert render_value(":{{port}}", {"port": 80}) == ":80"


def test_unknown_placeholders_come_with_their_line() -> None:
    assert list(unknown_placeholders("{{a}}\n{{b}}\n\n{{c}}{{c}}", {"b": 1})) == [
        ("a", 0),
        ("c", 3),
        ("c", 3),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("yes", "yes"),
        ("NO", "NO"),
        ("", None),
        ("~", None),
        ("12", 12),
        ("-3", -3),
        ("0600", "0600"),
        ("1:30", "1:30"),
        ("1.20", 1.2),
        ("1e3", "1e3"),
        ("1.20.2", "1.20.2"),
        ("2026-11-20", "2026-11-20"),
    ],
)
def test_plain_scalars_mean_what_they_look_like(text: str, value: object) -> None:
    assert plain_scalar(text) == value
    assert type(plain_scalar(text)) is type(value)
