"""The variables of a lab: drawn from an attempt's seed, and put in place of `{{name}}`.

Drawing depends on seed, lab and name alone: an attempt can be rendered again years later.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")
"""No blanks inside, so that Go templates (`{{ .items }}`, `{{ end }}`) can be written with them."""

TOKEN_LETTERS = "bcdfghjkmnpqrstvwxz"
TOKEN_SYMBOLS = TOKEN_LETTERS + "23456789"
"""Nothing that looks like something else, no vowels to make words with; a token is a DNS label."""

Value = str | int
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Draw:
    """The source of chance for one variable of one attempt."""

    seed: str
    lab_id: str
    name: str

    def below(self, limit: int, position: int = 0) -> int:
        """A number from 0 to limit - 1, another one for every `position`."""
        text = "\0".join((self.seed, self.lab_id, self.name, str(position)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()) % limit

    def pick(self, choices: list[Value]) -> Value:
        return choices[self.below(len(choices))]

    def token(self, length: int) -> str:
        first = TOKEN_LETTERS[self.below(len(TOKEN_LETTERS))]
        rest = (TOKEN_SYMBOLS[self.below(len(TOKEN_SYMBOLS), i)] for i in range(1, length))
        return first + "".join(rest)

    def between(self, low: int, high: int) -> int:
        """A number from low to high, both included."""
        return low + self.below(high - low + 1)


def render(text: str, values: Values) -> str:
    """`text` with every known placeholder replaced; unknown ones stay as they are."""

    def replacement(found: re.Match[str]) -> str:
        name = found.group(1)
        return str(values[name]) if name in values else found.group(0)

    return PLACEHOLDER.sub(replacement, text)


def render_value(text: str, values: Values) -> Value:
    """As `render`, but a text that is one placeholder and nothing else stays a number."""
    whole = PLACEHOLDER.fullmatch(text)
    if whole and whole.group(1) in values:
        return values[whole.group(1)]
    return render(text, values)


def unknown_placeholders(text: str, values: Values) -> Iterator[tuple[str, int]]:
    """Names in `text` that no variable has, each with the number of the line it is in (from 0)."""
    for found in PLACEHOLDER.finditer(text):
        if found.group(1) not in values:
            yield found.group(1), text.count("\n", 0, found.start())
