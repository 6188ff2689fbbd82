"""Shows a text of a lab or a notebook, block by block."""

from itertools import groupby

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui.prose import Block, BlockKind, blocks, styled


class ProseView(Vertical):
    """A text in the little Markdown of labs. Immutable: mount another for another text."""

    DEFAULT_CSS = """
    ProseView {
        height: auto;
        .paragraphs { margin-bottom: 1; }
        .code { color: $text-primary; background: $panel; padding: 0 1; margin-bottom: 1;
                text-wrap: nowrap; text-overflow: ellipsis; }
        .quote { color: $muted; border-left: outer $border; padding-left: 1;
                 margin-bottom: 1; }
        .item { height: auto; }
        .sign { width: auto; min-width: 2; padding-right: 1; color: $text-accent; }
        .item-text { width: 1fr; }
        .last { margin-bottom: 1; }
    }
    """

    def __init__(self, text: str, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._blocks = blocks(text)

    def compose(self) -> ComposeResult:
        for kind, group in groupby(self._blocks, lambda block: _WIDGETS[block.kind]):
            blocks = list(group)
            if kind == "items":
                yield from (_item(block, block is blocks[-1]) for block in blocks)
            elif kind == "paragraphs":
                yield Static(_paragraphs(blocks), classes=kind)
            else:
                for block in blocks:
                    text = Content(block.text) if kind == "code" else styled(block.text)
                    yield Static(text, classes=kind)


_WIDGETS = {
    BlockKind.HEADING: "paragraphs",
    BlockKind.PARAGRAPH: "paragraphs",
    BlockKind.ITEM: "items",
    BlockKind.CODE: "code",
    BlockKind.QUOTE: "quote",
}
"""Headings and paragraphs in a row share one widget: every widget costs at each layout."""


def _paragraphs(blocks: list[Block]) -> Content:
    parts: list[Content] = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            parts.append(Content.styled(block.text, "bold $text-accent") + "\n")
        else:
            parts.append(styled(block.text) + "\n\n")
    return Content("").join(parts).rstrip()


def _item(block: Block, last: bool) -> Horizontal:
    sign = Static(Content(block.sign), classes="sign")
    sign.styles.margin = (0, 0, 0, 2 * block.depth)
    text = Static(styled(block.text), classes="item-text")
    return Horizontal(sign, text, classes="item last" if last else "item")
