"""`function`: a lab's own code, given what it may read and nothing else."""

import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.finding import unknown
from grader.lab_view import View
from grader.surroundings import Surroundings
from grader.verdict import Finding, Verdict
from labs.checks.function import FILE, FunctionCheck
from labs.errors import SeatrialError

_log = logging.getLogger(__name__)

Function = Callable[[dict[str, Any], View], Finding]


def look(args: FunctionCheck, around: Surroundings) -> Finding:
    try:
        finding = _function(around.folder, args.name)(dict(args.args), View(around.round))
    except SeatrialError:
        raise
    except Exception as error:  # noqa: BLE001  a lab's code may do anything: a verdict, no crash
        _log.exception("%s of %s failed", args.name, around.folder)
        return _fault(args.name, f"{type(error).__name__}: {error}")
    if not isinstance(finding, Finding):
        return _fault(args.name, f"it returned {type(finding).__name__}, not passed() or failed()")
    if finding.verdict is Verdict.FAILED and not finding.evidence.why.strip():
        return _fault(args.name, "it failed without saying why")
    return finding


def _fault(name: str, why: str) -> Finding:
    return unknown(f"a fault of the lab: {name}: {why}")


def _function(folder: Path | None, name: str) -> Function:
    """Raises SeatrialError, and whatever the lab's code raises when it is read."""
    path = (folder or Path()) / FILE
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SeatrialError(f"there is no {FILE} beside the lab", "") from error
    found = getattr(_module(path, source), name, None)
    if not callable(found):
        raise SeatrialError(f"{FILE} has no function {name}", "")
    function: Function = found
    return function


@lru_cache(maxsize=64)
def _module(path: Path, source: str) -> ModuleType:
    """By the text, so that an author's change counts at once; nothing is written beside it."""
    module = ModuleType(f"lab_checks_{path.parent.name}")
    module.__file__ = str(path)
    exec(compile(source, str(path), "exec"), module.__dict__)
    return module
