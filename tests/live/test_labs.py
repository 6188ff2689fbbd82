"""Every lab proved on real machines: nothing done, solutions, notebook, wrong answers."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future

import pytest

from grader.attempt_stage import SEED, proofs
from grader.proof import ProofReport
from grader.prove import part_names
from grader.verdict import Verdict
from labs.course import lab_places, load_lab
from labs.progress import Progress

LABS = [load_lab(place.id, SEED) for place in lab_places()]


@pytest.fixture(scope="module")
def running_proofs() -> Iterator[Mapping[str, "Future[ProofReport]"]]:
    with proofs(LABS) as running:
        yield running


@pytest.mark.parametrize(
    ("lab_id", "part_name"), [(lab.id, name) for lab in LABS for name in part_names(lab)]
)
def test_a_lab_is_proved(
    lab_id: str, part_name: str, running_proofs: Mapping[str, "Future[ProofReport]"]
) -> None:
    report = running_proofs[lab_id].result()
    part = next(part for part in report.parts if part.name == part_name)
    assert part.verdict is Verdict.PASSED, part.reason


def test_what_the_proofs_judged_is_on_record(
    running_proofs: Mapping[str, "Future[ProofReport]"],
) -> None:
    for proof in running_proofs.values():
        proof.result()
    with Progress.open() as progress:
        for lab in LABS:
            assert progress.history(lab.id)[0].baseline is not None
