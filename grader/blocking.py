"""One broken thing is one loss: a criterion cannot be judged while one that it needs has failed."""

from collections.abc import Sequence

from grader.judgement import Case, Judgement
from grader.verdict import CriterionResult, Evidence, Finding, Verdict
from grader.wording import clip


def needed(case: Case, judged: Sequence[str]) -> list[str]:
    """Keys of the criteria that it needs, of those that are judged together with it, before it."""
    before = judged[: judged.index(case.key)]
    keys = (f"{case.step_id}/{name}" for name in case.criterion.needs)
    return [key for key in keys if key in before]


def blocked(case: Case, needs: Sequence[CriterionResult]) -> CriterionResult | None:
    """UNKNOWN, with what blocks it, if a criterion that it needs is not PASSED; else None."""
    for blocker in needs:
        if blocker.verdict is not Verdict.PASSED:
            why = f"blocked by {blocker.criterion_id}: {blocker.evidence.why}"
            finding = Finding(Verdict.UNKNOWN, Evidence(why=clip(why)))
            return Judgement(case, 0.0, 1.0).conclude(finding, 0.0)
    return None
