"""Durations as Go and Kubernetes write them (`1h30m`, `500ms`, a number), as exact seconds."""

import re
from fractions import Fraction

_UNITS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6),
    "μs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86400),
}
_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d)")


def parse_duration(value: object) -> Fraction | None:
    """Seconds; None when `value` is not a duration. A plain number counts seconds."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Fraction(str(value)) if abs(value) != float("inf") and value == value else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-") if text[:1] in "+-" else text
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text, re.ASCII):
        return sign * Fraction(text)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sign * sum((Fraction(number) * _UNITS[unit] for number, unit in parts), Fraction(0))


def seconds(value: str) -> float:
    """Seconds of a duration that is known to be one. Raises ValueError."""
    found = parse_duration(value)
    if found is None:
        raise ValueError(f"not a duration: {value!r}")
    return float(found)
