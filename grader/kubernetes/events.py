"""Events as both of their API groups write them: how often, when, from whom, about what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grader.kubernetes.api import Object
from grader.meaning.instant import parse_instant
from grader.round import Round

_OF_NOTHING = "default"
"""The namespace of events about objects that are in none."""
_STATIC = "kubernetes.io/config.hash"


@dataclass(frozen=True, slots=True)
class Event:
    uid: str
    about: tuple[str, str, str]
    """Kind, namespace and name."""
    about_uid: str
    reason: str
    type: str
    message: str
    source: str
    count: int
    first: datetime | None
    """By the clock of the component that reports."""

    @classmethod
    def of(cls, item: Object) -> "Event":
        about: dict[str, Any] = item.get("involvedObject") or item.get("regarding") or {}
        series = item.get("series") or {}
        source = (item.get("source") or {}).get("component")
        reporter = item.get("reportingComponent") or item.get("reportingController")
        first = item.get("firstTimestamp") or item.get("eventTime")
        return cls(
            uid=str(item["metadata"].get("uid", "")),
            about=(
                str(about.get("kind", "")),
                str(about.get("namespace") or ""),
                str(about.get("name", "")),
            ),
            about_uid=str(about.get("uid") or ""),
            reason=str(item.get("reason") or ""),
            type=str(item.get("type") or ""),
            message=str(item.get("message") or item.get("note") or ""),
            source=str(source or reporter or ""),
            count=int(item.get("count") or series.get("count") or 1),
            first=instant(first or item["metadata"].get("creationTimestamp")),
        )


def instant(text: object) -> datetime | None:
    return next(iter(parse_instant(text)), None) if text else None


def read_events(round_: Round, namespace: str) -> tuple[Event, ...]:
    """`namespace`: of the objects; "" for objects that are in none. Raises as `Api` does."""
    found = round_.objects("Event", "v1", namespace or _OF_NOTHING)
    return tuple(Event.of(item) for item in found)


def is_about(event: Event, item: Object, kind: str) -> bool:
    """Whether it is this very object, and not an earlier one of that name.

    A kubelet gives its node's name for its uid, and of a static pod the hash of its file.
    """
    metadata = item["metadata"]
    if event.about != (kind, metadata.get("namespace") or "", metadata["name"]):
        return False
    file = (metadata.get("annotations") or {}).get(_STATIC)
    return kind == "Node" or event.about_uid in ("", metadata.get("uid"), file)
