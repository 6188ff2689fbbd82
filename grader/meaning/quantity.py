"""Kubernetes quantities (`100m`, `1Gi`, `1e3`) as exact numbers: their grammar, no comparing."""

import re
from fractions import Fraction

_BINARY = {
    suffix: 1024**power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)
}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_GRAMMAR = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
    r"(?:(?P<exponent>[eE][+-]?[0-9]{1,3})|(?P<suffix>[KMGTPE]i|[numkMGTPE])?)"
)


def parse_quantity(value: object) -> Fraction | None:
    """The exact value of a quantity or plain number; None when it is neither (booleans are not)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(str(value)) if value == value and abs(value) != float("inf") else None
    found = _GRAMMAR.fullmatch(value) if isinstance(value, str) and value.isascii() else None
    if found is None:
        return None
    number: Fraction = Fraction(found["number"])
    if found["exponent"]:
        return number * _power(int(found["exponent"][1:]))
    suffix = found["suffix"] or ""
    if suffix in _BINARY:
        return number * Fraction(_BINARY[suffix])
    return number * _power(_DECIMAL[suffix])


def _power(exponent: int) -> Fraction:
    return Fraction(10**exponent) if exponent >= 0 else Fraction(1, 10**-exponent)


def has_unit(value: object) -> bool:
    """Whether the text is a quantity with a unit, so that it is no mere number."""
    found = _GRAMMAR.fullmatch(value) if isinstance(value, str) and value.isascii() else None
    return found is not None and bool(found["suffix"])
