"""`cel`: an expression over objects and files, which are read first and must be there."""

from typing import Any

from grader.finding import failed, mismatched, passed
from grader.kubernetes.effective import effective_view
from grader.kubernetes.objects import Selection, is_going
from grader.meaning.cel import judge_expression, plain, what_was_read
from grader.meaning.formats import FORMATS, NotInFormat
from grader.nodes.node_file import read_node_file
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.cel import CelCheck, CelInput


def look(args: CelCheck, around: Surroundings) -> Finding:
    variables: dict[str, Any] = {}
    for name, wanted in args.inputs.items():
        found = _read_file(wanted, around) if wanted.path else _read(args, wanted, around)
        if isinstance(found, Finding):
            return found
        variables[name] = found
    mismatch = judge_expression(args.expression, variables, args.message)
    if mismatch is not None:
        return mismatched(mismatch)
    return passed(args.expression, what_was_read(args.expression, plain(variables)))


def _read(args: CelCheck, wanted: CelInput, around: Surroundings) -> Any:
    selection = Selection(
        wanted.kind, wanted.namespace, wanted.name, wanted.selector, wanted.api_version
    )
    found = [item for item in selection.read(around.round) if not is_going(item)]
    least = 1 if wanted.name else wanted.min
    if len(found) < least:
        number = f"there are {len(found)} of" if found else "there is no"
        more = f"; at least {least} are needed" if least > 1 else ""
        return failed(
            f"{args.message}: {number} {selection}{more}",
            expected=f"at least {least}",
            actual=len(found),
            path=str(selection),
        )
    views = [effective_view(item, {args.expression: None}, around.round) for item in found]
    return views if wanted.is_list else views[0]


def _read_file(wanted: CelInput, around: Surroundings) -> Any:
    place = f"{wanted.node}:{wanted.path}"
    file = read_node_file(around.round, wanted.node, wanted.path)
    if file is None or file.kind != "file":
        what = "does not exist" if file is None else f"is a {file.kind}, not a file"
        return failed(f"{place} {what}", expected=place, path=place)
    try:
        document = FORMATS[wanted.format](file.content)
    except NotInFormat as error:
        return failed(f"{place}: {error.message}", expected=wanted.format.upper(), path=place)
    if document in ([], {}, None):
        return failed(f"{place} is empty", expected=wanted.format.upper(), path=place)
    return document
