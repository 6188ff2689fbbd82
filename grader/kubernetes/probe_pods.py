"""The probe pods of one round: made when they are asked for, removed when the round is over."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import quote

from grader.kubernetes.api import Api, ApiUnreachable, NoProbePod, Object
from grader.kubernetes.probe_pod import (
    MARK,
    Probe,
    ProbeWish,
    choose_node,
    is_left_behind,
    is_probe,
    manifest,
    with_other_resources,
)
from labs.deadline import Deadline
from labs.errors import SeatrialError

_START = 25.0
"""Seconds (native speed) in which a pod has its address."""
_LONGEST_START = 180.0
_LIFE = 120.0
"""Seconds (native speed) after which a forgotten probe ends by itself."""
_NOW = {"gracePeriodSeconds": 0}


class ProbePods:
    """Safe for several threads; equal wishes share a pod."""

    def __init__(self, api: Api, key: bytes, time_scale: float) -> None:
        self._api = api
        self._key = key
        self._time_scale = time_scale
        self._lock = threading.Lock()
        self._probes: dict[ProbeWish, Probe] = {}
        self._made: list[Probe] = []
        self._closed = False

    def get(self, wishes: Sequence[ProbeWish]) -> list[Probe]:
        """In the order of the wishes, each with an address or a problem.

        Raises NoProbePod when one could not be made or gave no sign in time, and ApiUnreachable.
        """
        with self._lock:
            if self._closed:
                raise NoProbePod("the round is over", "")
            begun = [self._probes.get(wish) or self._make(wish) for wish in wishes]
        started = {one.name: one for one in begun if one.ip or one.problem}
        deadline = Deadline.after(min(_START * self._time_scale, _LONGEST_START))

        def all_have_started() -> bool | None:
            for probe in begun:
                if probe.name not in started:
                    now = self._look(probe, patient=deadline.left > _START)
                    if now.ip or now.problem:
                        started[probe.name] = now
            return True if len(started) == len({one.name for one in begun}) else None

        if all_have_started() is None and deadline.poll(all_have_started, every=0.5) is None:
            waiting = next(one for one in begun if one.name not in started)
            raise NoProbePod(f"a probe pod on {waiting.node} did not start in time", "")
        with self._lock:
            self._probes.update(
                {wish: started[one.name] for wish, one in zip(wishes, begun, strict=True)}
            )
        return [started[one.name] for one in begun]

    def close(self) -> None:
        """Remove all; none can be made any more. What cannot be removed now ends by itself."""
        with self._lock:
            self._closed = True
            made, self._made = self._made, []
        for probe in made:
            remove(self._api, probe.namespace, probe.name)

    def _make(self, wish: ProbeWish) -> Probe:
        owner = self._api.object("Namespace", "v1", "", wish.namespace)
        node, problem = choose_node(self._api.objects("Node", "v1", ""), wish.node)
        if owner is None:
            problem = f"namespace {wish.namespace} does not exist"
        if owner is None or node is None:
            return Probe(f"({problem})", wish.namespace, node=wish.node, problem=problem)
        pod = manifest(wish, node, owner, self._seconds(), self._key)
        probe = Probe(pod["metadata"]["name"], wish.namespace, node=pod["spec"]["nodeName"])
        self._made.append(probe)
        refusal = self._create(pod)
        for other in with_other_resources(pod):
            refusal = refusal and self._create(other)
        if refusal:
            raise NoProbePod(f"a probe pod in {wish.namespace} was refused: {refusal}", "")
        self._probes[wish] = probe
        return probe

    def _create(self, pod: Object) -> str:
        """What the API server said against it; "" when it took it."""
        path = _path(pod["metadata"]["namespace"])
        answer = self._api.request("POST", path, pod, "", ())
        if answer.status in (200, 201, 202):
            return ""
        if isinstance(answer.body, dict) and answer.body.get("message"):
            return str(answer.body["message"]).replace(pod["metadata"]["name"], "…")
        return f"status {answer.status}"

    def _seconds(self) -> int:
        return int(_LIFE * max(self._time_scale, 1.0))

    def _look(self, probe: Probe, *, patient: bool) -> Probe:
        """As it is now; its warnings count as a problem once we are no longer patient."""
        pod = self._api.object("Pod", "v1", probe.namespace, probe.name)
        if pod is None:
            return _with(probe, problem="somebody removed a probe pod")
        status = pod.get("status") or {}
        uid = str(pod["metadata"]["uid"])
        if status.get("phase") == "Failed":
            why = f"{status.get('reason', '')} {status.get('message', '')}".strip()
            return _with(probe, uid, problem=f"{probe.node} does not run a new pod: {why}")
        if status.get("podIP"):
            return _with(probe, uid, ip=str(status["podIP"]))
        warning = "" if patient else self._warning(probe, uid)
        if warning:
            return _with(probe, uid, problem=f"a new pod on {probe.node} does not start: {warning}")
        return _with(probe, uid)

    def _warning(self, probe: Probe, uid: str) -> str:
        query = quote(f"involvedObject.uid={uid},type=Warning")
        path = f"/api/v1/namespaces/{quote(probe.namespace)}/events?fieldSelector={query}"
        answer = self._api.request("GET", path, None, "", ())
        items = answer.body.get("items") if isinstance(answer.body, dict) else None
        messages = [f"{one.get('reason')}: {one.get('message')}" for one in items or []]
        return messages[-1] if messages else ""


def _with(probe: Probe, uid: str = "", ip: str = "", problem: str = "") -> Probe:
    return Probe(probe.name, probe.namespace, uid, probe.node, ip, problem)


def _path(namespace: str, name: str = "") -> str:
    return f"/api/v1/namespaces/{quote(namespace)}/pods" + (f"/{quote(name)}" if name else "")


def remove(api: Api, namespace: str, name: str) -> None:
    """At once; once more when the API server does not answer."""
    for _ in range(2):
        with suppress(ApiUnreachable):
            api.request("DELETE", _path(namespace, name), _NOW, "", ())
            return


def sweep(api: Api, key: Callable[[], bytes]) -> None:
    """Remove what a grader that was killed has left behind; when that fails, the next one will."""
    with suppress(SeatrialError, OSError):
        answer = api.request("GET", f"/api/v1/pods?labelSelector={quote(MARK)}", None, "", ())
        items = answer.body.get("items") if isinstance(answer.body, dict) else None
        for pod in items or []:
            if is_probe(pod, key()) and is_left_behind(pod):
                remove(api, pod["metadata"]["namespace"], pod["metadata"]["name"])
