"""A lab's notebook as cells by step, rendered with the lab's variables. Runs nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from labs.errors import LabError
from labs.model import Lab
from labs.variables import render, unknown_placeholders

Role = Literal["text", "look", "solution"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `step` is "" for the introduction, `node` "" for the first node of the profile."""

    step: str
    role: Role
    node: str
    source: str
    index: int
    """Its position in the notebook."""
    code: bool

    @property
    def markdown(self) -> bool:
        return not self.code

    @property
    def command(self) -> str:
        """The source without the `%node` line: what a person would type on the node."""
        return split_node(self.source)[1]


@dataclass(frozen=True, slots=True)
class Notebook:
    lab_id: str
    cells: tuple[Cell, ...]

    def of_step(self, step_id: str) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.step == step_id)

    def solution_of(self, step_id: str) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.of_step(step_id) if cell.role == "solution")


def load_notebook(lab: Lab) -> Notebook:
    """The lab's notebook, rendered. Raises LabError with the file and the cell."""
    document = read_rendered(lab.notebook, lab.variables)
    cells = enumerate(document["cells"])
    return Notebook(lab.id, tuple(_cell(raw, index, lab.notebook) for index, raw in cells))


def read_rendered(path: Path, variables: Mapping[str, str]) -> dict[str, Any]:
    """The notebook as JSON with every cell's source as one rendered text. Raises LabError."""
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        cells = list(document["cells"])
        for index, cell in enumerate(cells):
            source = cell["source"]
            text = source if isinstance(source, str) else "".join(source)
            for name, _ in unknown_placeholders(text, variables):
                raise _error(path, index, f"{{{{{name}}}}} is not a variable of this lab.")
            cell["source"] = render(text, variables)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabError(
            f"is no notebook that can be read ({error}).",
            "Write it by JupyterLab, or restore it from version control.",
            path.name,
        ) from error
    return document


def split_node(source: str) -> tuple[str, str]:
    """The node that a first line `%node NAME` chooses ("" without one), and the rest."""
    first, _, rest = source.partition("\n")
    words = first.split()
    return (words[1], rest) if len(words) == 2 and words[0] == "%node" else ("", source)


def _cell(raw: Mapping[str, Any], index: int, path: Path) -> Cell:
    ours = raw.get("metadata", {}).get("seatrial", {})
    code = raw.get("cell_type") == "code"
    role = ours.get("role", "look" if code else "text")
    if role not in ("text", "look", "solution"):
        raise _error(path, index, f"role {role!r} is none of text, look, solution.")
    source = raw["source"]
    node = split_node(source)[0] if code else ""
    return Cell(ours.get("step", ""), role, node, source, index, code)


def _error(path: Path, index: int, message: str) -> LabError:
    return LabError(message, "Correct the cell.", f"{path.name} cell {index + 1}")
