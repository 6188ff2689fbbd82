"""What a fault is, once loaded: a named breakage with its proof in it. Frozen, no I/O.

Labs inject faults; `grader/proof/faults.py` proves each of them by itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from labs.model import Criterion, NodeScript


@dataclass(frozen=True, slots=True)
class Cosmetic:
    """What looks like a repair and is none."""

    id: str
    title: str
    script: NodeScript
    expect: Mapping[str, str]
    """Criterion id to verdict name. Criteria of `mended` that are not listed must be PASSED."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One right way to mend it."""

    id: str
    title: str
    script: NodeScript


@dataclass(frozen=True, slots=True)
class Fault:
    """Its texts are for authors: a learner is never told them."""

    id: str
    title: str
    case: str
    """The case of the catalogue that it is made after: `F01`."""
    profile: str
    node: str
    """Where its scripts run, unless they name another node."""
    prepare: NodeScript | None
    """What it needs to have been there before; part of the setup of a lab that injects it."""
    inject: NodeScript
    symptom: tuple[Criterion, ...]
    """Must all be PASSED before a learner is let in; not so before the injection."""
    mended: tuple[Criterion, ...]
    """All PASSED before the injection and after a true repair, and only then."""
    cosmetic: tuple[Cosmetic, ...]
    repairs: tuple[Repair, ...]
    restore: NodeScript
    """Idempotent; leads back to the state before the injection."""
    excludes: tuple[str, ...]
    """Patterns of the ids of faults that it cannot be combined with; `*` means all of them."""
    folder: Path
    content_hash: str = ""
    """SHA-256 over the fault's folder, hexadecimal."""


def fit_together(faults: Collection[Fault]) -> bool:
    """Whether one cluster can have all of them, each with its symptom to be seen."""
    return len({fault.profile for fault in faults}) <= 1 and not any(
        fnmatchcase(other.id, pattern)
        for fault in faults
        for other in faults
        if other is not fault
        for pattern in fault.excludes
    )
