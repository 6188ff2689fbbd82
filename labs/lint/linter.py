"""Runs every rule over one lab. What a rule asks for stands in the rule's own file."""

from collections.abc import Collection, Mapping
from pathlib import Path

from labs.check_arguments import complain_about_checks
from labs.document import Complaint
from labs.errors import LabError
from labs.lab_file import LabFile, LabPlace, read_lab
from labs.lint.answers import check_solutions, check_used_files, check_wrong_answers
from labs.lint.cel import check_cel
from labs.lint.expectations import check_expectations
from labs.lint.functions import check_functions
from labs.lint.literals import check_literals
from labs.lint.nodes import check_nodes
from labs.lint.notebook import check_notebook
from labs.lint.steps import check_steps

LintFinding = Complaint


def lint(folder: Path, profiles: Mapping[str, Collection[str]]) -> list[LintFinding]:
    """All mistakes of the lab in `folder`, in the order of the file.

    `profiles` has the names of the cluster profiles, each with the names of its nodes.
    """
    place = LabPlace(folder.parents[2], folder.parent.name, folder.name)
    try:
        file = read_lab(place)
        _check(file, profiles)
    except LabError as error:
        message = error.message.partition(": ")[2] or error.message
        return [LintFinding(error.where, error.field, message, error.remedy)]
    return sorted(file.document.problems, key=_position)


def _check(file: LabFile, profiles: Mapping[str, Collection[str]]) -> None:
    nodes = profiles.get(file.lab.profile, ())
    check_steps(file)
    complain_about_checks(file)
    check_expectations(file)
    check_cel(file)
    check_functions(file)
    check_nodes(file, profiles)
    check_solutions(file)
    check_wrong_answers(file)
    check_used_files(file)
    check_literals(file, nodes)
    check_notebook(file, nodes)


def _position(finding: LintFinding) -> tuple[bool, str, int]:
    """lab.yaml first, then other files; by line."""
    name, _, line = finding.where.rpartition(":")
    return not name.endswith("lab.yaml"), name, int(line) if line.isdigit() else 0
