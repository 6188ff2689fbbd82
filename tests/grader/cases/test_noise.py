"""What means the same never changes a verdict; what takes away the required always does."""

import os
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from grader.verdict import Verdict
from tests.grader.cases.judge import baselines, before, judge, moments
from tests.grader.cases.noise import Noise
from tests.grader.cases.required import requires_something, takings
from tests.grader.cases.row import Case, Row, load_rows

ROWS = load_rows()
NIGHTLY = os.environ.get("SEATRIAL_NIGHTLY") == "1"
EXAMPLES = 100_000 // max(1, len(ROWS)) if NIGHTLY else 10
"""For each row; a night has 100,000 in all."""

settings.register_profile(
    "corpus",
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not NIGHTLY,
    database=None,
    suppress_health_check=list(HealthCheck),
)

SEEDS = st.integers(0, 2**40)


def _every(row: Row) -> list[Case | None]:
    return [None, *row.cases]


@cache
def _facts(row: Row) -> dict[str, Any]:
    return baselines(row, before(row))


@cache
def _verdicts(row: Row, number: int) -> dict[str, Verdict]:
    case = _every(row)[number]
    found = judge(row, moments(row, case), _facts(row))
    return {name: finding.verdict for name, finding in found.items()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_means_the_same_never_changes_a_verdict(row: Row) -> None:
    every = _every(row)

    @settings(settings.get_profile("corpus"))
    @given(st.integers(0, len(every) - 1), SEEDS)
    def holds(number: int, seed: int) -> None:
        case, noise = every[number], Noise(seed)
        note(f"{case.name if case else 'as it was recorded'}, {noise}")
        facts = baselines(row, noise.on(before(row)))
        seen = tuple(noise.on(moment) for moment in moments(row, case))
        found = judge(row, seen, facts)
        changed = {
            name: f"{finding.verdict.value}: {finding.evidence.why}"
            for name, finding in found.items()
            if finding.verdict is not _verdicts(row, number)[name]
        }
        assert changed == {}

    holds()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_without_what_is_required_nothing_passes(row: Row) -> None:
    tried = set()
    for case in [None, *(case for case in row.cases if case.is_ == "right" and not case.find)]:
        seen = moments(row, case)[-1]
        for criterion in row.criteria:
            for what, rest in takings(criterion, seen):
                found = judge(row, (rest,), _facts(row))[criterion.id]
                assert found.verdict is not Verdict.PASSED, f"{criterion.id} without {what}"
                tried.add(criterion.id)
    assert tried == {one.id for one in row.criteria if requires_something(one)}
