"""What is measured: one number with its unit, under the part that measured it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`part` is what `--only` takes; `note` says under which circumstances, if that matters."""

    part: str
    name: str
    value: float
    unit: str
    note: str = ""


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
