from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.compare import compare
from grader.meaning.instant import parse_instant

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T12:00:00Z",
        "2026-11-20T12:00:00.000Z",
        "2026-11-20T13:00:00+01:00",
        "2026-11-20 20:00:00 +0800",
        "2026-11-20 20:00:00 CST",
        "2026-11-20 12:00:00",
        "2026-11-20 12:00",
        "Nov 20 12:00:00 2026 GMT",
        "notAfter=Nov 20 12:00:00 2026 GMT",
        "Not After : Nov 20 12:00:00 2026 GMT",
        "Fri Nov 20 12:00:00 UTC 2026",
        "Fri Nov 20 20:00:00 CST 2026",
        "Fri Nov 20 06:00:00 CST 2026",
        "Fri, 20 Nov 2026 12:00:00 GMT",
        "Fri, 20 Nov 2026 13:00:00 +0100",
        "Nov 20, 2026 12:00 UTC",
        "20261120120000Z",
        "1795176000",
        "@1795176000",
        " 2026-11-20T12:00:00Z\n",
    ],
)
def test_one_instant_in_all_the_formats_that_programs_print(text: str) -> None:
    assert NOON in parse_instant(text)
    assert compare({"instant": "2026-11-20T12:00:00Z"}, text) is None
    assert compare({"instant": text}, "2026-11-20T12:00:00Z") is None


@pytest.mark.parametrize(
    "text",
    ["2026-11-20T12:00:01Z", "2026-11-20T12:00:00+01:00", "Nov 20 12:00:00 2027 GMT", "2026-11-20"],
)
def test_other_instants_differ(text: str) -> None:
    mismatch = compare({"instant": "2026-11-20T12:00:00Z"}, text, "x")
    assert mismatch is not None and mismatch.why == f"x is {text}, not 2026-11-20T12:00:00Z"


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "12", "10:00", "Nov 2026", True, []])
def test_what_is_no_date_is_named(text: object) -> None:
    mismatch = compare({"instant": "2026-11-20T12:00:00Z"}, text, "x")
    assert mismatch is not None and mismatch.why.endswith("which is not a date")


def test_a_tolerance_holds_only_if_it_is_asked_for() -> None:
    near = {"at": "2026-11-20T12:00:00Z", "within": "30s"}
    assert compare({"instant": near}, "2026-11-20T12:00:30Z") is None
    assert compare({"instant": near}, "2026-11-20T11:59:29Z") is not None


def test_dates_that_yaml_has_read_already_are_instants_too() -> None:
    assert compare({"instant": "2026-11-20T12:00:00Z"}, NOON) is None
    assert compare({"instant": "2026-11-20"}, NOON.date()) is None


def spellings(instant: datetime, hours: int) -> list[str]:
    local = instant.astimezone(timezone(timedelta(hours=hours)))
    return [
        local.isoformat(),
        local.isoformat(" "),
        format_datetime(local),
        local.strftime("%a %b %d %H:%M:%S %z %Y"),
        instant.strftime("%b %e %H:%M:%S %Y GMT"),
        instant.strftime("%a %b %e %H:%M:%S UTC %Y"),
        instant.strftime("%Y%m%d%H%M%SZ"),
        str(int(instant.timestamp())),
    ]


MOMENTS = st.datetimes(datetime(2002, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(
    lambda one: one.replace(microsecond=0)
)


@given(MOMENTS, st.integers(-11, 13), st.integers(0, 7))
def test_the_zone_and_the_format_never_matter(instant: datetime, hours: int, form: int) -> None:
    assert parse_instant(spellings(instant, hours)[form]) == {instant}


@given(MOMENTS, st.integers(1, 10**6), st.integers(-11, 13), st.integers(0, 7))
def test_a_second_always_matters(instant: datetime, off: int, hours: int, form: int) -> None:
    later = spellings(instant + timedelta(seconds=off), hours)[form]
    assert compare({"instant": instant.isoformat()}, later) is not None
