"""What is watched: a kind in a namespace or in all, or one object; and which questions need it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from grader.kubernetes.api_kinds import KNOWN
from grader.question import GetObject, ListObjects, Question

MOST = 16
"""Watches of one step; what is beyond is polled."""


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One watch. `namespace` "" is all of them (or none, for a kind of the cluster)."""

    kind: str
    api_version: str
    namespace: str = ""
    name: str = ""

    def covers(self, other: "Target") -> bool:
        """Whether whoever watches this one knows all of the other."""
        return (
            (self.kind, self.api_version) == (other.kind, other.api_version)
            and self.namespace in ("", other.namespace)
            and self.name in ("", other.name)
        )


OnChange = Callable[[Target], None]
"""Called in the watches' own thread."""


def target_of(question: Question) -> Target | None:
    """What would have to be watched to know the answer; None for what no watch tells."""
    if not isinstance(question, ListObjects | GetObject):
        return None
    known = KNOWN.get(question.kind)
    version = question.api_version
    if known is not None and not version:
        version = known.api_version
    name = question.name if isinstance(question, GetObject) else ""
    return Target(question.kind, version, question.namespace, name)


def targets_of(questions: Collection[Question]) -> frozenset[Target]:
    """The fewest watches that tell the answers: one for each kind and namespace, at most `MOST`."""
    wanted = {target for target in map(target_of, questions) if target is not None}
    by_place: dict[tuple[str, str, str], set[str]] = {}
    for one in wanted:
        by_place.setdefault((one.kind, one.api_version, one.namespace), set()).add(one.name)
    merged = {
        Target(*place, name=next(iter(names)) if len(names) == 1 else "")
        for place, names in by_place.items()
    }
    fewest = [
        one for one in merged if not any(other != one and other.covers(one) for other in merged)
    ]
    return frozenset(sorted(fewest)[:MOST])
