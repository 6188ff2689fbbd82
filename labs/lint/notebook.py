"""Rules on a lab's notebook: steps as in the lab, each with a solution, and no stored output."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from labs.document import Complaint, closest, unknown_placeholder
from labs.lab_file import LabFile
from labs.variables import render, unknown_placeholders

ROLES = ("text", "look", "solution")
KERNEL = "seatrial"


@dataclass(frozen=True, slots=True)
class _Notebook:
    """The notebook under check, and the lab's document, which collects what is wrong."""

    file: LabFile
    shown: str
    nodes: Collection[str]

    def complain(self, place: str, field: str, message: str, remedy: str) -> None:
        where = f"{self.shown} {place}".rstrip()
        self.file.document.problems.append(Complaint(where, field, message, remedy))


def check_notebook(file: LabFile, nodes: Collection[str]) -> None:
    path = file.place.notebook
    book = _Notebook(file, str(path.relative_to(file.place.root)), nodes)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        cells = list(document["cells"])
    except FileNotFoundError:
        book.complain("", "", "is missing.", "Write the lab's notebook there.")
        return
    except (OSError, ValueError, KeyError, TypeError) as error:
        book.complain("", "", f"is no notebook ({error}).", "Save it by JupyterLab.")
        return
    _check_metadata(book, document.get("metadata", {}))
    for number, cell in enumerate(cells, 1):
        _check_cell(book, f"cell {number}", cell)
    _check_steps(book, cells)


def _check_metadata(book: _Notebook, metadata: Mapping[str, Any]) -> None:
    if metadata.get("kernelspec", {}).get("name") != KERNEL:
        book.complain(
            "", "metadata.kernelspec", "is not our kernel.", f"Set its name to {KERNEL!r}."
        )
    lab = metadata.get("seatrial", {}).get("lab")
    if lab != book.file.lab.id:
        remedy = f"Write {book.file.lab.id!r}."
        book.complain("", "metadata.seatrial.lab", f"says {lab!r}.", remedy)


def _check_cell(book: _Notebook, place: str, cell: Mapping[str, Any]) -> None:
    ours = cell.get("metadata", {}).get("seatrial", {})
    known = [step.id for step in book.file.lab.steps]
    step, role = ours.get("step"), ours.get("role")
    if step is None or (step and step not in known):
        remedy = f'"" is the introduction. {closest(str(step), known)}'
        book.complain(place, "metadata.seatrial.step", f"there is no step {step!r}.", remedy)
    if role not in ROLES:
        message = f"there is no role {role!r}."
        book.complain(place, "metadata.seatrial.role", message, closest(str(role), ROLES))
    if (role == "text") != (cell.get("cell_type") == "markdown"):
        message = f"the role {role!r} does not go with a {cell.get('cell_type')} cell."
        remedy = "Markdown cells are text; code cells are look or solution."
        book.complain(place, "metadata.seatrial.role", message, remedy)
    if cell.get("outputs") or cell.get("execution_count") is not None:
        book.complain(place, "outputs", "stores what it printed.", "Clear all outputs, then save.")
    _check_source(book, place, "".join(cell.get("source", "")))


def _check_source(book: _Notebook, place: str, source: str) -> None:
    values = book.file.document.values
    for name, _ in unknown_placeholders(source, values):
        book.complain(place, "source", *unknown_placeholder(name, values))
    words = render(source, values).partition("\n")[0].split()
    if words[:1] == ["%node"] and book.nodes and not set(words[1:]) & set(book.nodes):
        message = f"there is no node {' '.join(words[1:])!r}."
        book.complain(place, "source", message, closest(" ".join(words[1:]), list(book.nodes)))


def _check_steps(book: _Notebook, cells: list[Mapping[str, Any]]) -> None:
    marks = [cell.get("metadata", {}).get("seatrial", {}) for cell in cells]
    solved = {mark.get("step") for mark in marks if mark.get("role") == "solution"}
    known = [step.id for step in book.file.lab.steps]
    for step in known:
        if step not in solved:
            remedy = f'Add a code cell with role "solution" and step "{step}".'
            book.complain("", "", f"step {step!r} has no solution cell.", remedy)
    order = [known.index(mark["step"]) for mark in marks if mark.get("step") in known]
    if order != sorted(order):
        book.complain(
            "", "", "its steps are not in the lab's order.", f"Order: {', '.join(known)}."
        )
