"""Debian's versions, `[epoch:]upstream[-revision]`, in the order of deb-version(7)."""

import re
from dataclasses import dataclass
from functools import total_ordering
from itertools import zip_longest

_GRAMMAR = re.compile(r"(?:(\d+):)?([0-9A-Za-z.+~:-]*?)(?:-([0-9A-Za-z.+~]+))?")
_PIECE = re.compile(r"([^0-9]*)([0-9]*)")


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class DebianVersion:
    epoch: int
    upstream: str
    revision: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DebianVersion) and _order(self, other) == 0

    def __lt__(self, other: "DebianVersion") -> bool:
        return _order(self, other) < 0

    __hash__ = None  # type: ignore[assignment]


def parse_version(text: str) -> DebianVersion | None:
    """None when `text` is no version."""
    found = _GRAMMAR.fullmatch(text.strip())
    if found is None or not found[2] or not found[2][0].isdigit():
        return None
    return DebianVersion(int(found[1] or 0), found[2], found[3] or "")


def _order(left: DebianVersion, right: DebianVersion) -> int:
    if left.epoch != right.epoch:
        return -1 if left.epoch < right.epoch else 1
    return compare_part(left.upstream, right.upstream) or compare_part(
        left.revision, right.revision
    )


def compare_part(left: str, right: str) -> int:
    """Of two upstream versions (or two revisions): -1, 0 or 1. An absent revision is `0`."""
    pairs = zip_longest(_PIECE.findall(left), _PIECE.findall(right), fillvalue=("", ""))
    for (words, digits), (other_words, other_digits) in pairs:
        one, two = _ranks(words, other_words)
        numbers = int(digits or 0), int(other_digits or 0)
        if one != two:
            return -1 if one < two else 1
        if numbers[0] != numbers[1]:
            return -1 if numbers[0] < numbers[1] else 1
    return 0


def _ranks(left: str, right: str) -> tuple[list[int], list[int]]:
    """`~` sorts before the end, letters after it, all other characters after letters."""

    def rank(char: str) -> int:
        if char == "~":
            return -1
        return 0 if not char else ord(char) if char.isalpha() else ord(char) + 256

    length = max(len(left), len(right))
    return (
        [rank(left[at : at + 1]) for at in range(length)],
        [rank(right[at : at + 1]) for at in range(length)],
    )
