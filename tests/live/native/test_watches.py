"""Watches on a real API server, and a live step that is judged by what they tell."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from cluster.native.api_server import NativeApi
from grader.grade import Grader
from grader.kubernetes import watch
from grader.kubernetes.client import KubernetesApi
from grader.kubernetes.watch import Watches
from grader.kubernetes.watch_target import Target
from grader.live import PAUSE
from grader.live import watch as watch_step
from grader.live_source import ApiLink
from grader.verdict import CriterionResult
from labs.deadline import Deadline
from labs.model import Criterion
from tests.grader.sample_lab import criterion, lab, step
from tests.live.native.conftest import Put, put_into
from tui.bench.native_objects import lease

SOON = 5.0


@dataclass(slots=True)
class Watcher:
    """Watches, and what they told."""

    watches: Watches
    told: "SimpleQueue[Target]" = field(default_factory=SimpleQueue)

    def next(self) -> Target:
        return self.told.get(timeout=SOON)

    def is_quiet(self, seconds: float = 0.3) -> bool:
        try:
            self.told.get(timeout=seconds)
        except Empty:
            return True
        return False

    def names(self, target: Target) -> list[str] | None:
        found = self.watches.known(target)
        return None if found is None else [item["metadata"]["name"] for item in found]


@contextmanager
def watching(api: KubernetesApi, *targets: Target) -> Iterator[Watcher]:
    """Begins when all targets are known."""
    told: SimpleQueue[Target] = SimpleQueue()
    watcher = Watcher(api.watches(told.put), told)
    watcher.watches.follow(targets)
    try:
        assert {watcher.next() for _ in targets} == set(targets)
        yield watcher
    finally:
        watcher.watches.close()


def change(api: KubernetesApi, path: str, body: Mapping[str, Any]) -> None:
    """Whatever version of the object there is by now."""
    version = api.request("GET", path, None, "", ()).body["metadata"]["resourceVersion"]
    metadata = {**body["metadata"], "resourceVersion": version}
    answer = api.request("PUT", path, {**body, "metadata": metadata}, "", ())
    assert answer.status == 200, answer.body


def config_maps(namespace: str) -> Target:
    return Target("ConfigMap", "v1", namespace)


def path_of(namespace: str) -> str:
    return f"/api/v1/namespaces/{namespace}/configmaps"


def test_what_comes_changes_and_goes_is_told(api: KubernetesApi, put: Put, namespace: str) -> None:
    target, path = config_maps(namespace), path_of(namespace)
    with watching(api, target) as watcher:
        assert watcher.names(target) == []
        made = put(path, "one")
        assert watcher.next() == target and watcher.names(target) == ["one"]
        change(api, f"{path}/one", {**made, "data": {"colour": "red"}})
        assert watcher.next() == target
        known = watcher.watches.known(target)
        assert known and known[0]["data"] == {"colour": "red"}
        assert "managedFields" not in known[0]["metadata"]
        assert (known[0]["kind"], known[0]["apiVersion"]) == ("ConfigMap", "v1")
        api.request("DELETE", f"{path}/one", None, "", ())
        assert watcher.next() == target and watcher.names(target) == []


def test_what_is_known_is_what_the_server_would_answer(
    api: KubernetesApi, put: Put, namespace: str
) -> None:
    target, path = config_maps(namespace), path_of(namespace)
    with watching(api, target) as watcher:
        for name in ("b", "a.b", "a", "a-b"):
            put(path, name)
            watcher.next()
        known = watcher.watches.known(target)
        assert known is not None
        served = api.objects("ConfigMap", "", namespace)
        for item in served:
            item["metadata"].pop("managedFields", None)
        assert known == list(served)


def test_one_object_is_watched_alone(api: KubernetesApi, put: Put, namespace: str) -> None:
    one = Target("ConfigMap", "v1", namespace, "one")
    with watching(api, one) as watcher:
        put(path_of(namespace), "other")
        assert watcher.is_quiet() and watcher.names(one) == []
        put(path_of(namespace), "one")
        assert watcher.next() == one and watcher.names(one) == ["one"]
        assert watcher.names(config_maps(namespace)) is None


def test_a_watch_of_all_namespaces_knows_each(api: KubernetesApi, put: Put, namespace: str) -> None:
    with watching(api, Target("ConfigMap", "v1")) as watcher:
        put(path_of(namespace), "one")
        watcher.next()
        assert watcher.names(config_maps(namespace)) == ["one"]
        assert watcher.names(Target("ConfigMap", "v1", namespace, "two")) == []


def test_a_sign_of_life_is_known_and_not_told(api: KubernetesApi, put: Put) -> None:
    path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
    target = Target("Lease", "coordination.k8s.io/v1", "kube-node-lease")
    with watching(api, target) as watcher:
        made = put(path, "n1", spec=lease()["spec"])
        assert watcher.next() == target
        renewed = {**made, "spec": lease()["spec"]}
        change(api, f"{path}/n1", renewed)
        assert watcher.is_quiet()
        known = watcher.watches.known(target)
        assert known and known[0]["spec"]["renewTime"] == renewed["spec"]["renewTime"]
        renewed["spec"]["holderIdentity"] = "another"
        change(api, f"{path}/n1", renewed)
        assert watcher.next() == target


def test_a_stream_that_the_server_ends_goes_on_from_a_bookmark(
    api: KubernetesApi, put: Put, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is listed again, and nothing is missed."""
    monkeypatch.setattr(watch, "_LIFE", 3)
    listed = []
    list_ = Watches._list

    async def counted(self: Watches, one: Any, place: Any) -> str:
        listed.append(one.target)
        return await list_(self, one, place)

    monkeypatch.setattr(Watches, "_list", counted)
    target = config_maps(namespace)
    with watching(api, target) as watcher:
        put(path_of(namespace), "before")
        assert watcher.next() == target
        assert watcher.next() == target, "told when the next stream has begun"
        put(path_of(namespace), "after")
        assert watcher.next() == target
        assert watcher.names(target) == ["after", "before"]
    assert listed == [target]


