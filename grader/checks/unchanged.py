"""`unchanged`: objects or a file are still those of the baseline. A guard's usual check."""

from typing import Any

from cluster.node import ApiNotInitialised
from grader.finding import failed, passed, unknown
from grader.kubernetes.api import Object
from grader.kubernetes.effective import effective_view
from grader.kubernetes.objects import Selection, full_name
from grader.meaning.path import Missing, walk
from grader.nodes.node_file import read_node_file
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import show
from labs.checks.unchanged import UnchangedCheck


def look(args: UnchangedCheck, around: Surroundings) -> Finding:
    if around.baseline is None:
        return unknown("what this was after setup has not been recorded")
    if args.file:
        return _file(args, around)
    before: dict[str, Any] = around.baseline.get("objects", {})
    if not before:
        return unknown(f"after setup there was no {_selection(args)} to guard")
    now = _objects(args, around)
    for name in before:
        if name not in now:
            return _changed(args, name, "is gone", "there", "none")
    for name in now:
        if name not in before:
            return _changed(args, name, "is new; nothing was to be added", "none", "there")
    for name, facts in before.items():
        finding = _same_object(args, name, facts, now[name])
        if finding is not None:
            return finding
    return passed(actual=f"{len(before)} as they were")


def baseline(args: UnchangedCheck, around: Surroundings) -> Any:
    """Uid and fields by name, or the facts of the file."""
    if args.file:
        return {"file": _file_facts(args, around)}
    try:
        return {"objects": _objects(args, around)}
    except ApiNotInitialised:
        return {"objects": {}}


def _selection(args: UnchangedCheck) -> Selection:
    return Selection(args.kind, args.namespace, args.name, args.selector)


def _objects(args: UnchangedCheck, around: Surroundings) -> dict[str, dict[str, Any]]:
    found = _selection(args).read(around.round)
    return {
        full_name(item): _facts(args, effective_view(item, args.fields, around.round))
        for item in found
    }


def _facts(args: UnchangedCheck, item: Object) -> dict[str, Any]:
    fields = {}
    for path in args.fields:
        values = [place.value for place in walk(item, path)]
        fields[path] = [None if isinstance(value, Missing) else value for value in values]
    return {"uid": item["metadata"]["uid"], "fields": fields}


def _same_object(
    args: UnchangedCheck, name: str, before: dict[str, Any], now: dict[str, Any]
) -> Finding | None:
    if before["uid"] != now["uid"] and not args.recreated:
        return _changed(args, name, "was deleted and made anew", before["uid"], now["uid"])
    for path, value in before["fields"].items():
        if value != now["fields"].get(path):
            where, was, is_ = _first_difference(path, value, now["fields"].get(path))
            why = f"has been changed: {where} is {show(is_, 40)}, it was {show(was, 40)}"
            return _changed(args, name, why, show(was), show(is_), where)
    return None


def _first_difference(path: str, before: Any, now: Any) -> tuple[str, Any, Any]:
    """Follows mappings and lists of one length down to the values that really differ."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted(before.keys() | now.keys()):
            if before.get(key) != now.get(key):
                return _first_difference(f"{path}.{key}", before.get(key), now.get(key))
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for was, is_ in zip(before, now, strict=True):
            if was != is_:
                return _first_difference(path, was, is_)
    return path, before, now


def _changed(
    args: UnchangedCheck, name: str, why: str, before: str, now: str, path: str = ""
) -> Finding:
    place = f"{args.kind} {name}"
    return failed(f"{place} {why}", expected=before, actual=now, path=f"{place} {path}".strip())


def _file_facts(args: UnchangedCheck, around: Surroundings) -> dict[str, str]:
    file = read_node_file(around.round, args.node, args.file)
    if file is None:
        return {"is": "absent"}
    return {
        "is": file.kind,
        "content": file.sha256,
        "owner": f"{file.owner}:{file.group}",
        "mode": file.mode,
    }


def _file(args: UnchangedCheck, around: Surroundings) -> Finding:
    place = f"{args.node}:{args.file}"
    before: dict[str, str] = around.baseline.get("file", {})
    now = _file_facts(args, around)
    for what in sorted(before.keys() | now.keys(), key=lambda key: key != "is"):
        was, is_ = before.get(what, "none"), now.get(what, "none")
        if was != is_:
            detail = "" if what == "content" else f" ({was}, now {is_})"
            what = "existence" if what == "is" else what
            return failed(
                f"the {what} of {place} has been changed{detail}",
                expected=was[:16] if what == "content" else was,
                actual=is_[:16] if what == "content" else is_,
                path=f"{place} {what}",
            )
    return passed(actual="as it was")
