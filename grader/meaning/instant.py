"""Dates in the formats that programs print, as instants. Reads no clock and no locale."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

_ZONES = {
    **dict.fromkeys(("", "Z", "UTC", "GMT", "UT"), (0,)),
    **{"WET": (0,), "WEST": (1,), "CET": (1,), "CEST": (2,), "EET": (2,), "EEST": (3,)},
    **{"BST": (1,), "MSK": (3,), "IST": (5.5,), "JST": (9,), "KST": (9,), "HKT": (8,)},
    **{"EST": (-5,), "EDT": (-4,), "CDT": (-5,), "MST": (-7,), "MDT": (-6,)},
    **{"PST": (-8,), "PDT": (-7,), "CST": (8, -6)},
}
"""Hours before UTC; CST is China's and Chicago's. A text without a zone is UTC."""

_FORMATS = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%dT%H%M%S",
    "%Y%m%d%H%M%S",
    "%b %d %H:%M:%S %Y",
    "%b %d, %Y %H:%M:%S",
    "%b %d, %Y %H:%M",
    "%d %b %Y %H:%M:%S",
    "%b %d %Y %H:%M:%S",
)
_LABEL = re.compile(r"^\s*(?:not ?(?:after|before)|date|expires?)\s*[=:]\s*", re.IGNORECASE)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+", re.IGNORECASE)
_OFFSET = re.compile(r"(?<=\d)\s*(?:UTC|GMT)?([+-])(\d\d):?(\d\d)$")
_FRACTION = re.compile(r"(:\d\d)[.,](\d+)")
_NAMED_ZONE = re.compile(r"(?<=[\d\s])\s*([A-Za-z]{1,5})$|(?<=[\d])(Z)$")
_UNIX_DATE = re.compile(r"^(\w{3} +\d+ [\d:]+) ([A-Z]{2,5}|[+-]\d\d:?\d\d) (\d{4})$")
_EPOCH = re.compile(r"@?\d{9,11}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class WantedInstant:
    """What a check compares with: one instant, and how far off one may be."""

    instants: frozenset[datetime]
    within: timedelta = timedelta(0)

    def accepts(self, found: frozenset[datetime]) -> bool:
        return any(abs(one - other) <= self.within for one in self.instants for other in found)


def parse_instant(value: object) -> frozenset[datetime]:
    """The instants a text may mean: one, two where a zone's name is ambiguous, none if no date."""
    if isinstance(value, datetime):
        return frozenset({value if value.tzinfo else value.replace(tzinfo=UTC)})
    if isinstance(value, date):
        return frozenset({datetime(value.year, value.month, value.day, tzinfo=UTC)})
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return frozenset()
    text = _LABEL.sub("", " ".join(value.split()))
    if _EPOCH.fullmatch(text):
        return frozenset({datetime.fromtimestamp(float(text.lstrip("@")), UTC)})
    return _of_text(_WEEKDAY.sub("", text))


def _of_text(text: str) -> frozenset[datetime]:
    unix = _UNIX_DATE.match(text)
    if unix is not None:
        text = f"{unix[1]} {unix[3]} {unix[2]}"
    text, offsets = _without_zone(text)
    fraction = _FRACTION.search(text)
    micro = int((fraction[2] + "000000")[:6]) if fraction else 0
    text = _FRACTION.sub(r"\1", text)
    for known in _FORMATS:
        try:
            naive = datetime.strptime(text, known).replace(microsecond=micro)
        except ValueError:
            continue
        return frozenset(naive.replace(tzinfo=timezone(off)).astimezone(UTC) for off in offsets)
    return frozenset()


def _without_zone(text: str) -> tuple[str, tuple[timedelta, ...]]:
    """The text before its zone, and how far the zone may be from UTC; none if it is not known."""
    numbers = _OFFSET.search(text) if ":" in text else None
    if numbers is not None:
        off = timedelta(hours=int(numbers[2]), minutes=int(numbers[3]))
        return text[: numbers.start()].strip(), (off if numbers[1] == "+" else -off,)
    named = _NAMED_ZONE.search(text)
    if named is None:
        return text, (timedelta(0),)
    hours = _ZONES.get((named[1] or named[2]).upper(), ())
    return text[: named.start()].strip(), tuple(timedelta(hours=one) for one in hours)