def test_what_the_server_has_forgotten_is_listed_anew(
    mortal_server: NativeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Version 1 is older than anything that a server remembers which has restarted: 410."""
    mortal_server.server.end()
    mortal_server.start_server()
    api = KubernetesApi(mortal_server.api())
    stream, began = Watches._stream, []
    forgotten = []

    async def from_the_beginning(self: Watches, one: Any, place: Any, version: str) -> str:
        began.append(version)
        try:
            return await stream(self, one, place, "1" if len(began) == 1 else version)
        except watch._Gone:
            forgotten.append(version)
            raise

    monkeypatch.setattr(Watches, "_stream", from_the_beginning)
    put_into(api, "/api/v1/namespaces", "forgotten")
    target = config_maps("forgotten")
    with watching(api, target) as watcher:
        assert Deadline.after(SOON).poll(lambda: True if len(began) > 1 else None, every=0.02)
        put_into(api, path_of("forgotten"), "one")
        found = Deadline.after(SOON).poll(
            lambda: True if watcher.names(target) == ["one"] else None, every=0.02
        )
        assert found and len(forgotten) == 1
    api.close()


def test_what_a_watch_knew_is_not_offered_while_the_server_is_away(
    mortal_server: NativeApi,
) -> None:
    api = KubernetesApi(mortal_server.api())
    target = config_maps("default")
    with watching(api, target) as watcher:
        mortal_server.server.end()
        assert watcher.next() == target and watcher.names(target) is None
        mortal_server.start_server()
        assert watcher.next() == target
        put_into(api, path_of("default"), "again")
        assert watcher.next() == target and "again" in (watcher.names(target) or [])
    api.close()


def test_a_kind_that_nobody_serves_is_not_known(api: KubernetesApi) -> None:
    told: SimpleQueue[Target] = SimpleQueue()
    watches = api.watches(told.put)
    target = Target("Ghost", "example.org/v1", "default")
    watches.follow([target])
    assert Watcher(watches, told).is_quiet()
    assert watches.known(target) is None
    watches.close()


def test_watches_end_at_once_also_when_the_server_hangs(mortal_server: NativeApi) -> None:
    api = KubernetesApi(mortal_server.api())
    with watching(api, config_maps("default"), Target("Pod", "v1")) as watcher:
        mortal_server.server.freeze()
        try:
            deadline = Deadline.after(1.0)
            watcher.watches.close()
            assert not deadline.passed
            assert not [one for one in threading.enumerate() if one.name == "watches"]
        finally:
            mortal_server.server.thaw()
    api.close()


class Counting(KubernetesApi):
    """Counts what is read of the server itself."""

    reads = 0

    def objects(self, *args: Any) -> Any:
        Counting.reads += 1
        return super().objects(*args)

    def object(self, *args: Any) -> Any:
        Counting.reads += 1
        return super().object(*args)


@contextmanager
def live(
    server: NativeApi, *criteria: Criterion, patience: float = 1.0
) -> Iterator["SimpleQueue[CriterionResult]"]:
    """A step that is judged while the block runs; ends within a second."""
    told: SimpleQueue[CriterionResult] = SimpleQueue()
    stop = threading.Event()
    link = ApiLink(server, lambda access, scale: Counting(access, scale * patience))
    grader = Grader(lab(step("one", *criteria)), server, {}, (), link)
    thread = threading.Thread(
        target=watch_step, args=(grader, "one", told.put, stop, PAUSE * patience)
    )
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join(1.0)
        assert not thread.is_alive()


def config(namespace: str, **more: Any) -> Criterion:
    return criterion("c", "resource", kind="ConfigMap", namespace=namespace, name="one", **more)


def test_a_change_is_a_verdict_within_a_moment(
    server: NativeApi, api: KubernetesApi, put: Put, namespace: str
) -> None:
    path = path_of(namespace)
    with live(server, config(namespace, expect={"data.colour": "red"})) as told:
        assert told.get(timeout=SOON).verdict.value == "FAILED"
        made = put(path, "one", data={"colour": "blue"})
        assert "blue" in told.get(timeout=SOON).evidence.why
        for colour, verdict in (("red", "PASSED"), ("green", "FAILED")):
            change(api, f"{path}/one", {**made, "data": {"colour": colour}})
            assert told.get(timeout=1.0).verdict.value == verdict
        api.request("DELETE", f"{path}/one", None, "", ())
        assert told.get(timeout=1.0).evidence.why == f"there is no ConfigMap {namespace}/one"


def test_at_rest_nothing_is_read_from_the_server(
    server: NativeApi, put: Put, namespace: str
) -> None:
    put(path_of(namespace), "one")
    with live(server, config(namespace)) as told:
        assert told.get(timeout=SOON).verdict.value == "PASSED"
        with pytest.raises(Empty):
            told.get(timeout=1.0)
        before = Counting.reads
        with pytest.raises(Empty):
            told.get(timeout=4.0)
        assert Counting.reads == before


def test_a_live_step_hears_of_a_server_that_dies_and_of_its_return(
    mortal_server: NativeApi,
) -> None:
    api = KubernetesApi(mortal_server.api())
    put_into(api, "/api/v1/namespaces", "live")
    put_into(api, path_of("live"), "one")
    with live(mortal_server, config("live"), patience=0.2) as told:
        assert told.get(timeout=SOON).verdict.value == "PASSED"
        mortal_server.server.end()
        lost = told.get(timeout=30)
        assert lost.verdict.value == "UNKNOWN" and "does not answer" in lost.evidence.why
        mortal_server.start_server()
        # While it starts, why it cannot be asked may change.
        while (again := told.get(timeout=10).verdict.value) == "UNKNOWN":
            pass
        assert again == "PASSED"
        api.request("DELETE", f"{path_of('live')}/one", None, "", ())
        assert told.get(timeout=5).verdict.value == "FAILED"
    api.close()


def test_a_server_that_hangs_is_noticed_although_its_streams_stay_open(
    mortal_server: NativeApi,
) -> None:
    """The verdict of before is not repeated for ever."""
    api = KubernetesApi(mortal_server.api())
    put_into(api, "/api/v1/namespaces", "hangs")
    put_into(api, path_of("hangs"), "one")
    looks: list[str] = []
    with live(mortal_server, config("hangs"), patience=0.2) as told:
        looks.append(told.get(timeout=SOON).verdict.value)
        with pytest.raises(Empty):
            told.get(timeout=1.0)
        mortal_server.server.freeze()
        try:
            looks.append(told.get(timeout=20).verdict.value)
        finally:
            mortal_server.server.thaw()
        looks.append(told.get(timeout=15).verdict.value)
    assert looks == ["PASSED", "UNKNOWN", "PASSED"]
    api.close()
