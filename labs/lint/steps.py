"""Rules on steps: requirements are proved, criteria earn or guard, there are hints, ids differ."""

import re
from collections.abc import Iterable

from labs.document import Field, closest
from labs.lab_file import LabFile
from labs.model import Criterion, Step

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_HINTS = 4


def below(field: Field, *path: str | int) -> Field:
    """The field at `path` below `field`; where it is not there, the place where it should be."""
    return field.within(iter(path))


def step_fields(file: LabFile) -> list[tuple[Step, Field]]:
    """Every step with its place."""
    return list(zip(file.lab.steps, below(file.root, "steps").items(), strict=True))


def check_ids(fields: Iterable[tuple[str, Field]], what: str) -> None:
    """Ids are lower-case words, and each stands once."""
    seen: set[str] = set()
    for name, field in fields:
        place = below(field, "id")
        if place.present and not _ID.fullmatch(name):
            place.complain(f"{name!r} cannot be an id.", "Use a-z, 0-9 and single hyphens.")
        if name in seen:
            place.complain(f"there are two {what} with the id {name!r}.", "Rename one of them.")
        seen.add(name)


def check_steps(file: LabFile) -> None:
    steps = step_fields(file)
    if not steps:
        below(file.root, "steps").complain("has no steps.", "Write at least one.")
    if file.lab.target_seconds <= 0:
        below(file.root, "target_seconds").complain("must be more than 0.", "Measure, or guess.")
    check_ids(((step.id, field) for step, field in steps), "steps")
    for step, field in steps:
        _check_requirements(step, field)
        criteria = list(zip(step.criteria, below(field, "criteria").items(), strict=True))
        check_ids(((criterion.id, place) for criterion, place in criteria), "criteria")
        for number, (criterion, place) in enumerate(criteria):
            _check_criterion(step, criterion, place)
            _check_needs([one.id for one in step.criteria[:number]], criterion, place)
        if not 1 <= len(step.hints) <= MOST_HINTS:
            below(field, "hints").complain(
                f"has {len(step.hints)} hints.", f"Write one to {MOST_HINTS}, from wide to narrow."
            )
    _check_ready(file)


def _check_requirements(step: Step, field: Field) -> None:
    if not step.requirements:
        below(field, "requirements").complain("has no requirements.", "Tell what must be true.")
    proved = {name for criterion in step.criteria for name in criterion.requirements}
    for requirement in step.requirements:
        place = below(field, "requirements", requirement.id)
        if not re.fullmatch(r"R[1-9][0-9]*", requirement.id):
            place.complain(f"{requirement.id!r} is no requirement's id.", "Use R1, R2, …")
        if requirement.id not in proved:
            place.complain(
                f"no criterion proves {requirement.id}.",
                f"Add a criterion with `req: [{requirement.id}]`, or drop the requirement.",
            )


def _check_criterion(step: Step, criterion: Criterion, place: Field) -> None:
    known = [requirement.id for requirement in step.requirements]
    for name in criterion.requirements:
        if name not in known:
            below(place, "req").complain(f"there is no requirement {name!r}.", closest(name, known))
    if criterion.guard:
        if criterion.points:
            below(place, "points").complain(
                "a guard carries no points.",
                "Remove `points`: leaving alone earns nothing.",
            )
        return
    if not criterion.requirements:
        below(place, "req").complain(
            "names no requirement.", "Add `req: [R1]`, or make it a guard: `guard: true`."
        )
    if criterion.points <= 0:
        below(place, "points").complain("must be more than 0.", "Or make it a guard.")


def _check_needs(before: list[str], criterion: Criterion, place: Field) -> None:
    for name in criterion.needs:
        if name not in before:
            below(place, "needs").complain(
                f"there is no criterion {name!r} before this one.", closest(name, before)
            )


def _check_ready(file: LabFile) -> None:
    fields = below(file.root, "ready").items()
    ready = list(zip(file.lab.ready, fields, strict=True))
    check_ids(((criterion.id, place) for criterion, place in ready), "criteria")
    for criterion, place in ready:
        if criterion.points or criterion.requirements or criterion.guard:
            place.complain(
                "proves no requirement: it says when a learner is let in.",
                "Remove `req`, `points` and `guard`.",
            )
