"""Answers from a running cluster: its API by our own credentials, its nodes by our own channel."""

import json
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cluster.node import ApiAccess, Cluster
from grader.kubernetes.api import Api, ApiDistrusted, ExecTarget, Object
from grader.kubernetes.noise import without_bookkeeping
from grader.kubernetes.probe_pod import is_probe, key_of_probes, may_be_probe
from grader.kubernetes.probe_pods import ProbePods, sweep
from grader.memo import Memo
from grader.question import (
    AskNonce,
    AskProbePods,
    AskTime,
    GetObject,
    ListObjects,
    Question,
    Request,
    RunInPod,
    RunOnNode,
)
from labs.errors import SeatrialError

Connect = Callable[[ApiAccess, float], Api]


def connect_kubernetes(access: ApiAccess, time_scale: float) -> Api:
    """The real API server; imports the client package when first called."""
    from grader.kubernetes.client import KubernetesApi

    return KubernetesApi(access, time_scale)


class UnknownNode(SeatrialError):
    """A check names a node that its lab's cluster does not have."""


class ApiLink:
    """The way to the API server, kept over rounds until it and we distrust each other."""

    def __init__(self, cluster: Cluster, connect: Connect = connect_kubernetes) -> None:
        self.cluster = cluster
        self._connect = connect
        self._lock = threading.Lock()
        self._current: tuple[ApiAccess, Api] | None = None
        self._swept = False

    def api(self) -> Api:
        """Raises NodeUnreachable, ApiNotInitialised."""
        with self._lock:
            if self._current is None:
                access = self.cluster.api()
                self._current = (access, self._connect(access, self.cluster.time_scale))
            return self._current[1]

    def instead_of(self, distrusted: Api) -> Api | None:
        """Another way, if the cluster's CA has changed since that one was made.

        Raises NodeUnreachable, ApiNotInitialised.
        """
        with self._lock:
            if self._current is None or self._current[1] is distrusted:
                access = self.cluster.api()
                if self._current is not None and self._current[0] == access:
                    return None
                self._current = (access, self._connect(access, self.cluster.time_scale))
            return self._current[1]

    def key_of_probes(self) -> bytes:
        """What the names of our probe pods are signed with. Call after `api`."""
        assert self._current is not None
        return key_of_probes(Path(self._current[0].key_file).read_bytes())

    def sweep(self) -> None:
        """Once: remove the probe pods of a grader that was killed."""
        with self._lock:
            mine, self._swept = not self._swept, True
            current = self._current
        if mine and current is not None:
            sweep(current[1], self.key_of_probes)


class LiveSource:
    """`grader.round.Source` for one round: which API server it is, is found out once.

    Our own probe pods are in no answer, unless all of what there is is asked for (`whole`).
    """

    def __init__(self, cluster: Cluster, link: ApiLink, *, whole: bool = False) -> None:
        self._cluster = cluster
        self._link = link
        self._whole = whole
        self._memo = Memo()
        self._nonce = secrets.token_hex(12)

    def answer(self, question: Question) -> Any:
        try:
            return self._answer(question, self._api)
        except ApiDistrusted:
            other = self._link.instead_of(self._api())
            if other is None:
                raise
            return self._answer(question, lambda: other)

    def _answer(self, question: Question, api: Callable[[], Api]) -> Any:
        match question:
            case ListObjects(kind, api_version, namespace):
                found = api().objects(kind, api_version, namespace)
                return [
                    without_bookkeeping(item)
                    for item in found
                    if kind != "Pod" or not self._hides(item)
                ]
            case GetObject(kind, name, namespace, api_version):
                one = api().object(kind, api_version, namespace, name)
                hidden = one is None or (kind == "Pod" and self._hides(one))
                return None if one is None or hidden else without_bookkeeping(one)
            case Request(method, path, body, user, groups):
                document = json.loads(body) if body else None
                return asdict(api().request(method, path, document, user, groups))
            case RunInPod(namespace, pod, container, argv, timeout):
                target = ExecTarget(namespace, pod, container, argv, timeout)
                return asdict(api().exec(target))
            case RunOnNode(name, argv, stdin, timeout):
                return self._run(name, argv, stdin, timeout)
            case AskTime():
                return api().now().isoformat()
            case AskNonce():
                return self._nonce
            case AskProbePods(wishes):
                return [asdict(probe) for probe in self._probes().get(wishes)]

    def close(self) -> None:
        """The round is over: remove its probe pods, and those that a killed grader has left."""
        if self._memo.has("probes"):
            with suppress(SeatrialError, OSError):
                self._probes().close()
        if self._memo.has("api"):
            self._link.sweep()

    def _probes(self) -> ProbePods:
        api, scale = self._api(), self._cluster.time_scale
        probes: ProbePods = self._memo.get(
            "probes", lambda: ProbePods(api, self._link.key_of_probes(), scale)
        )
        return probes

    def _hides(self, pod: Object) -> bool:
        if self._whole or not may_be_probe(str(pod["metadata"]["name"])):
            return False
        return is_probe(pod, self._link.key_of_probes())

    def _run(self, name: str, argv: tuple[str, ...], stdin: str, timeout: float) -> list[object]:
        node = self._cluster.nodes.get(name)
        if node is None:
            there = ", ".join(self._cluster.nodes)
            raise UnknownNode(f"the lab has no node {name}", f"It has {there}.")
        scaled = timeout * self._cluster.time_scale
        if argv[:2] == ("sh", "-s"):
            result = node.inspect(stdin, argv[2:], timeout=scaled)
        else:
            result = node.run(argv, stdin=stdin, timeout=scaled)
        return [result.code, result.stdout, result.stderr]

    def _api(self) -> Api:
        api: Api = self._memo.get("api", self._link.api)
        return api
