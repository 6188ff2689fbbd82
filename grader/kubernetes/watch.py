"""LIST and WATCH: what the API server holds, kept up to date on one thread, however many watches.

A watch only tells sooner. What is known by it is offered while its stream is open, and never else.
"""

import asyncio
import json
import logging
import ssl
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from cluster.node import ApiAccess
from grader.kubernetes.api import ApiRefused, ApiUnreachable, Object, UnknownKind
from grader.kubernetes.api_kinds import KNOWN, ApiKind
from grader.kubernetes.noise import essence, without_bookkeeping
from grader.kubernetes.probe_pod import may_be_probe
from grader.kubernetes.watch_target import OnChange, Target

_log = logging.getLogger(__name__)

PAGE = 500
_LIFE = 600
"""Seconds after which the server ends a stream, which is then resumed."""
_SILENCE = 150.0
"""Seconds without a line (bookmarks come every minute) after which a stream is opened anew."""
_GONE_PAUSE = 0.05
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 5.0
_REFUSED_PAUSE = 15.0
"""Seconds until a watch that the server does not offer is tried again."""
_END_SECONDS = 0.8

FindKind = Callable[[str, str], ApiKind]
"""Where a kind of an API version is. Raises UnknownKind, ApiUnreachable."""


class _Gone(Exception):
    """The server has forgotten what happened since: list again."""


class _Broken(Exception):
    """The stream or the list ended as it should not."""


class _NotOffered(Exception):
    """The server does not let us watch this."""


@dataclass(slots=True)
class _Followed:
    """One target: what is known of it. Written in the watches' thread, under their lock."""

    target: Target
    objects: dict[str, Object] = field(default_factory=dict)
    """By `namespace/name`."""
    current: bool = False
    task: "asyncio.Task[None] | None" = None


