"""Proofs that this machine has made of exactly the same files; tests need not make them again."""

import datetime
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from operator import attrgetter
from pathlib import Path

from cluster import image, virtualisation
from cluster.naming import slug
from grader.proof.demands import Demands
from grader.proof.report import ProofPart, ProofReport
from grader.proof.sources import sources
from grader.verdict import Verdict
from labs import paths
from labs.fault import Fault
from labs.model import Lab


@dataclass(frozen=True, slots=True)
class Memory:
    """The place of the proof of a lab or a fault, by the files as they were at its making."""

    lab_id: str
    file: Path

    @classmethod
    def of(cls, lab: Lab | Fault, source: Path = paths.SOURCE) -> "Memory":
        built = image.current()
        known = [
            lab.content_hash,
            built.name if built else "",
            virtualisation.probe().kind.value,
            *(f"{path.relative_to(source)}\0{_text(path)}" for path in sources(lab, source)),
        ]
        digest = hashlib.sha256("\0".join(known).encode()).hexdigest()[:16]
        return cls(lab.id, paths.cache() / "proofs" / f"{slug(lab.id)}-{digest}.json")

    def find(self, demands: Demands) -> ProofReport | None:
        """The lab's whole proof, if there was one that demanded at least as much."""
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        if found["runs"] < demands.runs or found["patience"] < demands.patience:
            return None
        parts = tuple(
            ProofPart(**{**part, "verdict": Verdict(part["verdict"])}) for part in found["parts"]
        )
        return ProofReport(self.lab_id, parts, found["seconds"], found["remembered"])

    def keep(self, demands: Demands, report: ProofReport) -> None:
        """Remember a whole proof; one that failed is not remembered."""
        if demands.only or not report.proved:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        at = datetime.datetime.now(datetime.UTC).isoformat(" ", "minutes")
        facts = {"runs": demands.runs, "patience": demands.patience}
        facts |= asdict(replace(report, remembered=at))
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(facts, default=attrgetter("value")), encoding="utf-8")
        beside.replace(self.file)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
