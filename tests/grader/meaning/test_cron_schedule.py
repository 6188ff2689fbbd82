from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.compare import compare
from grader.meaning.cron_schedule import parse_cron

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * ?"),
        ("@weekly", "0 0 * * SUN"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 JAN *"),
        ("*/15 * * * *", "0,15,30,45 * * * *"),
        ("*/15 * * * *", "0-59/15 * * * *"),
        ("*/15 * * * *", "0/15 * * * *"),
        ("*/1 * * * *", "* * * * *"),
        ("0 8-17 * * 1-5", "00  08-17 * * mon-fri"),
        ("0 0 * * 0", "0 0 * * 7"),
        ("0 0 * * 5-7", "0 0 * * 0,5,6"),
        ("0 0 1-31 * *", "0 0 * * *"),
        ("0 0 1-31 * 0-6", "0 0 * * *"),
        ("0 0 1-31 * 1", "0 0 * * *"),
        ("0 0 1,15 * 1", "0 0 15,1 * mon"),
        ("0 0 */2 * *", "0 0 1-31/2 * *"),
        ("@every 90m", "@every 1h30m"),
        ("CRON_TZ=Asia/Shanghai 0 9 * * *", "TZ=Asia/Shanghai 0 9 * * *"),
    ],
)
def test_schedules_of_the_same_moments_are_equal(one: str, other: str) -> None:
    assert compare({"cron": one}, other) is None
    assert compare({"cron": other}, one) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("@hourly", "* * * * *"),
        ("*/15 * * * *", "15 * * * *"),
        ("*/15 * * * *", "0 */15 * * *"),
        ("0 0 1 * *", "0 0 * * 1"),
        ("0 0 1 * 1", "0 0 1 * *"),
        ("0 0 1-31 * 1", "0 0 * * 1"),
        ("0 0 */2 * 1", "0 0 1-31/2 * 1"),
        ("@every 1h", "@hourly"),
        ("TZ=Asia/Shanghai 0 9 * * *", "0 9 * * *"),
    ],
)
def test_schedules_of_other_moments_differ(one: str, other: str) -> None:
    mismatch = compare({"cron": one}, other, "spec.schedule")
    assert mismatch is not None and mismatch.why == f"spec.schedule is {other}, not {one}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "60 * * * *",
        "* * * *",
        "* * * * * *",
        "@often",
        "5-1 * * * *",
        "*/0 * * * *",
        "a * * * *",
        "* * 0 * *",
        "* * * 13 *",
        "@every 0s",
        "@every 60",
        "1--2 * * * *",
        "٣ * * * *",
    ],
)
def test_what_is_no_schedule_is_named(text: str) -> None:
    mismatch = compare({"cron": "* * * * *"}, text, "x")
    assert mismatch is not None and mismatch.why.endswith("which is not a schedule of cron")


@st.composite
def fields(draw: st.DrawFn) -> list[set[int]]:
    """Values of the five fields, the days of the week left free (or those of the month)."""
    limits = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]
    values = [draw(st.sets(st.integers(*limit), min_size=1)) for limit in limits]
    free = draw(st.sampled_from([2, 4]))
    values[free] = set(range(limits[free][0], limits[free][1] + 1))
    return values


def spell(values: list[set[int]], choose: Random) -> str:
    whole = [range(0, 60), range(0, 24), range(1, 32), range(1, 13), range(0, 7)]
    words = []
    for at, wanted in enumerate(values):
        if wanted == set(whole[at]):
            words.append(choose.choice(["*", "?", "*/1"]))
            continue
        parts = [_item(at, value, choose) for value in wanted]
        parts += [choose.choice(parts)] if choose.random() < 0.5 else []
        choose.shuffle(parts)
        words.append(",".join(parts))
    return choose.choice([" ", "  "]).join(words)


def _item(at: int, value: int, choose: Random) -> str:
    forms = [str(value), f"{value:02}", f"{value}-{value}"]
    if at == 3:
        forms += [MONTHS[value - 1], MONTHS[value - 1].upper()]
    if at == 4:
        forms += [DAYS[value], DAYS[value].title()]
    return choose.choice(forms)


@given(fields(), st.randoms(use_true_random=False))
def test_order_repetition_names_and_ranges_never_matter(
    values: list[set[int]], choose: Random
) -> None:
    one, other = spell(values, choose), spell(values, choose)
    assert parse_cron(one) is not None
    assert parse_cron(one) == parse_cron(other)


@given(fields(), st.integers(0, 1), st.randoms(use_true_random=False))
def test_a_minute_or_hour_that_lacks_always_matters(
    values: list[set[int]], at: int, choose: Random
) -> None:
    fewer = [set(one) for one in values]
    fewer[at].discard(choose.choice(sorted(fewer[at])))
    if fewer[at]:
        assert parse_cron(spell(values, choose)) != parse_cron(spell(fewer, choose))
