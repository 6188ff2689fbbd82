"""The labs of the ledger of proofs, proved anew on real virtual machines.

A lab enters the ledger by its first whole proof: `seatrial labs prove LAB`. That one runs every
solution twice and gives a wrong answer all the time to become right; here once and a quarter of the
time are enough, and not even that for what this machine has proved before with exactly the same
files (SEATRIAL_PROVE=anew proves it again).
"""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future

import pytest

from grader.proof.attempt_stage import SEED, proofs
from grader.proof.demands import Demands, part_names
from grader.proof.report import ProofReport
from grader.verdict import Verdict
from labs.course import load_lab
from labs.proof import read_proofs

PROOFS = read_proofs()
LABS = [
    load_lab(lab_id, SEED)
    for lab_id in sorted(PROOFS, key=lambda lab_id: PROOFS[lab_id].seconds, reverse=True)
]
ANEW = os.environ.get("SEATRIAL_PROVE") == "anew"
PARTS = [(lab.id, part) for lab in LABS for part in part_names(lab)]


@pytest.fixture(scope="module")
def all_proofs() -> Iterator[Mapping[str, "Future[ProofReport]"]]:
    with proofs(LABS, demands=Demands(runs=1, patience=0.25), anew=ANEW) as running:
        yield running


@pytest.mark.parametrize(("lab_id", "part"), PARTS, ids=[" ".join(pair) for pair in PARTS])
def test_a_lab_holds_what_it_promises(
    lab_id: str,
    part: str,
    all_proofs: Mapping[str, "Future[ProofReport]"],
    request: pytest.FixtureRequest,
) -> None:
    report = all_proofs[lab_id].result()
    request.node.user_properties.append(("proof", f"{lab_id}: {report.remembered or 'made now'}"))
    proved = {one.name: one for one in report.parts}
    assert proved[part].verdict is Verdict.PASSED, proved[part].reason
