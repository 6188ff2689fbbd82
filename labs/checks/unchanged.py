"""`unchanged`: what must be as it was after setup."""

from typing import ClassVar

from labs.checks.model import CheckModel


class UnchangedCheck(CheckModel):
    """Objects (or a file of a node) are still those of the baseline: names, uids and `fields`."""

    example: ClassVar[str] = """
kind: Deployment
namespace: shop
name: docs
fields: [spec]
"""
    catches: ClassVar[tuple[str, ...]] = (
        "an object deleted and made anew with the same name and fields",
        "an object added beside those that were there",
    )
    untold: ClassVar[tuple[str, ...]] = (
        "kind",
        "fields",
        "recreated",
        "node",
    )

    kind: str = ""
    namespace: str = ""
    name: str = ""
    selector: str = ""
    fields: list[str] = []
    """Paths that must be as they were; without them only names and uids count."""
    recreated: bool = False
    """The objects may have been made anew under their names: only names and `fields` count."""
    node: str = ""
    file: str = ""
    """A file of `node`, compared by its content's hash."""
