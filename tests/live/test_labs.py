"""Every lab of the course, proved on real virtual machines."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future

import pytest

from grader.attempt_stage import SEED, proofs
from grader.proof import ProofReport
from grader.prove import part_names
from grader.verdict import Verdict
from labs.course import lab_places, load_lab

LABS = [load_lab(place.id, SEED) for place in lab_places()]
PARTS = [(lab.id, part) for lab in LABS for part in part_names(lab)]


@pytest.fixture(scope="module")
def all_proofs() -> Iterator[Mapping[str, "Future[ProofReport]"]]:
    with proofs(LABS) as running:
        yield running


@pytest.mark.parametrize(("lab_id", "part"), PARTS, ids=[" ".join(pair) for pair in PARTS])
def test_a_lab_holds_what_it_promises(
    lab_id: str, part: str, all_proofs: Mapping[str, "Future[ProofReport]"]
) -> None:
    proved = {one.name: one for one in all_proofs[lab_id].result().parts}
    assert proved[part].verdict is Verdict.PASSED, proved[part].reason
