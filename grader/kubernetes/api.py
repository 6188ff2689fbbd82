"""What a check may ask of a Kubernetes API server, as a protocol, and how asking can fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from labs.errors import SeatrialError

Object = Mapping[str, Any]
"""A Kubernetes object as the API gives it in JSON."""


class ApiUnreachable(SeatrialError):
    """We could not look: no connection, no answer in time, or a server that is not itself."""


class ApiDistrusted(ApiUnreachable):
    """It and we do not trust each other's certificates: perhaps its CA is another one by now."""


class ApiRefused(SeatrialError):
    """The API server answered, and forbade it: a state of the cluster."""


class UnknownKind(SeatrialError):
    """The API server serves no such kind: a state of the cluster (its CRD is missing)."""


class NoProbePod(SeatrialError):
    """We could not look: a pod of our own was refused, or did not start for no stated reason."""


@dataclass(frozen=True, slots=True)
class ExecTarget:
    """A command in a container; `container` may be "" when the pod has one."""

    namespace: str
    pod: str
    container: str
    argv: tuple[str, ...]
    timeout: float


@dataclass(frozen=True, slots=True)
class ExecOutcome:
    """`code` is None when the command could not be started; `problem` then says why."""

    code: int | None
    stdout: str = ""
    stderr: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """`status` is HTTP's; `body` is read JSON, or text where the answer was none."""

    status: int
    body: Any


class Api(Protocol):
    """An API server, read with our own credentials. Methods may be called from any thread.

    All raise ApiUnreachable; those that take a kind raise UnknownKind and ApiRefused.
    """

    def objects(self, kind: str, api_version: str, namespace: str) -> tuple[Object, ...]:
        """All objects of a kind, in one namespace or ("") in all; `api_version` may be ""."""
        ...

    def object(self, kind: str, api_version: str, namespace: str, name: str) -> Object | None:
        """One object, or None when there is none of that name."""
        ...

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        user: str,
        groups: Sequence[str],
    ) -> ApiAnswer:
        """Any request, whatever its answer; `user` other than "" is impersonated.

        Raises ApiUnreachable when there is no answer at all.
        """
        ...

    def exec(self, target: ExecTarget) -> ExecOutcome:
        """Run a command in a container of a running pod. Raises ApiRefused."""
        ...

    def now(self) -> datetime:
        """The time by the API server's own clock."""
        ...
