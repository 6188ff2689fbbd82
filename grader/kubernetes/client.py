"""The API of a running cluster, by the `kubernetes` package. Imported only when first needed."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from urllib3 import HTTPHeaderDict

from cluster.node import ApiAccess
from grader.kubernetes.api import (
    ApiAnswer,
    ApiDistrusted,
    ApiRefused,
    ApiUnreachable,
    ExecOutcome,
    ExecTarget,
    Object,
    UnknownKind,
)
from grader.kubernetes.api_kinds import ApiKind, find_kind
from grader.kubernetes.connection import RUNS, Answer, Connection
from grader.kubernetes.pod_exec import run_in_pod
from grader.kubernetes.watch_target import OnChange

if TYPE_CHECKING:
    from grader.kubernetes.watch import Watches

PAGE = 500
"""Objects that are asked for at once: a long list in one piece costs the server much memory."""


class KubernetesApi:
    """Implements `Api`. `time_scale` stretches how long an answer may take."""

    def __init__(self, access: ApiAccess, time_scale: float = 1.0) -> None:
        self._access = access
        self._time_scale = time_scale
        self._connection = Connection(access, time_scale)
        self._kinds: dict[tuple[str, str], ApiKind] = {}

    def close(self) -> None:
        """Let go all connections; a later call makes new ones."""
        self._connection.close()

    def objects(self, kind: str, api_version: str, namespace: str) -> tuple[Object, ...]:
        """As they were at one moment, however many they are."""
        for place in self._places(kind, api_version):
            items = self._items(place.path(namespace))
            if items is not None:
                known = {"apiVersion": place.api_version, "kind": kind}
                return tuple({**known, **item} for item in items)
        raise _unknown(kind)

    def object(self, kind: str, api_version: str, namespace: str, name: str) -> Object | None:
        for place in self._places(kind, api_version):
            answer = self._get(place.path(namespace, name))
            if answer.status != 404:
                return answer.document
            if _names_an_object(answer):
                return None
        raise _unknown(kind)

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        user: str,
        groups: Sequence[str],
    ) -> ApiAnswer:
        headers = HTTPHeaderDict({"Accept": "application/json"})
        if user:
            headers.add("Impersonate-User", user)
        for group in groups:
            headers.add("Impersonate-Group", group)
        if body is not None:
            headers.add("Content-Type", "application/json")
        data = None if body is None else json.dumps(body).encode()
        answer = self._connection.send(method, path, headers, data)
        if not _is_passed_on(path):
            _demand_trust(answer)
            if answer.status >= 500 and not _of_a_webhook(answer):
                raise _in_trouble(answer)
        try:
            return ApiAnswer(answer.status, json.loads(answer.content))
        except ValueError:
            return ApiAnswer(answer.status, answer.content.decode(errors="replace"))

    def exec(self, target: ExecTarget) -> ExecOutcome:
        return run_in_pod(self._access, target)

    def now(self) -> datetime:
        now = self._connection.now()
        if now is None:
            self._get("/version")
            now = self._connection.now()
        if now is None:
            raise ApiUnreachable("the API server does not say what time it is", "")
        return now

    def watches(self, on_change: OnChange) -> "Watches":
        """Watches on this server, none at first; see `grader.kubernetes.watch`."""
        from grader.kubernetes.watch import Watches

        return Watches(self._access, self._time_scale, self.place, on_change)

    def place(self, kind: str, api_version: str) -> ApiKind:
        """Where the kind is. Raises UnknownKind, ApiUnreachable."""
        place = self._kinds.get((kind, api_version))
        if place is None:
            place = self._discover(kind, api_version)
            self._kinds[kind, api_version] = place
        return place

    def _places(self, kind: str, api_version: str) -> Iterator[ApiKind]:
        """Where the kind is known to be, then, if it is not there, where it is now."""
        place = self.place(kind, api_version)
        yield place
        self._kinds.pop((kind, api_version), None)
        found = self.place(kind, api_version)
        if found != place:
            yield found

    def _discover(self, kind: str, api_version: str) -> ApiKind:
        """One group that a server of the learner's own does not serve hides no other kind."""
        unanswered: list[Answer] = []

        def get(path: str) -> Mapping[str, Any] | None:
            answer = self._send(path)
            if answer.status >= 500 and path.startswith("/apis/"):
                unanswered.append(answer)
                return None
            return None if answer.status == 404 else _good(answer).document

        try:
            return find_kind(kind, api_version, get)
        except UnknownKind as error:
            if unanswered:
                raise _in_trouble(unanswered[0]) from error
            raise

    def _items(self, path: str) -> list[Object] | None:
        """All pages of a list; None when nothing is served there."""
        items: list[Object] = []
        query = {"limit": str(PAGE)}
        while True:
            answer = self._send(f"{path}?{urlencode(query)}" if query else path)
            if answer.status == 404:
                return None
            if answer.status == 410 and query:
                # Too much has changed since the first page: once more, in one piece.
                items, query = [], {}
                continue
            page = _good(answer).document
            items += page.get("items") or []
            rest = (page.get("metadata") or {}).get("continue")
            if not rest:
                return items
            query = {"limit": str(PAGE), "continue": rest}

    def _get(self, path: str) -> Answer:
        """What is at a path, or a 404. Raises ApiUnreachable, ApiRefused."""
        answer = self._send(path)
        return answer if answer.status == 404 else _good(answer)

    def _send(self, path: str) -> Answer:
        return self._connection.send("GET", path, HTTPHeaderDict({"Accept": "application/json"}))


def _good(answer: Answer) -> Answer:
    """The answer to a GET, if it is one. Raises ApiUnreachable, ApiRefused."""
    _demand_trust(answer)
    if answer.status == 403:
        raise ApiRefused(answer.message, "Look at the API server's authorization.")
    if answer.status >= 500 and _of_a_webhook(answer):
        raise ApiRefused(answer.message, "Look at the webhook that it names.")
    if answer.status != 200:
        raise _in_trouble(answer)
    return answer


def _demand_trust(answer: Answer) -> None:
    if answer.status == 401:
        raise ApiDistrusted("the API server does not accept our certificate", RUNS)


def _in_trouble(answer: Answer) -> ApiUnreachable:
    return ApiUnreachable(
        f"the API server answered {answer.status}: {answer.message}",
        "Look at the API server's log on the control plane.",
    )


def _unknown(kind: str) -> UnknownKind:
    return UnknownKind(f"the cluster's API has no kind {kind}", "Is its CRD installed?")


def _names_an_object(answer: Answer) -> bool:
    """Whether a 404 says that one object is not there, and not that its kind is none."""
    return bool((answer.document.get("details") or {}).get("name"))


def _of_a_webhook(answer: Answer) -> bool:
    """Whether an error is that of a webhook in the cluster, which the server only reports."""
    return "webhook" in answer.message


def _is_passed_on(path: str) -> bool:
    """Whether something behind the API server answers: a Service, a Pod, a kubelet."""
    return (
        re.search(r"/(services|pods|nodes)/[^/]+/proxy(/|$)|/pods/[^/]+/log(\?|$)", path)
        is not None
    )
