"""Proofs that this machine has made of exactly the same files; tests need not make them again."""

import datetime
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from cluster import image, virtualisation
from cluster.naming import slug
from grader.proof import ProofPart, ProofReport
from grader.verdict import Verdict
from labs import paths
from labs.model import Lab

_CODE = ("cluster/**/*", "grader/**/*", "labs/*", "notebooks/*")
"""What a verdict may depend on, beside the lab itself, the image and the locked packages."""
_SUFFIXES = {".py", ".sh", ".yaml"}


def find(lab: Lab, runs: int, source: Path = paths.SOURCE) -> ProofReport | None:
    """The lab's whole proof with at least as many runs of each solution, if there was one."""
    try:
        found = json.loads(_file(lab, source).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    if found["runs"] < runs:
        return None
    parts = tuple(ProofPart(**{**part, "verdict": Verdict.PASSED}) for part in found["parts"])
    return ProofReport(lab.id, parts, found["seconds"], found["remembered"])


def keep(lab: Lab, runs: int, report: ProofReport, source: Path = paths.SOURCE) -> None:
    """Remember a whole proof; one that failed is not remembered."""
    if not report.proved:
        return
    file = _file(lab, source)
    file.parent.mkdir(parents=True, exist_ok=True)
    at = datetime.datetime.now(datetime.UTC).isoformat(" ", "minutes")
    facts = {"runs": runs, **asdict(replace(report, remembered=at))}
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(facts, default=str), encoding="utf-8")
    beside.replace(file)


def _file(lab: Lab, source: Path) -> Path:
    built = image.current()
    known = [
        lab.content_hash,
        built.name if built else "",
        virtualisation.probe().kind.value,
        *(f"{path.relative_to(source)}\0{path.read_text('utf-8')}" for path in _code(source)),
    ]
    digest = hashlib.sha256("\0".join(known).encode()).hexdigest()[:16]
    return paths.cache() / "proofs" / f"{slug(lab.id)}-{digest}.json"


def _code(source: Path) -> Iterator[Path]:
    yield source / "requirements.lock"
    for pattern in _CODE:
        for path in sorted(source.glob(pattern)):
            if path.suffix in _SUFFIXES and path.name != "proofs.yaml":
                yield path
