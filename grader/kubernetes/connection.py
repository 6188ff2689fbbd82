"""HTTP to an API server with our own credentials: pooled, patient with a busy server, dated.

Says what the server answered; what that means of the cluster is for the client to say.
"""

import json
import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3
from kubernetes.client import ApiClient, Configuration
from urllib3 import HTTPHeaderDict

from cluster.node import ApiAccess
from grader.kubernetes.api import ApiDistrusted, ApiUnreachable
from labs.deadline import Deadline

_log = logging.getLogger(__name__)

RUNS = "Is kube-apiserver running on the control plane?"
_BUSY = 429
_PAUSE = 1.0
"""Seconds, where a busy server does not say when to come again."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes
    retry_after: float = 0.0
    """Seconds, 0 where the server did not ask to be left alone."""

    @property
    def document(self) -> dict[str, Any]:
        """The JSON object that was answered; {} where it was none."""
        try:
            found = json.loads(self.content)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def message(self) -> str:
        """What a server says when it does not do what it was asked for."""
        message = self.document.get("message")
        return str(message)[:150] if message else self.content[:100].decode(errors="replace")


class Connection:
    """May be used from any thread. `time_scale` stretches how long an answer may take."""

    def __init__(self, access: ApiAccess, time_scale: float) -> None:
        self._access = access
        self._limit = min(10.0 * time_scale, 45.0)
        # Half of it to connect: a handshake is the slowest thing that an emulated server does.
        self._timeout = urllib3.Timeout(connect=self._limit / 2, read=self._limit)
        self._pool = _pool(access)
        self._renewing = threading.Lock()
        self._clock = threading.Lock()
        self._time: tuple[datetime, float] | None = None

    def close(self) -> None:
        """Let go all connections; a later call makes new ones."""
        self._pool.clear()

    def send(
        self, method: str, path: str, headers: HTTPHeaderDict, body: bytes | None = None
    ) -> Answer:
        """What the server answered, when it was not too busy to. Raises ApiUnreachable."""
        deadline = Deadline.after(self._limit)
        while True:
            answer = self._send_anew(method, path, headers, body)
            if answer.status != _BUSY or not _was_not_read(method, answer):
                return answer
            pause = answer.retry_after or _PAUSE
            if pause >= deadline.left:
                raise ApiUnreachable(
                    f"the API server is too busy: {answer.message}",
                    "Wait until its load is lower.",
                )
            Deadline.after(pause).poll(lambda: None, every=pause)

    def now(self) -> datetime | None:
        """The time by the server's clock; None before its first answer."""
        with self._clock:
            if self._time is None:
                return None
            instant, read_at = self._time
        return instant + timedelta(seconds=time.monotonic() - read_at)

    def _send_anew(
        self, method: str, path: str, headers: HTTPHeaderDict, body: bytes | None
    ) -> Answer:
        """A kept connection may have been closed by a server that has restarted since."""
        pool = self._pool
        try:
            return self._send_once(pool, method, path, headers, body)
        except urllib3.exceptions.ClosedPoolError:
            _log.info("another thread has just renewed the connections")
        except urllib3.exceptions.ProtocolError as error:
            if method != "GET":
                raise unreachable(error) from error
            _log.info("a connection to the API server was closed: %r", error)
        except urllib3.exceptions.HTTPError as error:
            raise unreachable(error) from error
        try:
            return self._send_once(self._renewed(pool), method, path, headers, body)
        except urllib3.exceptions.HTTPError as error:
            raise unreachable(error) from error

    def _renewed(self, used: urllib3.PoolManager) -> urllib3.PoolManager:
        """Without any connection that was kept, of those that `used` kept."""
        with self._renewing:
            if self._pool is used:
                self._pool = _pool(self._access)
                used.clear()
            return self._pool

    def _send_once(
        self,
        pool: urllib3.PoolManager,
        method: str,
        path: str,
        headers: HTTPHeaderDict,
        body: bytes | None,
    ) -> Answer:
        answer = pool.request(
            method,
            self._access.server.rstrip("/") + path,
            headers=headers,
            body=body,
            timeout=self._timeout,
            retries=False,
            redirect=False,
        )
        self._set_clock(answer.headers.get("Date", ""))
        retry_after = answer.headers.get("Retry-After", "")
        seconds = float(retry_after) if retry_after.isdecimal() else 0.0
        return Answer(answer.status, answer.data, seconds)

    def _set_clock(self, date: str) -> None:
        if date:
            with self._clock:
                instant = parsedate_to_datetime(date).astimezone(UTC)
                self._time = (instant, time.monotonic())


def _was_not_read(method: str, answer: Answer) -> bool:
    """A refused eviction is answered by 429 too, and that is a fact of the cluster."""
    causes = (answer.document.get("details") or {}).get("causes")
    return method == "GET" or not causes


def _pool(access: ApiAccess) -> urllib3.PoolManager:
    pool: urllib3.PoolManager = ApiClient(_configuration(access)).rest_client.pool_manager
    return pool


def _configuration(access: ApiAccess) -> Configuration:
    configuration = Configuration(
        host=access.server, ssl_ca_cert=access.ca_file, tls_server_name=access.tls_server_name
    )
    configuration.cert_file = access.cert_file
    configuration.key_file = access.key_file
    configuration.proxy = None
    configuration.connection_pool_maxsize = 8
    return configuration


def unreachable(error: urllib3.exceptions.HTTPError) -> ApiUnreachable:
    _log.info("the API server cannot be reached: %r", error)
    late = urllib3.exceptions.ConnectTimeoutError | urllib3.exceptions.ReadTimeoutError
    if isinstance(error, urllib3.exceptions.SSLError):
        return ApiDistrusted("the API server shows a certificate of another authority", RUNS)
    if isinstance(error, urllib3.exceptions.NewConnectionError) or not isinstance(error, late):
        why = "the API server does not answer"
    else:
        why = "the API server does not answer in time"
    return ApiUnreachable(why, RUNS)