class Watches:
    """Follows targets on one server. `on_change` is called whenever one is to be looked at anew."""

    def __init__(
        self, access: ApiAccess, time_scale: float, find: FindKind, on_change: OnChange
    ) -> None:
        self._access = access
        self._find = find
        self._limit = min(10.0 * time_scale, 45.0)
        self._on_change = on_change
        self._lock = threading.Lock()
        self._followed: dict[Target, _Followed] = {}
        self._loop = asyncio.new_event_loop()
        self._client: httpx.AsyncClient | None = None
        self._thread = threading.Thread(target=self._run, name="watches", daemon=True)
        self._thread.start()

    def follow(self, targets: Collection[Target]) -> None:
        """Watch these, and nothing else. Returns at once."""
        with self._lock:
            if set(targets) == set(self._followed):
                return
            gone = [one for target, one in self._followed.items() if target not in targets]
            new = [_Followed(target) for target in targets if target not in self._followed]
            for one in gone:
                del self._followed[one.target]
            self._followed |= {one.target: one for one in new}
        self._loop.call_soon_threadsafe(self._change_tasks, gone, new)

    def known(self, target: Target) -> list[Object] | None:
        """The objects of the target by now, in the server's order; None when that is not known."""
        with self._lock:
            for one in self._followed.values():
                if one.current and one.target.covers(target):
                    return [
                        item
                        for _, item in sorted(one.objects.items())
                        if target.namespace in ("", _namespace(item))
                        and target.name in ("", item["metadata"]["name"])
                    ]
        return None

    def close(self) -> None:
        """End all watches, within a second."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_END_SECONDS)

    # --- in the thread of the watches

    def _run(self) -> None:
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._end())
        finally:
            self._loop.close()

    async def _end(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    def _change_tasks(self, gone: list[_Followed], new: list[_Followed]) -> None:
        for one in gone:
            if one.task is not None:
                one.task.cancel()
        for one in new:
            one.task = self._loop.create_task(self._follow(one))

    async def _follow(self, one: _Followed) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                place = await self._place(one.target)
                version = await self._list(one, place)
                pause = _FIRST_PAUSE
                while True:
                    version = await self._stream(one, place, version)
            except _Gone:
                self._lose(one)
                await asyncio.sleep(_GONE_PAUSE)
            except (_NotOffered, UnknownKind, ApiRefused) as error:
                _log.info("%s cannot be watched: %r", one.target, error)
                self._lose(one)
                await asyncio.sleep(_REFUSED_PAUSE)
            except (_Broken, ApiUnreachable, httpx.HTTPError, OSError) as error:
                _log.info("the watch of %s broke: %r", one.target, error)
                self._lose(one)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _list(self, one: _Followed, place: ApiKind) -> str:
        """All objects as they are at one moment, and the version of that moment."""
        found: dict[str, Object] = {}
        query = {"limit": str(PAGE), **_only(one.target)}
        while True:
            page = await self._get(place.path(one.target.namespace), query)
            for item in page.get("items") or []:
                whole = {"apiVersion": place.api_version, "kind": one.target.kind, **item}
                found[_key(whole)] = without_bookkeeping(whole)
            metadata = page.get("metadata") or {}
            if not metadata.get("continue"):
                break
            query["continue"] = metadata["continue"]
        with self._lock:
            one.objects = found
        return str(metadata["resourceVersion"])

    async def _stream(self, one: _Followed, place: ApiKind, version: str) -> str:
        """Follow until the server ends the stream; the version from which to go on."""
        query = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(_LIFE),
            **_only(one.target),
        }
        timeout = httpx.Timeout(self._limit, read=_SILENCE)
        path = place.path(one.target.namespace)
        async with self._http().stream(
            "GET", path, params=query, timeout=timeout, extensions=self._named()
        ) as answer:
            if answer.status_code != 200:
                _complain(answer.status_code)
            self._is_current(one)
            try:
                async for line in answer.aiter_lines():
                    version = self._take(one, json.loads(line))
            except (httpx.ReadTimeout, httpx.RemoteProtocolError) as error:
                # What happened meanwhile on a server that has gone is not to be guessed.
                raise _Broken from error
        with self._lock:
            one.current = False
        return version

    def _take(self, one: _Followed, event: Mapping[str, Any]) -> str:
        """Note one event; the version that it leads to."""
        item: dict[str, Any] = event["object"]
        if event["type"] == "ERROR":
            _complain(int(item.get("code") or 500))
        if event["type"] != "BOOKMARK":
            key = _key(item)
            with self._lock:
                before = one.objects.pop(key, None)
                if event["type"] != "DELETED":
                    one.objects[key] = without_bookkeeping(item)
            after = one.objects.get(key)
            if may_be_probe(str(item["metadata"]["name"])):
                return str(item["metadata"]["resourceVersion"])
            if before is None or after is None or essence(before) != essence(after):
                self._on_change(one.target)
        return str(item["metadata"]["resourceVersion"])

    def _is_current(self, one: _Followed) -> None:
        with self._lock:
            one.current = True
        self._on_change(one.target)

    def _lose(self, one: _Followed) -> None:
        with self._lock:
            was, one.current = one.current, False
        if was:
            self._on_change(one.target)

    async def _place(self, target: Target) -> ApiKind:
        """Where the target's kind is. Asking for it takes a thread, unless it is well known."""
        if target.kind in KNOWN:
            return self._find(target.kind, target.api_version)
        return await asyncio.to_thread(self._find, target.kind, target.api_version)

    async def _get(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        answer = await self._http().get(path, params=query, extensions=self._named())
        if answer.status_code != 200:
            _complain(answer.status_code)
        found: Mapping[str, Any] = answer.json()
        return found

    def _named(self) -> dict[str, Any]:
        """The name in the server's certificate, which is not where it is reached."""
        return {"sni_hostname": self._access.tls_server_name or "127.0.0.1"}

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                base_url=self._access.server,
                verify=_trust(self._access),
                headers={"Accept": "application/json"},
                timeout=httpx.Timeout(self._limit),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=2),
                trust_env=False,
            )
        return self._client


def _trust(access: ApiAccess) -> ssl.SSLContext | bool:
    if not access.server.startswith("https:"):
        return True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(access.ca_file)
    context.load_cert_chain(access.cert_file, access.key_file)
    return context


def _complain(status: int) -> None:
    if status == 410:
        raise _Gone
    if status in (403, 404, 405):
        raise _NotOffered(str(status))
    raise _Broken(str(status))


def _only(target: Target) -> dict[str, str]:
    return {"fieldSelector": f"metadata.name={target.name}"} if target.name else {}


def _namespace(item: Object) -> str:
    return str(item["metadata"].get("namespace", ""))


def _key(item: Object) -> str:
    return f"{_namespace(item)}/{item['metadata']['name']}"
