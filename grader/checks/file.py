"""`file`: a file of a node: existence, kind, owner, mode, content as text or by path."""

from typing import Any

from grader.finding import failed, mismatched, passed, unknown
from grader.meaning.compare import compare_document, compare_text
from grader.meaning.formats import FORMATS, NotInFormat
from grader.nodes.node_file import NodeFile, read_node_file
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.file import FileCheck


def look(args: FileCheck, around: Surroundings) -> Finding:
    place = f"{args.node}:{args.path}"
    file = read_node_file(around.round, args.node, args.path)
    if file is None or not args.exists:
        return _existence(args, file, place)
    finding = (
        _kind(args, file, place)
        or _ownership(args, file, place)
        or _age(args, file, place, around)
        or _content(args, file, place)
    )
    return finding or passed(actual=f"{file.kind}, {file.mode} {file.owner}:{file.group}")


def baseline(args: FileCheck, around: Surroundings) -> Any:
    """When the file was last written; {} when it is not there."""
    file = read_node_file(around.round, args.node, args.path)
    return {} if file is None else {"modified": file.modified, "sha256": file.sha256}


def _existence(args: FileCheck, file: NodeFile | None, place: str) -> Finding:
    if file is None and not args.exists:
        return passed(expected="no such file", actual="none")
    if file is None:
        return failed(f"{place} does not exist", expected=place, actual="no such file", path=place)
    return failed(f"{place} still exists", expected="no such file", actual=file.kind, path=place)


def _kind(args: FileCheck, file: NodeFile, place: str) -> Finding | None:
    if file.kind == "dangling" and args.kind != "symlink":
        return failed(
            f"{place} is a symbolic link to nothing",
            expected="a file",
            actual="a dangling link",
            path=place,
        )
    actual = "symlink" if args.kind == "symlink" and file.symlink else file.kind
    if args.kind in ("any", actual):
        return None
    return failed(
        f"{place} is a {actual}, not a {args.kind}", expected=args.kind, actual=actual, path=place
    )


def _ownership(args: FileCheck, file: NodeFile, place: str) -> Finding | None:
    wanted_mode = format(int(args.mode, 8), "o") if args.mode else ""
    for what, wanted, actual in (
        ("owner", args.owner, file.owner),
        ("group", args.group, file.group),
        ("mode", wanted_mode, file.mode),
    ):
        if wanted and wanted != actual:
            return failed(
                f"the {what} of {place} is {actual}, not {wanted}",
                expected=wanted,
                actual=actual,
                path=f"{place} {what}",
            )
    return None


def _age(args: FileCheck, file: NodeFile, place: str, around: Surroundings) -> Finding | None:
    if not args.newer_than_baseline:
        return None
    if around.baseline is None:
        return unknown(f"what {place} was after setup has not been recorded")
    before = str(around.baseline.get("modified", ""))
    if not before or _instant(file.modified) > _instant(before):
        return None
    return failed(
        f"{place} has not been written since the lab began",
        expected="written since the lab began",
        actual="as it was",
        path=f"{place} modified",
    )


def _instant(text: str) -> tuple[int, int]:
    whole, _, part = text.partition(".")
    return int(whole), int(part.ljust(9, "0") or 0)


def _content(args: FileCheck, file: NodeFile, place: str) -> Finding | None:
    wanted = {"yaml": args.yaml, "json": args.json_body, "toml": args.toml, "ini": args.ini}
    if args.content is None and not any(wanted.values()):
        return None
    if file.kind != "file":
        return failed(f"{place} is a {file.kind}, not a file", path=place)
    if args.content is not None:
        mismatch = compare_text(args.content, file.content, "content")
        if mismatch is not None:
            return mismatched(mismatch, place)
    for name, expectations in wanted.items():
        finding = _parsed(name, expectations, file, place) if expectations else None
        if finding is not None:
            return finding
    return None


def _parsed(name: str, expectations: dict[str, Any], file: NodeFile, place: str) -> Finding | None:
    try:
        document = FORMATS[name](file.content)
    except NotInFormat as error:
        return failed(f"{place}: {error.message}", expected=name.upper(), path=place)
    mismatch = compare_document(expectations, document)
    return None if mismatch is None else mismatched(mismatch, place)
