"""The ledger of proofs."""

from dataclasses import replace
from pathlib import Path

import pytest

from labs.errors import LabError
from labs.proof import Proof, keep_proof, read_proofs

PROOF = Proof("8/deployments", "abc", "debian-12", "1.20.2", "emulated", 812.5, "2026-11-20")


def test_a_ledger_that_is_not_there_has_no_proofs(tmp_path: Path) -> None:
    assert read_proofs(tmp_path / "proofs.yaml") == {}


def test_the_last_proof_of_each_lab_is_kept(tmp_path: Path) -> None:
    ledger = tmp_path / "proofs.yaml"
    other = replace(PROOF, lab="2/crictl")
    later = replace(PROOF, date="2026-11-21", content_hash="1e5")
    for proof in (PROOF, other, later):
        keep_proof(proof, ledger)
    assert read_proofs(ledger) == {"2/crictl": other, "8/deployments": later}
    assert [path.name for path in tmp_path.iterdir()] == ["proofs.yaml"]


def test_a_damaged_ledger_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "proofs.yaml").write_text("- {lab: 8/deployments, wind: strong}\n")
    with pytest.raises(LabError, match=r"proofs\.yaml: is no ledger"):
        read_proofs(tmp_path / "proofs.yaml")
