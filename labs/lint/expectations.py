"""Rules on expected values: operators are spelt right and stand alone, regular expressions can be
read, no path counts items by position."""

import re
from difflib import get_close_matches

from labs.check_arguments import check_fields
from labs.checks.model import EXPECTATIONS, EXPECTED, OPERATORS, CheckModel, marked
from labs.checks.registry import CHECKS
from labs.document import Field
from labs.lab_file import LabFile
from labs.lint.steps import below


def check_expectations(file: LabFile) -> None:
    for check in check_fields(file):
        for kind, arguments in check.entries().items():
            model = CHECKS.get(kind, CheckModel)
            for name, field in arguments.entries().items():
                if name in marked(model, EXPECTED):
                    _check_value(field)
                if name in marked(model, EXPECTATIONS):
                    _check_expectations(field)
            if "objects" in arguments.entries():
                _check_expectations(below(arguments, "objects", "where"))


def _check_expectations(field: Field) -> None:
    for path, value in field.entries().items():
        _check_path(path, value)
        _check_value(value)


def _check_path(path: str, field: Field) -> None:
    if re.search(r"\[-?\d+\]", path):
        field.complain(
            "counts items by position.", "Choose them by a field: containers[name=web]; or all: []."
        )


def _check_value(field: Field) -> None:
    value = field.value()
    if not isinstance(value, dict) or not value:
        return
    if set(value) <= OPERATORS:
        if isinstance(value.get("matches"), str):
            _check_expression(value["matches"], field)
        if "has" in value:
            _check_expectations(field.entries()["has"])
        return
    for name in sorted(set(value) - OPERATORS):
        near = get_close_matches(name, OPERATORS, n=1, cutoff=0.75)
        if set(value) & OPERATORS:
            field.complain(
                f"mixes operators with the field {name!r}.",
                "Write operators alone, or fields alone.",
            )
        elif near:
            field.complain(f"{name!r} is no operator.", f"Did you mean {near[0]!r}?")


def _check_expression(expression: str, field: Field) -> None:
    try:
        re.compile(expression)
    except re.error as error:
        field.complain(f"is no regular expression: {error}.", "Escape what is meant literally.")
