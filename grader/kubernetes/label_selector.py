"""Label selectors as kubectl writes them, evaluated here: `app=web,tier in (a,b),!old`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from labs.errors import SeatrialError


class SelectorError(SeatrialError):
    """A selector in a check cannot be read: the lab's author made a mistake."""


@dataclass(frozen=True, slots=True)
class Requirement:
    key: str
    operator: str
    """in, notin, exists or absent."""
    values: frozenset[str] = frozenset()

    def accepts(self, labels: Mapping[str, str]) -> bool:
        """As the API server would: a missing label satisfies `notin`, as it satisfies `absent`."""
        if self.operator == "exists":
            return self.key in labels
        if self.operator == "absent":
            return self.key not in labels
        if self.operator == "in":
            return labels.get(self.key) in self.values
        return labels.get(self.key) not in self.values


_KEY = r"[A-Za-z0-9][A-Za-z0-9._/-]*"
_TERM = re.compile(
    rf"\s*(?:(?P<absent>!\s*{_KEY})"
    rf"|(?P<set>{_KEY})\s+(?P<word>in|notin)\s*\((?P<values>[^()]*)\)"
    rf"|(?P<key>{_KEY})\s*(?:(?P<sign>==|=|!=)\s*(?P<value>[A-Za-z0-9._-]*))?)\s*(?:,|$)"
)


def parse_selector(text: str) -> tuple[Requirement, ...]:
    """Raises SelectorError. An empty selector accepts everything."""
    requirements, at = [], 0
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None:
            raise SelectorError(f"The selector {text!r} cannot be read.", "Write app=web,tier!=old")
        requirements.append(_requirement(found))
        at = found.end()
    return tuple(requirements)


def _requirement(found: re.Match[str]) -> Requirement:
    if found["absent"]:
        return Requirement(found["absent"].lstrip("! "), "absent")
    if found["set"]:
        values = frozenset(value.strip() for value in found["values"].split(","))
        return Requirement(found["set"], found["word"], values)
    if found["sign"] is None:
        return Requirement(found["key"], "exists")
    operator = "notin" if found["sign"] == "!=" else "in"
    return Requirement(found["key"], operator, frozenset({found["value"]}))
