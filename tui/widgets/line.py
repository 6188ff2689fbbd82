"""Text that is drawn again and again: costs nothing unless it changed, and no layout unless its
shape may have changed."""

from textual.content import Content
from textual.widgets import Static


class Line(Static):
    """`show` takes text as it is, or styled content."""

    _shown: Content | None = None

    def show(self, text: str | Content) -> None:
        content = Content(text) if isinstance(text, str) else text
        before = self._shown
        if before is not None and before.is_same(content):
            return
        self._shown = content
        one_line = "\n" not in content.plain and self.size.height == 1
        same_shape = before is not None and before.cell_length == content.cell_length
        self.update(content, layout=not (one_line and same_shape))
