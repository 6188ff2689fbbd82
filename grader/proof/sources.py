"""The files on which the verdicts of a proof depend: what is imported, and nothing else.

What is not used is left out, so that a new check costs no proof of the labs and faults before.
"""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

from labs.fault import Fault
from labs.model import Criterion, Lab

_LABS, _FAULTS = "grader.proof.attempt_stage", "grader.proof.fault_stage"
_CHECKS = ("grader.checks.", "labs.checks.")
"""Packages with a module for each check, of which the registry imports all."""
_OF_ALL = frozenset({"registry", "model"})
_LISTS = ("grader/checks/registry.py", "labs/checks/registry.py")
"""They name every check, and change with each new one; that names and modules agree is a test."""
_DATA = ("cluster/**/*.sh", "cluster/**/*.yaml", "labs/*.yaml")


def sources(subject: Lab | Fault, source: Path) -> list[Path]:
    """Sorted. `source` is the folder of the packages."""
    used = _OF_ALL | {one.check.kind for one in _criteria(subject)}
    root = _LABS if isinstance(subject, Lab) else _FAULTS
    found = {source / "requirements.lock", *_modules(source, root, used)}
    for pattern in _DATA:
        found |= {path for path in source.glob(pattern) if path.name != "proofs.yaml"}
    return sorted(found - {source / name for name in _LISTS})


def _criteria(subject: Lab | Fault) -> Iterator[Criterion]:
    if isinstance(subject, Fault):
        yield from (*subject.symptom, *subject.mended)
    else:
        yield from subject.ready
        for step in subject.steps:
            yield from step.criteria


def _modules(source: Path, root: str, used: Collection[str]) -> Iterator[Path]:
    waiting, seen = [root], {root}
    while waiting:
        path = _file(source, waiting.pop())
        if path is None:
            continue
        yield path
        for name in _imports(path):
            if name not in seen and _counts(name, used):
                seen.add(name)
                waiting.append(name)


def _counts(name: str, used: Collection[str]) -> bool:
    check = next((name.removeprefix(one) for one in _CHECKS if name.startswith(one)), "")
    return not check or check in used


def _file(source: Path, module: str) -> Path | None:
    """None for what is not ours."""
    path = source / module.replace(".", "/")
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _imports(path: Path) -> Iterator[str]:
    """Modules, and names that may be modules of a package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
