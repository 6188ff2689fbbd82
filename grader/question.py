"""What a look may ask of the world, as values, so that answers can be shared, stored and replayed.

An answer is a JSON value, or a `SeatrialError` of a kind that `TROUBLES` names.
"""

import hashlib
import json
from dataclasses import dataclass, field, fields

from cluster.node import ApiNotInitialised, NodeUnreachable
from grader.kubernetes.api import (
    ApiDistrusted,
    ApiRefused,
    ApiUnreachable,
    NoProbePod,
    UnknownKind,
)
from grader.kubernetes.probe_pod import ProbeWish
from labs.errors import SeatrialError

_LONG = 80
"""Characters of a text beyond which only its digest is part of a key."""


@dataclass(frozen=True, slots=True)
class ListObjects:
    """Answer: a list of objects."""

    kind: str
    api_version: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class GetObject:
    """Answer: an object, or null."""

    kind: str
    name: str
    namespace: str = ""
    api_version: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Answer: `{status, body}`; see `grader.kubernetes.api.Api.request`."""

    method: str
    path: str
    body: str = ""
    """Canonical JSON, or "" for none."""
    user: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunInPod:
    """Answer: the fields of `ExecOutcome`."""

    namespace: str
    pod: str
    container: str
    argv: tuple[str, ...]
    timeout: float = field(default=15.0, compare=False)


@dataclass(frozen=True, slots=True)
class RunOnNode:
    """Answer: `[code, stdout, stderr]`."""

    node: str
    argv: tuple[str, ...]
    stdin: str = ""
    timeout: float = field(default=15.0, compare=False)


@dataclass(frozen=True, slots=True)
class AskTime:
    """Answer: the time by the API server's clock, in ISO 8601."""


@dataclass(frozen=True, slots=True)
class AskNonce:
    """Answer: a token of this round that nothing in the cluster can know beforehand."""


@dataclass(frozen=True, slots=True)
class AskProbePods:
    """Answer: the fields of a `Probe` for each wish. They are removed when the round is over."""

    wishes: tuple[ProbeWish, ...]


Question = (
    ListObjects | GetObject | Request | RunInPod | RunOnNode | AskTime | AskNonce | AskProbePods
)

_TROUBLES = (NodeUnreachable, ApiUnreachable, ApiDistrusted, ApiNotInitialised)
TROUBLES: dict[str, type[SeatrialError]] = {
    trouble.__name__: trouble for trouble in (*_TROUBLES, ApiRefused, UnknownKind, NoProbePod)
}
"""What keeps us from an answer, and is as much part of what was seen as an answer."""


def key_of(question: Question) -> str:
    """The question as a JSON text: equal questions have equal keys, on every machine."""
    values = [getattr(question, one.name) for one in fields(question) if one.compare]
    return json.dumps(
        [type(question).__name__, *map(_brief, values)], ensure_ascii=False, separators=(",", ":")
    )


def _brief(value: object) -> object:
    if isinstance(value, str) and len(value) > _LONG:
        return f"sha256:{hashlib.sha256(value.encode()).hexdigest()[:32]}"
    return value
