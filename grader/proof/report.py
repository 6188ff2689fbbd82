"""What a proof of a lab says: its parts with their verdicts. Values only."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ProofPart:
    """`reason` says what was not as demanded; "" for what passed."""

    name: str
    """untouched, twice, solution:<id>, notebook, wrong:<id> or cleanup."""
    verdict: Verdict
    seconds: float
    reason: str = ""


OnPart = Callable[[str, ProofPart], None]
"""Told the lab's id and a part's verdict, from the thread that proves that lab."""


def ignore_part(lab_id: str, part: ProofPart) -> None:
    """For those who only want the report."""


@dataclass(frozen=True, slots=True)
class ProofReport:
    lab_id: str
    parts: tuple[ProofPart, ...]
    seconds: float
    remembered: str = ""
    """When it was made, if it was not made now but is remembered from then."""

    @property
    def proved(self) -> bool:
        return bool(self.parts) and all(part.verdict is Verdict.PASSED for part in self.parts)

    @property
    def exit_code(self) -> int:
        """0 proved, 1 refuted, 2 could not be judged."""
        verdicts = {part.verdict for part in self.parts}
        if Verdict.FAILED in verdicts:
            return 1
        return 0 if self.proved else 2
