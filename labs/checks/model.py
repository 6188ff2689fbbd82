"""What all checks share: strict arguments, expected values, and what authors read of them."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Duration = Annotated[str, Field(pattern=r"^\d+(ms|s|m|h)$", examples=["30s", "500ms"])]
Selection = Literal["every", "any", "none"]

EXPECTED = "expected value"
EXPECTATIONS = "expectations"

Expected = Annotated[Any, EXPECTED]
"""A plain value (compared by meaning: quantities, numbers, image references, case-exact text), or a
mapping of operators, all of which must hold: see `OPERATORS`."""

OPERATORS = frozenset(
    {"eq", "ne", "gt", "ge", "lt", "le", "in", "not_in", "contains", "matches", "exists"}
    | {"quantity", "image", "duration", "set", "count", "has"}
    | {"cron", "argv", "instant", "network", "version"}
)

Expectations = Annotated[dict[str, Any], EXPECTATIONS]
"""Path to expected value. Path: `spec.template.spec.containers[name=web].image`; a key with dots is
quoted: `metadata.labels."app.kubernetes.io/name"`; `[]` stands for every item of a list, `[any]`
for at least one."""


class CheckModel(BaseModel):
    """Base of all check arguments: unknown fields are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )

    example: ClassVar[str]
    """The arguments of one use, as YAML; a test reads it by the model."""
    catches: ClassVar[tuple[str, ...]]
    """Wrong work that it does not pass, in a few words each: the reference page lists them."""
    untold: ClassVar[tuple[str, ...]] = ()
    """Names of fields (of nested mappings, too) that say how we look: the linter does not ask that
    a step's text tells their values."""


def marked(model: type[CheckModel], mark: str) -> frozenset[str]:
    """The fields, by their names in lab.yaml, that hold `EXPECTED` values or `EXPECTATIONS`."""
    return frozenset(
        info.alias or name for name, info in model.model_fields.items() if mark in info.metadata
    )
