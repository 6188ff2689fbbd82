"""One round of looks at a cluster: all checks of the round share what was read, each thing once."""

import threading
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import TypeVar

from cluster.node import ApiAccess, Cluster, CommandResult, Node
from grader.kubernetes.api import Api, ApiUnreachable, ExecOutcome, ExecTarget, Object
from grader.memo import Memo
from labs.errors import SeatrialError

T = TypeVar("T")
Connect = Callable[[ApiAccess, float], Api]


def connect_kubernetes(access: ApiAccess, time_scale: float) -> Api:
    """The real API server; imports the client package when first called."""
    from grader.kubernetes.client import KubernetesApi

    return KubernetesApi(access, time_scale)


class ApiLink:
    """The way to the API server, kept over rounds, renewed when the credentials change."""

    def __init__(self, cluster: Cluster, connect: Connect = connect_kubernetes) -> None:
        self._cluster = cluster
        self._connect = connect
        self._lock = threading.Lock()
        self._current: tuple[ApiAccess, Api] | None = None

    def api(self) -> Api:
        """Raises NodeUnreachable, ApiNotInitialised."""
        access = self._cluster.api()
        with self._lock:
            if self._current is None or self._current[0] != access:
                self._current = (access, self._connect(access, self._cluster.time_scale))
            return self._current[1]


class UnknownNode(SeatrialError):
    """A check names a node that its lab's cluster does not have."""


class Round:
    """What is true of the cluster in this round. Reads are shared, so nothing changes state."""

    def __init__(self, cluster: Cluster, link: ApiLink) -> None:
        self._cluster = cluster
        self._link = link
        self._memo = Memo()
        self._unreachable: ApiUnreachable | None = None

    def objects(self, kind: str, api_version: str = "", namespace: str = "") -> tuple[Object, ...]:
        """All objects of a kind in a namespace, or in all. Raises as `Api` does."""
        return self._ask(
            ("objects", kind, api_version, namespace),
            lambda api: api.objects(kind, api_version, namespace),
        )

    def object(
        self, kind: str, name: str, namespace: str = "", api_version: str = ""
    ) -> Object | None:
        """One object by name, or None. Raises as `Api` does."""
        return self._ask(
            ("object", kind, api_version, namespace, name),
            lambda api: api.object(kind, api_version, namespace, name),
        )

    def exec(self, target: ExecTarget) -> ExecOutcome:
        """Raises as `Api` does."""
        outcome: ExecOutcome = self._memo.get(target, lambda: self._api().exec(target))
        return outcome

    def _ask(self, key: Hashable, ask: Callable[[Api], T]) -> T:
        """A server that did not answer once is not waited for again in this round."""

        def read() -> T:
            if self._unreachable is not None:
                raise self._unreachable
            try:
                return ask(self._api())
            except ApiUnreachable as error:
                self._unreachable = error
                raise

        found: T = self._memo.get(key, read)
        return found

    def api_time(self) -> datetime:
        return self._api().now()

    def _api(self) -> Api:
        api: Api = self._memo.get("api", self._link.api)
        return api

    def node(self, name: str) -> Node:
        """Raises UnknownNode."""
        node = self._cluster.nodes.get(name)
        if node is None:
            raise UnknownNode(f"the lab has no node {name}", f"It has {list(self._cluster.nodes)}.")
        return node

    def run(
        self, node: str, argv: Sequence[str], *, stdin: str = "", timeout: float = 15.0
    ) -> CommandResult:
        """A command that only reads, once per round; `timeout` at native speed.

        Raises NodeUnreachable, UnknownNode.
        """
        scaled = timeout * self._cluster.time_scale
        result: CommandResult = self._memo.get(
            ("run", node, tuple(argv), stdin),
            lambda: self.node(node).run(argv, stdin=stdin, timeout=scaled),
        )
        return result
