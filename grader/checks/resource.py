"""`resource`: Kubernetes objects of one kind exist, and their fields mean what is expected."""

from typing import Any

from cluster.node import ApiNotInitialised
from grader.finding import failed, mismatched, passed, unknown
from grader.kubernetes.api import Object, UnknownKind
from grader.kubernetes.effective import effective_view
from grader.kubernetes.objects import Selection, full_name, is_going, restarts, title
from grader.meaning.compare import Mismatch, compare_document
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.resource import ResourceCheck


def look(args: ResourceCheck, around: Surroundings) -> Finding:
    selection = Selection(args.kind, args.namespace, args.name, args.selector, args.api_version)
    found = selection.read(around.round)
    if args.new:
        if around.baseline is None:
            return unknown(f"which of {selection} were there after setup has not been recorded")
        old = set(around.baseline.get("uids", ()))
        found = tuple(item for item in found if item["metadata"]["uid"] not in old)
    if args.match == "none":
        return _none(args, selection, found, around)
    staying = tuple(item for item in found if not is_going(item))
    judged = [(item, _compare(args, item, around)) for item in staying]
    if args.match == "any":
        return _any(args, selection, judged)
    return _every(args, selection, judged)


def baseline(args: ResourceCheck, around: Surroundings) -> Any:
    """The uids of those that were there before; {} when nobody asks."""
    if not args.new:
        return {}
    selection = Selection(args.kind, args.namespace, args.name, args.selector, args.api_version)
    try:
        found = selection.read(around.round)
    except (ApiNotInitialised, UnknownKind):
        found = ()
    return {"uids": sorted(str(item["metadata"]["uid"]) for item in found)}


def _compare(args: ResourceCheck, item: Object, around: Surroundings) -> Mismatch | None:
    view = effective_view(item, args.expect, around.round)
    return compare_document(args.expect, view, api_object=True)


Judged = list[tuple[Object, Mismatch | None]]


def _every(args: ResourceCheck, selection: Selection, judged: Judged) -> Finding:
    if len(judged) < args.min:
        return _too_few(args, selection, len(judged))
    if args.max is not None and len(judged) > args.max:
        return _too_many(args.max, selection, [item for item, _ in judged])
    for item, mismatch in judged:
        if mismatch is not None:
            return mismatched(mismatch, title(item))
    return _good(selection, [item for item, _ in judged])


def _any(args: ResourceCheck, selection: Selection, judged: Judged) -> Finding:
    least = max(args.min, 1)
    if len(judged) < least:
        return _too_few(args, selection, len(judged))
    good = [item for item, mismatch in judged if mismatch is None]
    if args.max is not None and len(good) > args.max:
        return _too_many(args.max, selection, good)
    if len(good) >= least:
        return _good(selection, good)
    item, mismatch = next((item, found) for item, found in judged if found is not None)
    return mismatched(mismatch, title(item)) if mismatch else failed("nothing fits")


def _none(
    args: ResourceCheck, selection: Selection, found: tuple[Object, ...], around: Surroundings
) -> Finding:
    if args.namespace and around.round.object("Namespace", args.namespace) is None:
        return failed(
            f"namespace {args.namespace} does not exist",
            expected=f"no {args.kind} in an existing namespace",
            actual="no such namespace",
            path=f"Namespace {args.namespace}",
        )
    for item in found:
        if _compare(args, item, around) is None:
            going = ", though it is being deleted" if is_going(item) else ""
            return failed(
                f"{title(item)} is still there{going}",
                expected=f"no such {args.kind}",
                actual=full_name(item),
                path=title(item),
            )
    return passed(expected=f"no such {args.kind}", actual="none")


def _too_few(args: ResourceCheck, selection: Selection, number: int) -> Finding:
    since = " made after the lab was set up" if args.new else ""
    if args.name or args.min <= 1:
        why = (
            f"there is no {selection}{since}"
            if number == 0
            else f"there is only one {selection}{since}"
        )
        return failed(why, expected=str(selection), actual="none", path=str(selection))
    return failed(
        f"there are {number} of {selection}{since}; at least {args.min} are needed",
        expected=f"at least {args.min}",
        actual=number,
        path=str(selection),
    )


def _too_many(limit: int, selection: Selection, items: list[Object]) -> Finding:
    names = ", ".join(full_name(item) for item in items)
    return failed(
        f"there are {len(items)} of {selection}, more than {limit}: {names}",
        expected=f"at most {limit}",
        actual=len(items),
        path=str(selection),
    )


def _good(selection: Selection, items: list[Object]) -> Finding:
    steady = restarts(tuple(items)) if selection.kind == "Pod" else {}
    names = ", ".join(full_name(item) for item in items) or "none"
    return passed(expected=str(selection), actual=names, steady=steady)
