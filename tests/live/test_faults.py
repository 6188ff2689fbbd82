"""A small sample of the library of faults, proved anew on real virtual machines.

The ledger says which faults `seatrial faults prove` has proved; which of those are proved
again here is drawn by the commit. What this machine has proved with the same files is taken as it
was (SEATRIAL_PROVE=anew proves it again).
"""

import hashlib
import os
import subprocess

import pytest

from grader.proof import remembered
from grader.proof.demands import Demands
from grader.proof.fault_stage import stage_for
from grader.proof.faults import prove_fault
from grader.verdict import Verdict
from labs import paths
from labs.fault import Fault
from labs.fault_file import load_fault
from labs.fault_proof import read_fault_proofs

SAMPLE = 1
ANEW = os.environ.get("SEATRIAL_PROVE") == "anew"
DEMANDS = Demands(runs=1, patience=0.25)


def drawn() -> list[Fault]:
    """The sample of this commit."""
    said = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=paths.SOURCE, capture_output=True, text=True
    )
    seed = said.stdout.strip()
    proved = map(load_fault, read_fault_proofs())
    one_node = [fault for fault in proved if fault.profile == "kubeadm-1"]
    order = sorted(one_node, key=lambda one: hashlib.sha256(f"{seed}{one.id}".encode()).digest())
    return order[:SAMPLE]


@pytest.mark.parametrize("fault", drawn(), ids=lambda fault: fault.id)
def test_a_fault_is_refused_until_it_is_mended(
    fault: Fault, request: pytest.FixtureRequest
) -> None:
    memory = remembered.Memory.of(fault)
    report = None if ANEW else memory.find(DEMANDS)
    if report is None:
        with stage_for(fault.profile) as stage:
            report = prove_fault(fault, stage, patience=DEMANDS.patience)
        memory.keep(DEMANDS, report)
    request.node.user_properties.append(("proof", f"{fault.id}: {report.remembered or 'made now'}"))
    assert [part for part in report.parts if part.verdict is not Verdict.PASSED] == []
