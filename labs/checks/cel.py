"""`cel`: an expression of the Common Expression Language over what was read."""

import re
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from labs.cel import NAME, RESERVED
from labs.checks.model import CelText, CheckModel


class CelInput(CheckModel):
    """One variable: objects of a kind (a list), one object by `name`, or a file of a node."""

    kind: str = ""
    api_version: str = ""
    namespace: str = ""
    name: str = ""
    """One object, which must be there; without it the variable is a list."""
    selector: str = ""
    """Labels, as for `kubectl -l`."""
    min: int = 1
    """How many objects must be there: of an empty list, `all()` would be true."""
    node: str = ""
    path: str = ""
    """A file of `node`."""
    format: Literal["yaml", "json", "toml", "ini"] = "yaml"

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if bool(self.kind) == bool(self.node and self.path):
            raise ValueError("an input has a kind, or a node and a path")
        return self

    @property
    def is_list(self) -> bool:
        return bool(self.kind) and not self.name


class CelCheck(CheckModel):
    """What several objects or files have to do with each other, in Kubernetes' own expression
    language, with its extensions strings, optional and math, and `quantity(x)`: a double, as exact
    as doubles are (whole numbers up to 2^53). A key that is not there fails; ask `has()` first, or
    write `.?key.orValue(…)`. Objects under deletion are left out. Dates of YAML are texts."""

    example: ClassVar[str] = """
inputs:
  pods: {kind: Pod, namespace: shop, selector: app=web}
  node: {kind: Node, name: k8s-node1}
expression: >-
  pods.all(p, p.spec.nodeName == node.metadata.name) && size(pods) >= 2
message: all pods of web run on k8s-node1
"""
    catches: ClassVar[tuple[str, ...]] = (
        "an empty selection, of which everything would be true",
        "a field that is misspelt, so that nothing is compared",
        "two objects of which each is right, and which do not fit together",
    )
    untold: ClassVar[tuple[str, ...]] = (
        *("inputs", "kind", "api_version", "node", "min", "format"),
        *("expression", "message"),
    )

    inputs: dict[str, CelInput] = Field(min_length=1)
    """The variables by their names."""
    expression: CelText
    message: str
    """For the learner, before the reason: what should be true."""

    @model_validator(mode="after")
    def _names_are_variables(self) -> Self:
        for name in self.inputs:
            if not re.match(NAME, name) or name in RESERVED:
                raise ValueError(f"{name!r} cannot be the name of a variable")
        return self
