"""The API of a running cluster, by the `kubernetes` package. Imported only when first needed."""

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3
from kubernetes.client import ApiClient, Configuration
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
)
from grader.kubernetes.api_kinds import ApiKind, find_kind
from grader.kubernetes.pod_exec import run_in_pod

_log = logging.getLogger(__name__)


class KubernetesApi:
    """Implements `Api`. `time_scale` stretches how long an answer may take."""

    def __init__(self, access: ApiAccess, time_scale: float = 1.0) -> None:
        self._access = access
        self._timeout = urllib3.Timeout(connect=5.0, read=min(10.0 * time_scale, 45.0))
        self._pool = ApiClient(_configuration(access)).rest_client.pool_manager
        self._kinds: dict[tuple[str, str], ApiKind] = {}
        self._clock = threading.Lock()
        self._time: tuple[datetime, float] | None = None

    def close(self) -> None:
        """Let go all connections; a later call makes new ones."""
        self._pool.clear()

    def objects(self, kind: str, api_version: str, namespace: str) -> tuple[Object, ...]:
        place = self._kind(kind, api_version)
        found = self._get(place.path(namespace))
        items = (found or {}).get("items") or []
        return tuple({"apiVersion": place.api_version, "kind": kind, **item} for item in items)

    def object(self, kind: str, api_version: str, namespace: str, name: str) -> Object | None:
        return self._get(self._kind(kind, api_version).path(namespace, name))

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
        status, content = self._send(method, path, headers, data)
        try:
            return ApiAnswer(status, json.loads(content))
        except ValueError:
            return ApiAnswer(status, content.decode(errors="replace"))

    def exec(self, target: ExecTarget) -> ExecOutcome:
        return run_in_pod(self._access, target)

    def now(self) -> datetime:
        if self._time is None:
            self._get("/version")
        with self._clock:
            assert self._time is not None
            instant, read_at = self._time
        return instant + timedelta(seconds=time.monotonic() - read_at)

    def _kind(self, kind: str, api_version: str) -> ApiKind:
        place = self._kinds.get((kind, api_version))
        if place is None:
            place = find_kind(kind, api_version, self._get)
            self._kinds[kind, api_version] = place
        return place

    def _get(self, path: str) -> Mapping[str, Any] | None:
        """The JSON at a path, None for 404. Raises ApiUnreachable, ApiRefused."""
        status, content = self._send("GET", path, HTTPHeaderDict({"Accept": "application/json"}))
        if status == 401:
            raise ApiDistrusted("the API server does not accept our certificate", _RUNS)
        if status == 404:
            return None
        if status == 403:
            raise ApiRefused(_message(content), "Look at the API server's authorization.")
        if status != 200:
            raise ApiUnreachable(
                f"the API server answered {status}: {_message(content)}",
                "Look at the API server's log on the control plane.",
            )
        found: Mapping[str, Any] = json.loads(content)
        return found

    def _send(
        self, method: str, path: str, headers: HTTPHeaderDict, body: bytes | None = None
    ) -> tuple[int, bytes]:
        """Status and content. Raises ApiUnreachable."""
        try:
            answer = self._pool.request(
                method,
                self._access.server.rstrip("/") + path,
                headers=headers,
                body=body,
                timeout=self._timeout,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise _unreachable(error) from error
        self._set_clock(answer.headers.get("Date", ""))
        return answer.status, answer.data

    def _set_clock(self, date: str) -> None:
        if date:
            with self._clock:
                instant = parsedate_to_datetime(date).astimezone(UTC)
                self._time = (instant, time.monotonic())


def _configuration(access: ApiAccess) -> Configuration:
    configuration = Configuration(
        host=access.server, ssl_ca_cert=access.ca_file, tls_server_name=access.tls_server_name
    )
    configuration.cert_file = access.cert_file
    configuration.key_file = access.key_file
    configuration.proxy = None
    configuration.connection_pool_maxsize = 8
    return configuration


_RUNS = "Is kube-apiserver running on the control plane?"


def _unreachable(error: urllib3.exceptions.HTTPError) -> ApiUnreachable:
    _log.info("the API server cannot be reached: %r", error)
    late = urllib3.exceptions.ConnectTimeoutError | urllib3.exceptions.ReadTimeoutError
    if isinstance(error, urllib3.exceptions.SSLError):
        return ApiDistrusted("the API server shows a certificate of another authority", _RUNS)
    if isinstance(error, urllib3.exceptions.NewConnectionError) or not isinstance(error, late):
        why = "the API server does not answer"
    else:
        why = "the API server does not answer in time"
    return ApiUnreachable(why, _RUNS)


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])[:150]
    except (ValueError, KeyError, TypeError):
        return body[:100].decode(errors="replace")
