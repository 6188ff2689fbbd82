"""The ways a look can end, each with texts that are short enough to show."""

from typing import Any

from grader.meaning.compare import Mismatch
from grader.verdict import Evidence, Finding, Verdict
from grader.wording import clip, show


def passed(expected: str = "", actual: str = "", steady: dict[str, int] | None = None) -> Finding:
    """`steady`: counters (restarts) that must not rise while the criterion is held."""
    evidence = Evidence(expected=clip(expected), actual=clip(actual))
    return Finding(Verdict.PASSED, evidence, steady=steady or {})


def failed(why: str, *, expected: Any = "", actual: Any = "", path: str = "") -> Finding:
    return Finding(
        Verdict.FAILED,
        Evidence(
            expected=show(expected, 199) if expected != "" else "",
            actual=show(actual, 199) if actual != "" else "",
            why=clip(why),
            path=clip(path),
        ),
    )


def unknown(why: str) -> Finding:
    return Finding(Verdict.UNKNOWN, Evidence(why=clip(why)))


def mismatched(mismatch: Mismatch, place: str = "") -> Finding:
    """`place` is what the path starts at: `Deployment shop/web`, `k8s-node1:/etc/fstab`."""
    return Finding(
        Verdict.FAILED,
        Evidence(
            expected=mismatch.expected,
            actual=mismatch.actual,
            why=clip(f"{place}: {mismatch.why}" if place else mismatch.why),
            path=clip(f"{place} {mismatch.path}".strip()),
        ),
    )
