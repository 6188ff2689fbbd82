"""The ledger of proofs, `labs/proofs.yaml`: when each lab was last proved on a real cluster.

Committed to version control, written by `seatrial labs prove`, shown to the learner.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from labs import paths
from labs.errors import LabError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row")

LEDGER = paths.SOURCE / "labs" / "proofs.yaml"
_HEADER = "# Written by `seatrial labs prove`: every lab's last proof on a real cluster.\n"


@dataclass(frozen=True, slots=True)
class Proof:
    lab: str
    content_hash: str
    image: str
    kubernetes: str
    virtualisation: str
    seconds: float
    date: str
    """Day of the proof, as 2026-11-20."""


def read_proofs(path: Path = LEDGER) -> dict[str, Proof]:
    """The last proof of every lab, by lab id, of whatever content: compare hashes.

    Raises LabError when the ledger is damaged.
    """
    return {proof.lab: proof for proof in read_rows(path, Proof)}


def keep_proof(proof: Proof, path: Path = LEDGER) -> None:
    """Put `proof` in the place of the lab's last one. Raises LabError, OSError."""
    proofs = read_proofs(path) | {proof.lab: proof}
    write_rows(path, _HEADER, (proofs[lab] for lab in sorted(proofs)))


def read_rows(path: Path, row: type[Row]) -> list[Row]:
    """The rows of a ledger; none where it is not there. Raises LabError when it is damaged."""
    try:
        rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        return [row(**{**facts, "date": str(facts["date"])}) for facts in rows]
    except FileNotFoundError:
        return []
    except (yaml.YAMLError, TypeError, KeyError) as error:
        remedy = "Restore it from version control."
        raise LabError(f"is no ledger of proofs ({error}).", remedy, path.name) from error


def write_rows(path: Path, header: str, rows: Iterable["DataclassInstance"]) -> None:
    """Write a ledger as a whole. Raises OSError."""
    text = yaml.safe_dump([asdict(one) for one in rows], sort_keys=False, allow_unicode=True)
    beside = path.with_suffix(".new")
    beside.write_text(header + text, encoding="utf-8")
    beside.replace(path)
