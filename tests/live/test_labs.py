"""Every lab of the course, proved on real virtual machines."""

from functools import cache

import pytest

from cluster.events import ignore
from grader import attempt
from grader.attempt_stage import SEED, AttemptStage
from grader.proof import ProofReport
from grader.prove import part_names, prove
from grader.verdict import Verdict
from labs.course import lab_places, load_lab

LABS = [place.id for place in lab_places()]
PARTS = [(lab_id, part) for lab_id in LABS for part in part_names(load_lab(lab_id, SEED))]


@cache
def proof_of(lab_id: str) -> ProofReport:
    lab = load_lab(lab_id, SEED)
    try:
        return prove(lab, AttemptStage(lab, ignore))
    finally:
        attempt.stop(lab_id)


@pytest.mark.parametrize(("lab_id", "part"), PARTS, ids=[" ".join(pair) for pair in PARTS])
def test_a_lab_holds_what_it_promises(lab_id: str, part: str) -> None:
    proved = {one.name: one for one in proof_of(lab_id).parts}
    assert proved[part].verdict is Verdict.PASSED, proved[part].reason
