"""How the demonstration judges: what its cells did decides, with one detour by way of a failure and
an unknown, so that all three verdicts are seen."""

from grader.verdict import CriterionResult, Evidence, StepResult, Verdict
from labs.model import Criterion, Lab
from tui.workbench import LabState

LOOKS_TO_SETTLE = 3

EVIDENCE = {
    "swap": (("no swap", "/swapfile, 512 MiB", "/proc/swaps lists it"),),
    "module": (("{names}", "overlay only", "br_netfilter is not loaded"),),
    "sysctl": (("{values}", "0", "nothing sets it at the next start either"),),
    "service": (("active", "inactive (dead)", "the unit was never started"),),
    "file": (("to exist", "no such file", ""),),
    "http": (("status 200", "connection refused", "nothing listens there"),),
    "node": (("Ready", "NotReady", "its lease is 4 min old"),),
    "command": (("exit code 0", "exit code 1", "the command says no"),),
}
"""By kind of check: expected, actual, why."""


class DemoAttempt:
    """A pretended attempt at one lab. Used from one thread at a time, but for reading."""

    def __init__(self, lab: Lab, started_at: float) -> None:
        self.lab = lab
        self.started_at = started_at
        self.finished_at: float | None = None
        self.current_step = lab.steps[0].id
        self.hints: dict[str, int] = {}
        self._done: dict[str, set[int]] = {}
        self._finished: set[str] = set()
        self._looks: dict[str, int] = {}
        self._results: dict[str, StepResult] = {}
        self._passed: set[str] = set()

    def did(self, step_id: str, index: int, solutions: int) -> None:
        """Solution cell `index` of the step ran; `solutions` is how many there are."""
        self._done.setdefault(step_id, set()).add(index)
        if len(self._done[step_id]) >= solutions:
            self._finished.add(step_id)

    def settled(self, step_id: str) -> bool:
        """Another look would say the same."""
        return step_id not in self._finished or self._looks.get(step_id, 0) > LOOKS_TO_SETTLE

    def look(self, step_id: str, now: float) -> tuple[CriterionResult, ...]:
        if step_id in self._finished:
            self._looks[step_id] = self._looks.get(step_id, 0) + 1
        criteria = self.lab.step(step_id).criteria
        proofs = [criterion for criterion in criteria if not criterion.guard]
        results = tuple(
            self._result(
                step_id, c, Verdict.PASSED if c.guard else self._verdict(step_id, c, proofs)
            )
            for c in criteria
        )
        judged = self._results[step_id] = StepResult(step_id, results)
        if judged.verdict is Verdict.PASSED:
            self._passed.add(step_id)
            if len(self._passed) == len(self.lab.steps) and self.finished_at is None:
                self.finished_at = now
        return results

    def state(self) -> LabState:
        return LabState(
            self.lab.id,
            running=True,
            points=sum(result.points for result in self._results.values()),
            passed_steps=frozenset(self._passed),
            current_step=self.current_step,
            results=dict(self._results),
            hints_used=dict(self.hints),
            started_at=self.started_at,
            finished_at=self.finished_at,
        )

    def _verdict(self, step_id: str, criterion: Criterion, proofs: list[Criterion]) -> Verdict:
        place, looks = proofs.index(criterion), self._looks.get(step_id, 0)
        if step_id not in self._finished:
            return Verdict.PASSED if place < len(self._done.get(step_id, ())) else Verdict.FAILED
        if looks >= LOOKS_TO_SETTLE or (place == 0 and len(proofs) > 1):
            return Verdict.PASSED
        last = place == len(proofs) - 1
        return Verdict.UNKNOWN if last and looks < LOOKS_TO_SETTLE - 1 else Verdict.FAILED

    def _result(self, step_id: str, criterion: Criterion, verdict: Verdict) -> CriterionResult:
        passed = verdict is Verdict.PASSED
        return CriterionResult(
            step_id,
            criterion.id,
            verdict,
            Evidence() if passed else _evidence(criterion, verdict),
            criterion.points if passed else 0,
            criterion.points,
            criterion.guard,
            criterion.requirements,
            0.2,
        )


def _evidence(criterion: Criterion, verdict: Verdict) -> Evidence:
    if verdict is Verdict.UNKNOWN:
        return Evidence(why="the node does not answer (tried 3 times)")
    args = criterion.check.args
    name = f"{args.get('namespace', '')}/{args.get('name') or args.get('service') or ''}"
    name = name.strip("/")
    if criterion.check.kind == "rollout":
        wanted = str(args.get("replicas", 1))
        why = "the other pods are not ready yet"
        return Evidence(wanted, "1", why, f"Deployment {name} status.availableReplicas")
    if criterion.check.kind == "endpoints":
        wanted = f"{args.get('min', 1)} ready"
        return Evidence(wanted, "1 ready", "one pod is behind the Service", f"Endpoints {name}")
    for path, value in dict(args.get("expect", {})).items():
        where = f"{args.get('kind', '')} {name} {path}".strip()
        return Evidence(str(value), "nothing", "it was never set", where)
    for expected, actual, why in EVIDENCE.get(criterion.check.kind, ()):
        where = str(args.get("path") or args.get("unit") or args.get("url") or name)
        return Evidence(expected.format(**args), actual, why, where)
    return Evidence("another answer", "the answer of the start", "nothing changed yet", name)
