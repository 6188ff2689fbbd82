"""Rules on solutions, wrong answers and their scripts; hints do not give solutions away."""

from labs.check_arguments import check_fields
from labs.checks.function import FILE
from labs.document import Field, closest
from labs.lab_file import LabFile
from labs.lint.steps import below, check_ids, step_fields
from labs.model import NodeScript

VERDICTS = ("PASSED", "FAILED", "UNKNOWN")
_SHORTEST_LINE = 12
"""Shorter lines of a solution (`fi`, `swapoff -a`) may well stand in a hint."""


def check_solutions(file: LabFile) -> None:
    """There is one, each goes through every step, and no hint holds a line of it."""
    lab = file.lab
    block = below(file.root, "solutions")
    if not lab.solutions:
        block.complain("has no solution.", "Write one: its scripts prove that the lab can be done.")
    solutions = list(zip(lab.solutions, block.items(), strict=True))
    check_ids(((solution.id, field) for solution, field in solutions), "solutions")
    known = [step.id for step in lab.steps]
    for solution, field in solutions:
        for name in solution.steps:
            if name not in known:
                place = below(field, "steps", name)
                place.complain(f"there is no step {name!r}.", closest(name, known))
        for name in known:
            if not solution.steps.get(name):
                below(field, "steps", name).complain(
                    f"does nothing in step {name!r}.", "Name the scripts that solve it."
                )
    _check_hints(file)


def _check_hints(file: LabFile) -> None:
    for step, field in step_fields(file):
        scripts = [s for solution in file.lab.solutions for s in solution.steps.get(step.id, ())]
        lines = {line for script in scripts for line in _commands(script)}
        for number, hint in enumerate(step.hints):
            text = " ".join(" ".join(hint.values()).split())
            for line in sorted(lines):
                if line in text:
                    below(field, "hints", number).complain(
                        f"holds a line of a solution: {line!r}.",
                        "Say where to look, which object, which document; never the command.",
                    )


def _commands(script: NodeScript) -> set[str]:
    lines = (" ".join(line.split()) for line in script.script.splitlines())
    return {line for line in lines if len(line) >= _SHORTEST_LINE and not line.startswith("#")}


def check_wrong_answers(file: LabFile) -> None:
    """There is one; each names a step, criteria and verdicts that exist; and is indeed wrong."""
    lab = file.lab
    block = below(file.root, "wrong")
    if not lab.wrong:
        block.complain("has no wrong answer.", "Write what a hurried learner would do.")
    answers = list(zip(lab.wrong, block.items(), strict=True))
    check_ids(((answer.id, field) for answer, field in answers), "wrong answers")
    steps = {step.id: step for step in lab.steps}
    for answer, field in answers:
        if not answer.scripts:
            below(field, "run").complain("runs nothing.", "Name a script.")
        if answer.step not in steps:
            below(field, "step").complain(
                f"there is no step {answer.step!r}.", closest(answer.step, list(steps))
            )
            continue
        criteria = [criterion.id for criterion in steps[answer.step].criteria]
        for name, verdict in answer.expect.items():
            _check_expected(below(field, "expect", name), name, verdict, criteria)
        if not set(answer.expect.values()) - {"PASSED"}:
            below(field, "expect").complain(
                "expects nothing but PASSED.", "Say which criterion it fails, or remove it."
            )


def _check_expected(place: Field, name: str, verdict: str, criteria: list[str]) -> None:
    if name not in criteria:
        place.complain(f"the step has no criterion {name!r}.", closest(name, criteria))
    if verdict not in VERDICTS:
        place.complain(f"{verdict!r} is no verdict.", closest(verdict, VERDICTS))


def check_used_files(file: LabFile) -> None:
    """Every file of the folder is named in lab.yaml."""
    lab = file.lab
    scripts = [*lab.setup, *lab.cleanup]
    scripts += [s for solution in lab.solutions for step in solution.steps.values() for s in step]
    scripts += [s for answer in lab.wrong for s in answer.scripts]
    used = {script.path for script in scripts} | {lab.folder / "lab.yaml"}
    used |= {lab.folder / FILE for check in check_fields(file) if "function" in check.entries()}
    for path in file.place.files():
        if path not in used:
            file.document.complain(
                1,
                "",
                f"nothing uses the file {path.relative_to(lab.folder)}.",
                "Name it in lab.yaml or remove it.",
            )
