"""Are a check's arguments what `labs/checks/` says? Complaints point at the argument's own line.

Imports pydantic, so the course screen stays away from it: it is asked when one lab is loaded.
"""

from pydantic import ValidationError

from labs.checks.registry import CHECKS
from labs.document import Field, closest
from labs.lab_file import LabFile

_REMEDIES = {
    "missing": "Add it to the check.",
    "string_type": "Put quotes around it.",
    "int_type": "Write digits without quotes.",
    "bool_type": "Write `true` or `false`.",
}


def check_fields(file: LabFile) -> list[Field]:
    """The `check` field of every criterion of a lab, `ready` included."""
    top = file.root.entries()
    criteria = [item for step in top["steps"].items() for item in _listed(step, "criteria")]
    if "ready" in top:
        criteria += top["ready"].items()
    return [entries["check"] for entries in map(Field.entries, criteria) if "check" in entries]


def complain_about_checks(file: LabFile) -> None:
    """Add to the lab's document what is wrong with its checks' names and arguments."""
    if "steps" not in file.root.entries():
        return
    for check in check_fields(file):
        complain_about_check(check)


def complain_about_check(check: Field) -> None:
    """The same for one criterion's `check` field."""
    for kind, arguments in check.entries().items():
        if kind not in CHECKS:
            arguments.complain(f"{kind!r} is no check.", closest(kind, list(CHECKS)))
        else:
            _complain(kind, arguments)


def _complain(kind: str, arguments: Field) -> None:
    model = CHECKS[kind]
    known = [field.alias or name for name, field in model.model_fields.items()]
    try:
        model.model_validate(arguments.value())
    except ValidationError as error:
        for problem in error.errors():
            place = arguments.within(iter(problem["loc"]))
            remedy = _REMEDIES.get(problem["type"], f"See `{kind}` in docs/checks.md.")
            if problem["type"] == "extra_forbidden":
                word = str(problem["loc"][-1])
                place.complain(f"{kind} has no field {word!r}.", closest(word, known))
            elif problem["type"] == "missing":
                place.complain("is missing.", remedy)
            else:
                message = problem["msg"][:1].lower() + problem["msg"][1:]
                place.complain(f"{message}, but it is {problem['input']!r}.", remedy)


def _listed(step: Field, key: str) -> list[Field]:
    found = step.entries().get(key)
    return found.items() if found else []
