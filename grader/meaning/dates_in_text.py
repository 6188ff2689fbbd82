"""Instants in text that people and programs wrote: ISO 8601, openssl, date(1), kubeadm's tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "(?P<month>" + "|".join(_MONTHS) + ")[a-z]*"
_CLOCK = r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?(?:\s*(?P<half>[AP]M))?"
_ZONE = r"(?:\s*(?P<zone>Z\b|UTC|GMT|CST|[+-]\d\d:?\d\d))?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<year>\d{{4}})[-/](?P<number>\d\d?)[-/](?P<day>\d\d?)(?:[T ]+{_CLOCK}{_ZONE})?",
        rf"\b{_MONTH}\s+(?P<day>\d\d?),?\s+(?P<year>\d{{4}})\s+{_CLOCK}{_ZONE}",
        rf"\b{_MONTH}\s+(?P<day>\d\d?)\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",
        rf"\b(?P<day>\d\d?)[\s-]+{_MONTH}[\s-]+(?P<year>\d{{4}})(?:\s+{_CLOCK}{_ZONE})?",
        rf"\b{_MONTH}\s+(?P<day>\d\d?),?\s+(?P<year>\d{{4}})",
        r"\b(?P<epoch>\d{10})\b",
    )
)
_CST = (timedelta(hours=8), timedelta(hours=-6))
"""China's and Chicago's: the letters do not tell."""


@dataclass(frozen=True, slots=True)
class Written:
    """An instant as precise as it was written: from `begin`, for `width`."""

    begin: datetime
    width: timedelta

    def means(self, instant: datetime) -> bool:
        return self.begin <= instant < self.begin + self.width


def instants(text: str) -> Iterator[Written]:
    """Every reading of every date in the text; a time without a zone is UTC."""
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield from _readings(found.groupdict())


def _readings(parts: dict[str, str | None]) -> Iterator[Written]:
    if parts.get("epoch"):
        begin = datetime.fromtimestamp(int(parts["epoch"] or 0), UTC)
        yield Written(begin, timedelta(seconds=1))
        return
    try:
        begin = _begin(parts)
    except ValueError:
        return
    width = timedelta(seconds=1)
    if not parts.get("second"):
        width = timedelta(minutes=1) if parts.get("hour") else timedelta(days=1)
    for offset in _offsets(parts.get("zone") or ""):
        yield Written(begin - offset, width)


def _begin(parts: dict[str, str | None]) -> datetime:
    """Raises ValueError."""
    name = (parts.get("month") or "").lower()[:3]
    month = _MONTHS.index(name) + 1 if name else int(parts.get("number") or 0)
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "").upper()
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    return datetime(
        int(parts.get("year") or 0),
        month,
        int(parts.get("day") or 0),
        hour,
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
        tzinfo=UTC,
    )


def _offsets(zone: str) -> tuple[timedelta, ...]:
    if zone.upper() == "CST":
        return _CST
    if zone[:1] not in ("+", "-"):
        return (timedelta(0),)
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return (offset if zone[0] == "+" else -offset,)
