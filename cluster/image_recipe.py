"""What a recipe in vm-images/ declares, and the hash of all that an image is made from."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import yaml

from labs import paths
from labs.errors import SeatrialError

FOLDER = paths.SOURCE / "vm-images"
"""One folder per recipe."""


_NOT_IN_AN_IMAGE = ("_test.go", ".md")


class UnknownRecipe(SeatrialError):
    """No recipe has the name that was asked for."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One script of a recipe. `seconds` is how long it took where it was measured."""

    script: str
    title: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Recipe:
    name: str
    folder: Path
    kubernetes: str
    command_line: str
    needed_disk: int
    """Bytes, at the worst moment of a build."""
    phases: tuple[Phase, ...]
    hash: str


def load_recipe(name: str) -> Recipe:
    """Read vm-images/<name>/recipe.yaml. Raises UnknownRecipe."""
    folder = FOLDER / name
    file = folder / "recipe.yaml"
    if not file.is_file():
        known = ", ".join(sorted(path.parent.name for path in FOLDER.glob("*/recipe.yaml")))
        raise UnknownRecipe(f"There is no image recipe “{name}”.", f"There are: {known}.")
    declared = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Recipe(
        name=name,
        folder=folder,
        kubernetes=str(declared["kubernetes"]),
        command_line=declared["command_line"],
        needed_disk=int(declared["needed_disk_gib"] * 2**30),
        phases=tuple(
            Phase(phase["script"], phase["title"], float(phase["seconds"]))
            for phase in declared["phases"]
        ),
        hash=recipe_hash(folder),
    )


def recipe_hash(folder: Path) -> str:
    """Of the names, modes and contents of all files but tests of Go programs, and documents."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.name.endswith(_NOT_IN_AN_IMAGE):
            continue
        executable = bool(file.stat().st_mode & 0o100)
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(folder)}\0{executable}\0{content}\n".encode())
    return digest.hexdigest()[:12]
