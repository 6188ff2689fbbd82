"""Scripts of a shell in one spelling: blanks, line ends and quotes where they make no difference.

Where that would take a real shell to know, a script is left as it is written.
"""

import re

_TOO_HARD = re.compile(r"\\|`|<<|#|\bcase\b|;\s*;|\n\s*;|\$\{|\[\[|\x00")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_OPENING = re.compile(r"((?:^|[;\n]) ?)(do|then|else|\{)\n|((?:\(\)|&&|(?<!>)\|) ?)(\{)\n")
"""Where a line's end means nothing: behind a word that opens a list, in a command's place."""


def normal_script(script: str) -> str:
    """Equal for scripts that differ in layout only; never equal for scripts that do not."""
    nested = '"' in script and "$(" in script
    rest = _QUOTED.sub("", script)
    if _TOO_HARD.search(script) or nested or "'" in rest or '"' in rest:
        return script
    quoted: list[str] = []

    def put_away(found: re.Match[str]) -> str:
        quoted.append(_one_quote(found[0]))
        return f"\x00{len(quoted) - 1}\x00"

    text = _layout(_QUOTED.sub(put_away, script))
    return re.sub(r"\x00(\d+)\x00", lambda found: quoted[int(found[1])], text)


def _one_quote(quoted: str) -> str:
    inside = quoted[1:-1]
    return quoted if set(inside) & set("$'!") else f"'{inside}'"


def _layout(text: str) -> str:
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r" ?\n[ \n]*", "\n", text).strip()
    text = _OPENING.sub(lambda found: found[0][:-1] + " ", text)
    text = re.sub(r"(?<=[;(])\n|(?<=[^>][|&])\n", " ", text).replace("\n", "; ")
    text = re.sub(r" ?; ?", "; ", text)
    text = re.sub(r" ?(&&|\|\||(?<![&|>])\|(?![&|])) ?", r" \1 ", text)
    return text.strip(" ;")
