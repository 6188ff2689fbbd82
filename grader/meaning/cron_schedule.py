"""Schedules of cron as the sets of moments they stand for: `@hourly` is `0 * * * *`."""

import re
from dataclasses import dataclass
from fractions import Fraction

from grader.meaning.duration import parse_duration

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_STARS = ("*", "?", "*/1", "?/1")
_PART = re.compile(r"(?P<first>\*|\?|[0-9a-z]+)(?:-(?P<last>[0-9a-z]+))?(?:/(?P<step>[0-9]+))?")


@dataclass(frozen=True, slots=True)
class Unit:
    lowest: int
    highest: int
    names: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[int]:
        return frozenset(range(self.lowest, self.highest + 1))

    def number(self, word: str) -> int | None:
        if word.isdecimal():
            value = int(word)
        elif word in self.names:
            value = self.names.index(word) + self.lowest
        else:
            return None
        return value if self.lowest <= value <= self.highest else None


_MINUTE, _HOUR, _DAY = Unit(0, 59), Unit(0, 23), Unit(1, 31)
_MONTH, _WEEKDAY = Unit(1, 12, _MONTHS), Unit(0, 7, _DAYS)


@dataclass(frozen=True, slots=True)
class Days:
    """Which days: of the month, of the week, and how the two go together."""

    rule: str
    """every, month, week; either (one of them fits), or stepped (implementations differ)."""
    month: frozenset[int] = frozenset()
    week: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CronSchedule:
    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: Days = Days("every")
    months: frozenset[int] = frozenset()
    zone: str = ""
    """Of a `TZ=` or `CRON_TZ=` before the schedule."""
    every: Fraction | None = None
    """Seconds of `@every 1h30m`, which counts from its own start and has no moments of the day."""


def parse_cron(value: object) -> CronSchedule | None:
    """None when `value` is not a schedule of five fields, a macro or `@every`."""
    if not isinstance(value, str):
        return None
    words = value.split()
    zone = ""
    if words and re.match(r"(CRON_)?TZ=", words[0]):
        zone = words.pop(0).partition("=")[2]
    if len(words) == 2 and words[0] == "@every":
        seconds = parse_duration(words[1]) if not words[1].isdecimal() else None
        return CronSchedule(zone=zone, every=seconds) if seconds else None
    if len(words) == 1:
        words = _MACROS.get(words[0], "").split()
    return _of_fields(words, zone) if len(words) == 5 else None


def _of_fields(words: list[str], zone: str) -> CronSchedule | None:
    minutes, hours = _values(words[0], _MINUTE), _values(words[1], _HOUR)
    month_days, months = _values(words[2], _DAY), _values(words[3], _MONTH)
    week_days = _values(words[4], _WEEKDAY)
    if not (minutes and hours and month_days and months and week_days):
        return None
    week = frozenset(day % 7 for day in week_days)
    days = _days(words[2], month_days, words[4], week)
    return CronSchedule(minutes, hours, days, months, zone)


def _days(month_text: str, month: frozenset[int], week_text: str, week: frozenset[int]) -> Days:
    """Cron's rule: where both fields are restricted, a day fits that fits one of them."""
    all_month, all_week = month == _DAY.all, len(week) == 7
    if month_text in _STARS:
        return Days("every") if all_week else Days("week", week=week)
    if week_text in _STARS:
        return Days("every") if all_month else Days("month", month)
    if set(month_text + week_text) & {"*", "?"}:
        return Days("stepped", month, week)
    return Days("every") if all_month or all_week else Days("either", month, week)


def _values(text: str, unit: Unit) -> frozenset[int] | None:
    found: set[int] = set()
    for part in text.lower().split(","):
        values = _range(part, unit)
        if not values:
            return None
        found.update(values)
    return frozenset(found)


def _range(part: str, unit: Unit) -> range | None:
    match = _PART.fullmatch(part)
    if match is None or (match["step"] is not None and int(match["step"]) == 0):
        return None
    step = int(match["step"] or 1)
    if match["first"] in "*?":
        highest = 6 if unit is _WEEKDAY else unit.highest
        return None if match["last"] else range(unit.lowest, highest + 1, step)
    first = unit.number(match["first"])
    if first is None:
        return None
    if match["last"] is None:
        highest = 6 if unit is _WEEKDAY else unit.highest
        return range(first, (highest if match["step"] else first) + 1, step)
    last = unit.number(match["last"])
    return None if last is None or last < first else range(first, last + 1, step)
