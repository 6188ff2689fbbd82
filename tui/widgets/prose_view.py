"""Shows a text of a lab or a notebook, block by block."""

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
        .heading { text-style: bold; color: $text-accent; }
        .paragraph { margin-bottom: 1; }
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
        for place, block in enumerate(self._blocks):
            if block.kind is BlockKind.ITEM:
                after = self._blocks[place + 1 : place + 2]
                last = not after or after[0].kind is not BlockKind.ITEM
                yield _item(block, last)
            elif block.kind is BlockKind.CODE:
                yield Static(Content(block.text), classes="code")
            elif block.kind is not BlockKind.RULE:
                yield Static(styled(block.text), classes=block.kind.value)


def _item(block: Block, last: bool) -> Horizontal:
    sign = Static(Content(block.sign), classes="sign")
    sign.styles.margin = (0, 0, 0, 2 * block.depth)
    text = Static(styled(block.text), classes="item-text")
    return Horizontal(sign, text, classes="item last" if last else "item")
