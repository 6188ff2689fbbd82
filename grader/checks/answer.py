"""`answer`: what a learner wrote into a file, against a value or the cluster as it is now."""

from typing import Any

from grader.checks.command import LIMIT, last_line
from grader.finding import failed, mismatched, passed, unknown
from grader.kubernetes.api import Object
from grader.kubernetes.effective import effective_view
from grader.kubernetes.objects import Selection, is_going
from grader.meaning.answer import JUDGES, NotTheForm, Right, parts_of, read_number, read_quantity
from grader.meaning.compare import compare, compare_document, compare_text
from grader.meaning.formats import FORMATS, NotInFormat
from grader.meaning.operators import is_operators
from grader.meaning.path import Missing, walk
from grader.meaning.sbom import NoBill
from grader.nodes.node_file import read_node_file
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import show
from labs.checks.answer import AnswerCheck, AnswerObjects
from labs.errors import SeatrialError


class NothingToCompareWith(SeatrialError):
    """What the answer should be could not be found out."""


class NothingChosen(SeatrialError):
    """The objects that the answer is about are not there."""


def look(args: AnswerCheck, around: Surroundings) -> Finding:
    place = f"{args.node}:{args.path}"
    file = read_node_file(around.round, args.node, args.path)
    if file is None or file.kind != "file":
        what = "does not exist" if file is None else f"is a {file.kind}, not a file"
        if file is not None and file.kind == "dangling":
            what = "is a symbolic link to nothing"
        return failed(f"{place} {what}", expected="a file with the answer", path=place)
    return judge_answer(args, file.content, place, around)


def judge_answer(args: AnswerCheck, text: str, place: str, around: Surroundings) -> Finding:
    """The same for an answer from anywhere; `place` says where it stands."""
    try:
        right = _right(args, around)
    except NothingToCompareWith as trouble:
        return unknown(trouble.message)
    except NothingChosen as state:
        return failed(state.message, path=state.message.removeprefix("there is no "))
    if not text.strip() and (right is None or right.values or args.only):
        return failed(f"{place} is empty", expected="an answer", actual="nothing", path=place)
    try:
        finding = _by_expectation(args, text, place)
        why = "" if finding or right is None else JUDGES[args.form](text, right)
    except (NotTheForm, NotInFormat, NoBill) as error:
        return failed(f"{place}: {error.message}", expected=args.form, actual=text, path=place)
    if finding is not None:
        return finding
    if why:
        return failed(f"{place}: {why}", expected="another answer", actual=text, path=place)
    return passed(expected=f"the right {args.form}", actual=show(text.strip(), 150))


def _by_expectation(args: AnswerCheck, text: str, place: str) -> Finding | None:
    """What the author wrote with operators, or of a document."""
    mismatch = None
    if args.expect:
        mismatch = compare_document(args.expect, FORMATS[args.form](text))
    elif is_operators(args.value) and args.form == "text":
        mismatch = compare_text(args.value, text.strip(), "the answer")
    elif is_operators(args.value):
        read = {"number": read_number, "quantity": read_quantity}.get(args.form)
        if read is None:
            raise NothingToCompareWith(f"{args.form} cannot be compared by operators", "")
        word = read(text)
        found: Any = word if args.form == "quantity" else float(word) if "." in word else int(word)
        mismatch = compare(args.value, found, "the answer")
    return None if mismatch is None else mismatched(mismatch, place)


def _right(args: AnswerCheck, around: Surroundings) -> Right | None:
    """None when nothing but expectations is to be judged.

    Raises NothingToCompareWith, NothingChosen.
    """
    if args.objects is not None:
        values, groups = _of_objects(args.objects, around)
    elif args.command is not None or args.file is not None:
        values = _of_text(args, around)
        groups = _in_turn(values) if args.ordered else ()
    elif args.value is not None and not is_operators(args.value):
        values = tuple(args.value) if isinstance(args.value, list) else (args.value,)
        groups = _in_turn(values) if args.ordered else ()
    elif args.only:
        return Right((), "includes", 0, args.only, args.ignore_case)
    else:
        return None
    path = args.objects.path if args.objects is not None else ""
    return Right(values, args.match, args.min, args.only, args.ignore_case, groups, path)


def _in_turn(values: tuple[Any, ...]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({str(value)}) for value in values)


def _of_text(args: AnswerCheck, around: Surroundings) -> tuple[Any, ...]:
    if args.command is not None:
        node = args.command.node or args.node
        place = f"{node}: {' '.join(args.command.argv)}"
        result = around.round.run(node, args.command.argv, timeout=LIMIT)
        if result.code != 0:
            reason = last_line(result.stderr or result.stdout)
            raise NothingToCompareWith(f"{place} ended with {result.code}: {reason}", "")
        text = result.stdout
    else:
        assert args.file is not None
        node = args.file.node or args.node
        place = f"{node}:{args.file.path}"
        file = read_node_file(around.round, node, args.file.path)
        if file is None or file.kind != "file":
            raise NothingToCompareWith(f"{place} is no file to compare the answer with", "")
        text = file.content
    try:
        found = parts_of(args.form, text)
    except (NotTheForm, NotInFormat) as error:
        raise NothingToCompareWith(f"{place}: {error.message}", "") from error
    if not found:
        raise NothingToCompareWith(f"{place} has nothing to compare the answer with", "")
    return found


def _of_objects(
    wanted: AnswerObjects, around: Surroundings
) -> tuple[tuple[Any, ...], tuple[frozenset[str], ...]]:
    """What is asked of each object, and the order of that, if there is one."""
    selection = Selection(
        wanted.kind, wanted.namespace, wanted.name, wanted.selector, wanted.api_version
    )
    asked = [wanted.where, wanted.path, wanted.order_by]
    views = [
        effective_view(item, asked, around.round)
        for item in selection.read(around.round)
        if not is_going(item)
    ]
    chosen = [one for one in views if compare_document(wanted.where, one, api_object=True) is None]
    if len(chosen) < wanted.min:
        number = f"there are only {len(chosen)} of" if chosen else "there is no"
        raise NothingChosen(f"{number} {selection}{_such_as(wanted)}", "")
    values = [value for item in chosen for value in _values(item, wanted.path)]
    if not values and wanted.min:
        raise NothingChosen(f"there is no {wanted.path} in {selection}", "")
    return tuple(values), _groups(chosen, wanted) if wanted.order_by else ()


def _such_as(wanted: AnswerObjects) -> str:
    return " that the question asks for" if wanted.where else ""


def _values(item: Object, path: str) -> list[Any]:
    found = [place.value for place in walk(item, path)] if path else [item]
    flat = [one for value in found for one in (value if isinstance(value, list) else [value])]
    return [value for value in flat if not isinstance(value, Missing)]


def _groups(chosen: list[Object], wanted: AnswerObjects) -> tuple[frozenset[str], ...]:
    """Names by the order of a field; of those that are equal in it any may come first."""
    by_key: dict[tuple[str, float, str], set[str]] = {}
    for item in chosen:
        keys = _values(item, wanted.order_by)
        by_key.setdefault(_key(keys[0] if keys else ""), set()).update(
            map(str, _values(item, wanted.path))
        )
    return tuple(frozenset(by_key[key]) for key in sorted(by_key))


def _key(value: Any) -> tuple[str, float, str]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return ("", float(value), "") if is_number else ("text", 0.0, str(value))
