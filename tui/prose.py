"""The little Markdown that labs and notebooks are written in, as blocks of styled text. Parsing
only; what it does not know stays as it was written, and nothing is ever markup."""

import re
from dataclasses import dataclass
from enum import Enum

from textual.content import Content

_INLINE = re.compile(
    r"(?P<code>`+)(?P<code_text>.+?)(?P=code)"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|(?<!\w)[*_](?P<emphasis>[^*_\s][^*_]*)[*_](?!\w)"
    r"|\[(?P<label>[^\]]+)\]\((?P<url>[^)\s]+)\)"
)
_BULLET = re.compile(r"^(?P<indent>\s*)(?P<sign>[-*+]|\d+[.)])\s+(?P<text>.*)$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")


class BlockKind(Enum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Block:
    """`sign` is an item's bullet or number, `depth` its indentation in levels."""

    kind: BlockKind
    text: str
    sign: str = ""
    depth: int = 0


def blocks(text: str) -> list[Block]:
    """The blocks of a text. Tables are shown as they were typed."""
    found: list[Block] = []
    lines = iter(text.splitlines())
    for line in lines:
        if line.lstrip().startswith("```"):
            code = []
            for inner in lines:
                if inner.lstrip().startswith("```"):
                    break
                code.append(inner)
            found.append(Block(BlockKind.CODE, "\n".join(code)))
        else:
            _add_line(found, line)
    return [block for block in found if block.text]


def _add_line(found: list[Block], line: str) -> None:
    stripped = line.strip()
    last = found[-1] if found else None
    if heading := _HEADING.match(line):
        found.append(Block(BlockKind.HEADING, heading[2]))
    elif re.fullmatch(r"(-{3,}|\*{3,})", stripped):
        found.append(Block(BlockKind.PARAGRAPH, ""))
    elif stripped.startswith("|"):
        _extend(found, BlockKind.CODE, stripped, "\n")
    elif stripped.startswith(">"):
        _extend(found, BlockKind.QUOTE, stripped[1:].strip(), " ")
    elif item := _BULLET.match(line):
        sign = item["sign"] if item["sign"][0].isdigit() else "•"
        found.append(Block(BlockKind.ITEM, item["text"], sign, len(item["indent"]) // 2))
    elif not stripped:
        found.append(Block(BlockKind.PARAGRAPH, ""))
    elif last and last.text and last.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM):
        joined = _join(last.text, stripped)
        found[-1] = Block(last.kind, joined, last.sign, last.depth)
    else:
        found.append(Block(BlockKind.PARAGRAPH, stripped))


def _extend(found: list[Block], kind: BlockKind, text: str, separator: str) -> None:
    if found and found[-1].kind is kind and found[-1].text:
        found[-1] = Block(kind, found[-1].text + separator + text)
    else:
        found.append(Block(kind, text))


def _join(before: str, after: str) -> str:
    """Two lines of one paragraph; Chinese runs on without a space."""
    wide = ord(before[-1]) > 0x2E80 and ord(after[0]) > 0x2E80
    return before + after if wide else f"{before} {after}"


def styled(text: str) -> Content:
    """A line with its code, strong, emphasised and linked parts styled."""
    parts: list[str | tuple[str, str]] = []
    end = 0
    for match in _INLINE.finditer(text):
        parts.append(text[end : match.start()])
        if match["code"]:
            parts.append((match["code_text"], "$text-primary"))
        elif match["strong"]:
            parts.append((match["strong"], "bold"))
        elif match["emphasis"]:
            parts.append((match["emphasis"], "italic"))
        else:
            parts.append((match["label"], "underline"))
            parts.append((f" ({match['url']})", "$muted"))
        end = match.end()
    parts.append(text[end:])
    return Content.assemble(*parts)
