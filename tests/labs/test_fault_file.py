"""The files of faults: what is in them comes out typed, and mistakes are told with their place."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from labs.errors import LabError
from labs.fault import Fault, fit_together
from labs.fault_file import UnknownFault, fault_ids, load_fault
from labs.fault_proof import FaultProof, keep_fault_proof, read_fault_proofs

ROPE = Path(__file__).parent / "good" / "faults"
FAULT = "f77-rope-cut"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of the sample with one change in its fault.yaml."""
    folder = tmp_path / "faults"
    shutil.copytree(ROPE, folder)
    file = folder / FAULT / "fault.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return folder


def complaint(tmp_path: Path, old: str, new: str) -> str:
    with pytest.raises(LabError) as found:
        load_fault(FAULT, changed(tmp_path, old, new))
    return str(found.value)


def test_a_fault_is_read_with_its_scripts() -> None:
    assert fault_ids(ROPE) == [FAULT]
    fault = load_fault(FAULT, ROPE)
    assert (fault.profile, fault.node, fault.case) == ("kubeadm-1", "k8s-master", "F77")
    assert fault.prepare is not None and fault.prepare.script == "touch /srv/rope\n"
    assert (fault.inject.node, fault.inject.script) == ("k8s-master", "rm /srv/rope\n")
    assert [one.id for one in fault.symptom] == ["gone"]
    assert (fault.mended[0].eventually, fault.mended[0].stable) == (2.0, 0.5)
    assert fault.mended[1].needs == ("there",)
    assert fault.cosmetic[0].expect == {"there": "FAILED", "spliced": "UNKNOWN"}
    assert fault.repairs[1].script.node == "k8s-node1", "a script may run on another node"
    assert fault.excludes == ("f78-*",)


def test_a_faults_hash_changes_with_any_of_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "faults"
    shutil.copytree(ROPE, folder)
    before = load_fault(FAULT, folder).content_hash
    assert before == load_fault(FAULT, ROPE).content_hash
    (folder / FAULT / "restore.sh").write_text("touch /srv/rope # again\n")
    assert load_fault(FAULT, folder).content_hash != before


def test_an_unknown_fault_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownFault, match="Did you mean 'f77-rope-cut'"):
        load_fault("f77-rope", ROPE)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: f77", "id: f78", "is 'f78-rope-cut', but the folder is 'f77-rope-cut'"),
        ("inject: inject.sh", "inject: injekt.sh", "there is no text file 'injekt.sh'"),
        ("case: F77\n", "", "case: is missing"),
        ("{there: FAILED", "{their: FAILED", "is no criterion of `mended`"),
        ("{there: FAILED", "{there: PASSED", "must be FAILED or UNKNOWN"),
        ("{there: FAILED, ", "{", "names no criterion that stays FAILED"),
        ("kind: file}", "kin: file}", "file has no field 'kin'. Did you mean 'kind'"),
        ("eventually: 2s", "points: 3", "is not a field of a fault's criterion"),
        ("- {id: splice", "- {id: knot", "'knot' stands here twice"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    said = complaint(tmp_path, old, new)
    assert told in said and re.match(r"faults/f77-rope-cut/fault\.yaml:\d+ ", said), said


def test_a_fault_without_a_cosmetic_repair_is_not_one(tmp_path: Path) -> None:
    cosmetic = (ROPE / FAULT / "fault.yaml").read_text().partition("cosmetic:")[2]
    only = f"cosmetic:{cosmetic.partition('repairs:')[0]}"
    assert "cosmetic: is empty" in complaint(tmp_path, only, "cosmetic: []\n")


def named(id_: str, *excludes: str, profile: str = "kubeadm-1") -> Fault:
    return replace(load_fault(FAULT, ROPE), id=id_, excludes=excludes, profile=profile)


def test_faults_fit_together_when_neither_excludes_the_other() -> None:
    rope, sail, anchor = named("f01-rope", "f02-*"), named("f02-sail"), named("f03-anchor")
    assert fit_together([rope, anchor]) and fit_together([sail, anchor]) and fit_together([])
    assert not fit_together([rope, sail, anchor])
    assert not fit_together([sail, rope]), "whichever of the two says so"
    assert not fit_together([anchor, named("f04-fog", "*")])
    assert fit_together([named("f04-fog", "*")]), "nothing excludes itself"
    assert not fit_together([anchor, named("f05-ice", profile="kubeadm-3")])


def test_the_last_proof_of_each_fault_is_kept(tmp_path: Path) -> None:
    ledger = tmp_path / "proofs.yaml"
    proof = FaultProof("f77-rope-cut", "abc", "debian-12", "1.20.2", "qemu", 300, "2026-11-20")
    later = replace(proof, date="2026-11-21")
    assert read_fault_proofs(ledger) == {}
    keep_fault_proof(proof, ledger)
    keep_fault_proof(later, ledger)
    assert read_fault_proofs(ledger) == {"f77-rope-cut": later}
