"""A row of the corpus: a task, how it is judged, and work that is right, wrong or unseen."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, model_validator

from grader.checks.registry import REGISTRY
from grader.meaning.duration import seconds
from labs.model import CheckSpec, Criterion
from tests.grader.cases.change import Change
from tests.grader.cases.plan import Strict

CASES = Path(__file__).parent
LEAST_TELLING = 8
"""Characters that a reason must have, so that it is one."""


class Case(Strict):
    """`failed` and `unknown`: by criterion, a part of the reason, or all of it as `=text`, or a
    regular expression as `/text/`; `all` stands for every criterion."""

    name: str
    is_: Literal["right", "wrong", "unseen"] = Field(alias="is")
    change: tuple[Change, ...] = Field(default=(), strict=False)
    later: tuple[Change, ...] = Field(default=(), strict=False)
    """What happens between two looks; without it there is one look."""
    find: str = ""
    """What the grader says instead, while it is wrong about this: the case must fail till then."""
    untouched: bool = False
    """Whether controllers have not seen the change yet."""
    failed: dict[str, str] = {}
    unknown: dict[str, str] = {}

    @model_validator(mode="after")
    def _says_what_is_expected(self) -> "Case":
        if not self.change and not self.later:
            raise ValueError(f"{self.name}: nothing is changed")
        if (self.is_ == "wrong") != bool(self.failed):
            raise ValueError(f"{self.name}: exactly what is wrong fails, and says why")
        if (self.is_ == "right" and self.unknown) or (self.is_ == "unseen" and not self.unknown):
            raise ValueError(f"{self.name}: exactly what is unseen is unknown, and says why")
        for reason in (*self.failed.values(), *self.unknown.values()):
            if len(reason.strip("/=")) < LEAST_TELLING:
                raise ValueError(f"{self.name}: {reason!r} tells nothing")
            if reason.startswith("/"):
                re.compile(reason.strip("/"))
        return self


class RowModel(Strict):
    row: str = Field(pattern=r"^[VF]\d\d$")
    task: str
    world: str
    namespace: str = ""
    """Of the objects that changes name without one."""
    before: tuple[Change, ...] = Field(default=(), strict=False)
    """What was different when the lab began, beside what the world says of that."""
    criteria: dict[str, dict[str, Any]]
    not_yet: list[str] = []
    """What the row of verifications.md asks and today's checks cannot express."""
    cases: tuple[Case, ...] = Field(strict=False)

    @model_validator(mode="after")
    def _names_agree(self) -> "RowModel":
        names = [case.name for case in self.cases]
        if len(set(names)) != len(names):
            raise ValueError("two cases have one name")
        for case in self.cases:
            for name in {*case.failed, *case.unknown} - {"all"}:
                if name not in self.criteria:
                    raise ValueError(f"{case.name}: there is no criterion {name}")
        return self


class Row:
    """A row that was read, its criteria as a lab has them."""

    def __init__(self, path: Path, model: RowModel) -> None:
        self.name = path.stem
        self.id = model.row
        self.world = model.world
        self.namespace = model.namespace
        self.before = model.before
        self.cases = model.cases
        self.criteria = tuple(_criterion(id_, spec) for id_, spec in model.criteria.items())


def _criterion(id_: str, spec: Mapping[str, Any]) -> Criterion:
    kinds = [key for key in spec if key not in ("stable", "eventually")]
    if len(kinds) != 1:
        raise ValueError(f"{id_}: one check, not {kinds}")
    args = spec[kinds[0]]
    REGISTRY[kinds[0]].model.model_validate(args)
    stable = seconds(str(spec.get("stable", "0s")))
    return Criterion(id_, CheckSpec(kinds[0], args), ("R1",), points=1, stable=stable)


def load_row(path: Path) -> Row:
    """Raises pydantic.ValidationError, ValueError."""
    model = RowModel.model_validate(yaml.safe_load(path.read_text()))
    if not path.stem.startswith(model.row.lower()):
        raise ValueError(f"{path.name} holds row {model.row}")
    return Row(path, model)


def load_rows(folder: Path = CASES) -> list[Row]:
    return [load_row(path) for path in sorted(folder.glob("[vf][0-9][0-9]-*.yaml"))]
