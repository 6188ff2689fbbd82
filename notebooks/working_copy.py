"""The learner's own copy of a lab's notebook: rendered once, then theirs to edit and to keep."""

import hashlib
import json
from pathlib import Path

from labs import paths
from labs.model import Lab
from notebooks.book import read_rendered

_LEDGER = ".copies.json"
"""File name of every copy by the hash of the rendered notebook that it was made from."""


def working_copy(lab: Lab, root: Path | None = None) -> Path:
    """The copy that was made from this very notebook, made now if there is none.

    A notebook (or a variable) that has changed gets a new copy; older ones stay. Raises LabError.
    """
    folder = (root or paths.state() / "notebooks") / lab.id.replace("/", "-")
    rendered = json.dumps(read_rendered(lab.notebook, lab.variables), indent=1, ensure_ascii=False)
    source = hashlib.sha256(rendered.encode()).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    copies = _copies(folder)
    if source in copies and (folder / copies[source]).is_file():
        return folder / copies[source]
    copy = _free_name(folder, lab.name)
    _write(copy, rendered)
    _write(folder / _LEDGER, json.dumps({**copies, source: copy.name}, indent=1))
    return copy


def _copies(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / _LEDGER).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _free_name(folder: Path, name: str) -> Path:
    number, path = 1, folder / f"{name}.ipynb"
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.ipynb"
    return path


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
