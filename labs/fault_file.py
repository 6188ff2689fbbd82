"""Finds and reads the faults in `labs/faults/`, a folder each, with their scripts."""

import re
from collections.abc import Mapping
from pathlib import Path

from labs import paths
from labs.check_arguments import complain_about_check
from labs.document import Field, closest, read_document
from labs.errors import SeatrialError
from labs.fault import Cosmetic, Fault, Repair
from labs.lab_file import Scripts, content_hash, read_criterion, visible_files
from labs.model import Criterion, NodeScript

FOLDER = paths.SOURCE / "labs" / "faults"
_REQUIRED = (
    *("id", "title", "case", "where", "inject", "symptom", "mended", "cosmetic", "repairs"),
    *("restore", "excludes"),
)
_CRITERION = ("id", "check", "eventually", "stable", "needs")
_ID = re.compile(r"f\d\d-[a-z0-9]+(-[a-z0-9]+)*")


class UnknownFault(SeatrialError):
    """No fault has the id that was asked for: wrong usage."""

    exit_code = 3


def fault_ids(folder: Path = FOLDER) -> list[str]:
    """Every folder with a fault.yaml, sorted."""
    return sorted(path.parent.name for path in folder.glob("*/fault.yaml"))


def load_fault(fault_id: str, folder: Path = FOLDER) -> Fault:
    """One fault, its checks validated. Raises UnknownFault, LabError."""
    known = fault_ids(folder)
    if fault_id not in known:
        raise UnknownFault(f"There is no fault {fault_id!r}.", closest(fault_id, known))
    place = folder / fault_id
    root = read_document(place / "fault.yaml", f"{folder.name}/{fault_id}/fault.yaml")
    fields = root.fields(_REQUIRED, ("prepare",))
    fault = _fault(fields, place)
    _complain(fault, fields)
    root.document.raise_first()
    return fault


def _fault(fields: Mapping[str, Field], place: Path) -> Fault:
    where = fields["where"].fields(("profile", "node"))
    scripts = _FaultScripts(Scripts(place), where["node"].string())
    return Fault(
        id=fields["id"].string(),
        title=fields["title"].string(),
        case=fields["case"].string(),
        profile=where["profile"].string(),
        node=scripts.node,
        prepare=scripts.plain(fields["prepare"]) if fields["prepare"].present else None,
        inject=scripts.plain(fields["inject"]),
        symptom=tuple(_criterion(item, place) for item in fields["symptom"].items()),
        mended=tuple(_criterion(item, place) for item in fields["mended"].items()),
        cosmetic=tuple(_cosmetic(item, scripts) for item in fields["cosmetic"].items()),
        repairs=tuple(_repair(item, scripts) for item in fields["repairs"].items()),
        restore=scripts.plain(fields["restore"]),
        excludes=fields["excludes"].strings(),
        folder=place,
        content_hash=content_hash(visible_files(place), place.parent),
    )


class _FaultScripts:
    """The scripts of one fault: on its own node, unless they name another."""

    def __init__(self, scripts: Scripts, node: str) -> None:
        self.node = node
        self._scripts = scripts

    def plain(self, run: Field) -> NodeScript:
        return self._scripts.script(self.node, run)

    def of(self, fields: Mapping[str, Field]) -> NodeScript:
        return self._scripts.script(fields["node"].string(self.node), fields["run"])


def _criterion(item: Field, folder: Path) -> Criterion:
    for key, field in item.entries().items():
        if key not in _CRITERION:
            field.complain("is not a field of a fault's criterion.", closest(key, _CRITERION))
        if key == "check":
            complain_about_check(field)
    return read_criterion(item, folder)


def _cosmetic(item: Field, scripts: _FaultScripts) -> Cosmetic:
    fields = item.fields(("id", "title", "run", "expect"), ("node",))
    expect = {key: value.string() for key, value in fields["expect"].entries().items()}
    return Cosmetic(fields["id"].string(), fields["title"].string(), scripts.of(fields), expect)


def _repair(item: Field, scripts: _FaultScripts) -> Repair:
    fields = item.fields(("id", "title", "run"), ("node",))
    return Repair(fields["id"].string(), fields["title"].string(), scripts.of(fields))


def _complain(fault: Fault, fields: Mapping[str, Field]) -> None:
    """What each part says by itself is right; here is what does not fit together."""
    if fault.id != fault.folder.name or not _ID.fullmatch(fault.id):
        fields["id"].complain(
            f"is {fault.id!r}, but the folder is {fault.folder.name!r}.",
            "Make them the same, in the form of f01-kubelet-stopped.",
        )
    for part in ("symptom", "mended", "cosmetic", "repairs"):
        named = [one.id for one in getattr(fault, part)]
        if not named:
            fields[part].complain("is empty.", "A fault is proved by at least one of these.")
        for name in sorted({name for name in named if named.count(name) > 1}):
            fields[part].complain(f"{name!r} stands here twice.", "Give each an id of its own.")
    criteria = [one.id for one in fault.mended]
    for item in fields["cosmetic"].items():
        _complain_about_expectations(item.entries().get("expect") or item, criteria)


def _complain_about_expectations(expect: Field, criteria: list[str]) -> None:
    for name, verdict in expect.entries().items():
        if name not in criteria:
            verdict.complain("is no criterion of `mended`.", closest(name, criteria))
        if verdict.string() not in ("FAILED", "UNKNOWN"):
            verdict.complain("must be FAILED or UNKNOWN.", "Leave out what must be PASSED.")
    if "FAILED" not in [verdict.string() for verdict in expect.entries().values()]:
        expect.complain("names no criterion that stays FAILED.", "Name at least one.")
