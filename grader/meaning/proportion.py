"""Whether counts fit weights, or chance would hardly ever give them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, lgamma, log

from labs.checks.http import REFUSED_BY_CHANCE


@dataclass(frozen=True, slots=True)
class Misfit:
    value: str
    count: int
    share: float
    """Of all, that it should have."""


def misfit(counts: Mapping[str, int], weights: Mapping[str, int]) -> Misfit | None:
    """The value whose count fits its weight least, if chance does not explain it.

    Exact two-sided binomial tails, each at an equal part of `REFUSED_BY_CHANCE`. A value without
    weight must not come at all. What spreads more evenly than chance fits, too.
    """
    total, whole = sum(counts.values()), sum(weights.values())
    for value in counts:
        if not weights.get(value):
            return Misfit(value, counts[value], 0.0)
    limit = REFUSED_BY_CHANCE / (2 * len(weights))
    tails = {
        value: _tail(counts.get(value, 0), total, weight / whole)
        for value, weight in weights.items()
        if weight
    }
    worst = min(tails, key=lambda value: tails[value])
    if tails[worst] >= limit:
        return None
    return Misfit(worst, counts.get(worst, 0), weights[worst] / whole)


def _tail(count: int, total: int, share: float) -> float:
    """The smaller of the chances of at most and of at least `count` among `total`."""
    if share >= 1.0:
        return 1.0 if count == total else 0.0
    chances = [_chance(number, total, share) for number in range(total + 1)]
    return min(sum(chances[: count + 1]), sum(chances[count:]))


def _chance(count: int, total: int, share: float) -> float:
    ways = lgamma(total + 1) - lgamma(count + 1) - lgamma(total - count + 1)
    return exp(ways + count * log(share) + (total - count) * log(1 - share))
