from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.argv import compare_flags, flag_name, flag_values

NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
VALUES = st.text(min_size=1, max_size=8).filter(lambda text: not text.startswith("-"))


@given(NAMES, VALUES, st.sampled_from(["-", "--"]))
def test_both_ways_to_write_a_value_mean_the_same(name: str, value: str, dashes: str) -> None:
    assert flag_values(["x", f"{dashes}{name}={value}"], name) == [value]
    assert flag_values(["x", f"{dashes}{name}", value, "--last"], name) == [value]


@given(NAMES)
def test_a_flag_that_stands_alone_is_true(name: str) -> None:
    assert flag_values(["x", f"--{name}"], name) == ["true"]
    assert flag_values(["x", f"--{name}", "--other"], name) == ["true"]
    assert compare_flags({name: True}, ["x", f"--{name}"]) is None


@given(NAMES, VALUES)
def test_what_is_not_given_has_no_value(name: str, value: str) -> None:
    assert flag_values(["x", f"--{name}y={value}", value, f"--x{name}"], name) == []
    assert flag_values([f"--{name}=1", "--", f"--{name}=2"], name) == []
    assert compare_flags({name: {"exists": False}}, ["x"]) is None


def test_a_number_below_zero_is_a_value() -> None:
    assert flag_values(["x", "--oom-score-adj", "-999", "-v"], "oom-score-adj") == ["-999"]


def test_underscores_and_dashes_are_one() -> None:
    assert flag_name("--node_ip") == flag_name("node-ip")
    assert flag_values(["x", "--node_ip=1"], "--node-ip") == ["1"]


def test_the_last_of_several_values_holds_and_lists_take_all() -> None:
    argv = ["x", "--a=1", "--a=2,3"]
    assert compare_flags({"a": "2,3"}, argv) is None
    assert compare_flags({"a": ["3", "2", "1"]}, argv) is None
    assert compare_flags({"a": {"count": 3}}, argv) is None
    mismatch = compare_flags({"a": {"contains": "4"}}, argv)
    assert mismatch is not None and mismatch.path == "--a"
