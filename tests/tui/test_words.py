"""The app's words: the same in every language, none missing, none left over."""

import re
import string

from labs import paths
from tui.words import WORDS


def test_every_word_takes_the_same_values_in_every_language() -> None:
    def values(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert not [
        key for key, (english, chinese) in WORDS.items() if values(english) != values(chinese)
    ]


def test_every_word_that_the_code_says_exists_and_none_is_left_over() -> None:
    sources = "".join(
        path.read_text() for path in (paths.SOURCE / "tui").rglob("*.py") if path.name != "words.py"
    )
    said = set(re.findall(r"[\"']([a-z]+(?:[._][a-z_]+)*)[\"']", sources))
    built = {key for key in WORDS if key.split(".")[0] in ("profile", "failed", "palette")}
    assert not {key for key in re.findall(r'say\(\s*"([^"{]+)"', sources) if key not in WORDS}
    assert not set(WORDS) - said - built, "these are never said"
