"""A lab of the least that the schema asks for, its steps and criteria made to order."""

from pathlib import Path
from typing import Any

from labs.model import CheckSpec, Criterion, Lab, Requirement, Step


def criterion(id_: str, check: str, /, **args: Any) -> Criterion:
    return Criterion(id_, CheckSpec(check, args), ("R1",), points=2)


def text(english: str) -> dict[str, str]:
    return {"en": english}


def step(id_: str, *criteria: Criterion) -> Step:
    requirement = Requirement("R1", text(f"do {id_}"))
    return Step(id_, text(id_.title()), text(""), (requirement,), criteria, (), text(""))


def lab(*steps: Step, **changes: Any) -> Lab:
    fields: dict[str, Any] = {
        "id": "8/sample",
        "chapter": 8,
        "name": "sample",
        "title": text("Sample"),
        "summary": text(""),
        "source": "",
        "supports": {},
        "profile": "node-1",
        "target_seconds": 60,
        "steps": steps,
        "setup": (),
        "ready": (),
        "cleanup": (),
        "solutions": (),
        "wrong": (),
        "notebook": Path("x.ipynb"),
        "folder": Path("."),
    }
    return Lab(**(fields | changes))
