"""What a lab's own functions see of the cluster: ways to read, and none to change anything."""

from collections.abc import Sequence
from datetime import datetime

from cluster.node import CommandResult
from grader.kubernetes.api import Object
from grader.kubernetes.objects import Selection, is_going
from grader.nodes.node_file import read_node_file
from grader.round import Round


class View:
    """Every read is kept with the verdict. What cannot be read ends the function: UNKNOWN."""

    def __init__(self, round_: Round) -> None:
        self._round = round_

    def objects(self, kind: str, namespace: str = "", selector: str = "") -> tuple[Object, ...]:
        """Without those under deletion."""
        found = Selection(kind, namespace, selector=selector).read(self._round)
        return tuple(item for item in found if not is_going(item))

    def object(self, kind: str, name: str, namespace: str = "") -> Object | None:
        return self._round.object(kind, name, namespace)

    def file(self, node: str, path: str) -> str | None:
        """The text of a file; None when no file is there."""
        found = read_node_file(self._round, node, path)
        return found.content if found is not None and found.kind == "file" else None

    def run(self, node: str, argv: Sequence[str]) -> CommandResult:
        """A command that only reads."""
        return self._round.run(node, argv)

    def time(self) -> datetime:
        """By the API server's clock."""
        return self._round.api_time()
