"""The ledger of proofs of faults, `labs/faults/proofs.yaml`. Written by `seatrial faults prove`."""

from dataclasses import dataclass
from pathlib import Path

from labs.fault_file import FOLDER
from labs.proof import read_rows, write_rows

LEDGER = FOLDER / "proofs.yaml"
_HEADER = "# Written by `seatrial faults prove`: every fault's last proof on real nodes.\n"


@dataclass(frozen=True, slots=True)
class FaultProof:
    fault: str
    content_hash: str
    image: str
    kubernetes: str
    virtualisation: str
    seconds: float
    date: str
    """Day of the proof, as 2026-11-20."""


def read_fault_proofs(path: Path = LEDGER) -> dict[str, FaultProof]:
    """The last proof of every fault, by its id. Raises LabError when the ledger is damaged."""
    return {proof.fault: proof for proof in read_rows(path, FaultProof)}


def keep_fault_proof(proof: FaultProof, path: Path = LEDGER) -> None:
    """Put `proof` in the place of the fault's last one. Raises LabError, OSError."""
    proofs = read_fault_proofs(path) | {proof.fault: proof}
    write_rows(path, _HEADER, (proofs[fault] for fault in sorted(proofs)))
