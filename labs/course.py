"""Finds the chapters and labs in the folder `labs` and loads them.

`load_course` must be quick (the first screen waits for it): it does not import pydantic, and so
does not look into the arguments of checks. `load_lab` does.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from labs import paths
from labs.document import closest, read_document
from labs.errors import LabError, UnknownLab
from labs.lab_file import LabPlace, read_lab
from labs.model import Chapter, Course, Lab

TITLE = {"en": "Kubernetes, from the operating system up", "zh": "Kubernetes:从操作系统学起"}
_CHAPTER_FOLDER = re.compile(r"[1-9][0-9]*-[a-z0-9-]+")


def load_course(seed: str = "", root: Path = paths.SOURCE) -> Course:
    """All chapters that have a folder, each with its labs. Raises LabError."""
    return Course(TITLE, tuple(_chapter(folder, seed, root) for folder in _chapters(root)))


def load_lab(lab_id: str, seed: str = "", root: Path = paths.SOURCE) -> Lab:
    """The lab `<chapter>/<name>`, with its checks validated. Raises UnknownLab, LabError."""
    from labs.check_arguments import complain_about_checks

    file = read_lab(find_lab(lab_id, root), seed)
    complain_about_checks(file)
    file.document.raise_first()
    return file.lab


def find_lab(lab_id: str, root: Path = paths.SOURCE) -> LabPlace:
    """Where a lab's files are. Raises UnknownLab."""
    places = {place.id: place for place in lab_places(root)}
    if lab_id not in places:
        remedy = closest(lab_id, list(places)) if places else "The course is empty."
        raise UnknownLab(f"There is no lab {lab_id!r}.", remedy)
    return places[lab_id]


def lab_places(root: Path = paths.SOURCE) -> list[LabPlace]:
    """Every folder with a lab.yaml, in the course's order."""
    return [place for folder in _chapters(root) for place in _labs(folder, root)]


def _chapters(root: Path) -> list[Path]:
    folders = (path.parent for path in (root / "labs").glob("*/chapter.yaml"))
    named = (folder for folder in folders if _CHAPTER_FOLDER.fullmatch(folder.name))
    return sorted(named, key=lambda folder: int(folder.name.partition("-")[0]))


def _labs(chapter: Path, root: Path) -> Iterator[LabPlace]:
    for path in sorted(chapter.glob("*/lab.yaml")):
        yield LabPlace(root, chapter.name, path.parent.name)


def _chapter(folder: Path, seed: str, root: Path) -> Chapter:
    path = folder / "chapter.yaml"
    shown = str(path.relative_to(root))
    chapter = read_document(path, shown)
    fields = chapter.fields(("number", "title", "summary"))
    number = fields["number"].integer()
    title, summary = fields["title"].text(), fields["summary"].text()
    chapter.document.raise_first()
    if number != int(folder.name.partition("-")[0]):
        raise LabError(
            f"is {number}, but the folder is {folder.name!r}.",
            "Make them the same.",
            f"{shown}:{fields['number'].line}",
            "number",
        )
    return Chapter(
        number, title, summary, tuple(_lab(place, seed) for place in _labs(folder, root))
    )


def _lab(place: LabPlace, seed: str) -> Lab:
    file = read_lab(place, seed)
    file.document.raise_first()
    return file.lab
