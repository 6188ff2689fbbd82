"""The rule on expressions: each can be read, and knows its variables."""

from collections.abc import Iterator

from labs.cel import CelError, compiled
from labs.check_arguments import check_fields
from labs.checks.model import CEL, CheckModel, marked
from labs.checks.registry import CHECKS
from labs.document import Field
from labs.lab_file import LabFile

_OF_RESOURCES = frozenset({"object"})


def check_cel(file: LabFile) -> None:
    for check in check_fields(file):
        for kind, arguments in check.entries().items():
            fields = arguments.entries()
            names, lists = _variables(fields.get("inputs"))
            for name in marked(CHECKS.get(kind, CheckModel), CEL) & fields.keys():
                for field in _texts(fields[name]):
                    _check(field, names, lists)


def _variables(inputs: Field | None) -> tuple[frozenset[str], frozenset[str]]:
    """All names, and those of lists."""
    if inputs is None:
        return _OF_RESOURCES, frozenset()
    named = {name: field.entries() for name, field in inputs.entries().items()}
    lists = {name for name, fields in named.items() if "kind" in fields and "name" not in fields}
    return frozenset(named), frozenset(lists)


def _texts(field: Field) -> Iterator[Field]:
    """The expression, or each of a list of them."""
    if isinstance(field.value(), list):
        yield from field.items()
    elif isinstance(field.value(), str):
        yield field


def _check(field: Field, names: frozenset[str], lists: frozenset[str]) -> None:
    try:
        compiled(field.string(), names, lists)
    except CelError as error:
        field.complain(error.message, error.remedy)
