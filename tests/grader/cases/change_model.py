"""What every change of a case is: small, strict, and about a moment of a world."""

from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict

from tests.grader.cases.world import Moment

Item = dict[str, Any]


class BadChange(ValueError):
    """A change of a case fits nothing, or changes nothing."""


class ChangeModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    def apply(self, moment: Moment, namespace: str) -> None:
        """Raises BadChange, NoSuchPlace."""
        raise NotImplementedError


def chosen(moment: Moment, where: str | list[str], namespace: str, one: bool = False) -> list[Item]:
    """By `Kind name`, in the row's namespace or none, or by `Kind namespace/name`; `*` fits all.

    Raises BadChange.
    """
    found: list[Item] = []
    for reference in [where] if isinstance(where, str) else where:
        kind, _, name = reference.partition(" ")
        space, slash, short = name.rpartition("/")
        items = [
            item
            for item in moment.objects
            if item["kind"] == kind
            and fnmatchcase(item["metadata"]["name"], short)
            and item["metadata"].get("namespace", "") in ((space,) if slash else (namespace, ""))
        ]
        if not items:
            raise BadChange(f"there is no {reference}")
        items.sort(key=lambda item: str(item["metadata"]["name"]))
        found += items[:1] if one else items
    return found
