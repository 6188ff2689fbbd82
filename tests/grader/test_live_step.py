"""A live step with watches that do what a test says; `tests/live/native` has real ones."""

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from grader import live_step
from grader.grade import Grader
from grader.kubernetes.api import Object
from grader.kubernetes.watch_target import OnChange, Target
from grader.live import watch
from grader.verdict import CriterionResult, Verdict
from grader.waves import take_look
from labs.deadline import Deadline
from labs.model import Criterion
from tests.grader.fakes import UNREACHABLE, FakeApi, FakeCluster, FakeNode, World
from tests.grader.sample_lab import criterion, lab, step

SOON = 5.0


@dataclass(slots=True)
class WatchedApi(FakeApi):
    """Has watches that know what `seen` holds, and tell of a change when a test does."""

    seen: list[dict[str, Any]] = field(default_factory=list)
    on_change: OnChange | None = None
    followed: frozenset[Target] = frozenset()
    ended: int = 0

    def watches(self, on_change: OnChange) -> "WatchedApi":
        self.on_change = on_change
        return self

    def follow(self, targets: Collection[Target]) -> None:
        self.followed = frozenset(targets)

    def known(self, target: Target) -> list[Object] | None:
        if not any(one.covers(target) for one in self.followed):
            return None
        return [
            item
            for item in self.seen
            if item["kind"] == target.kind and target.name in ("", item["metadata"]["name"])
        ]

    def close(self) -> None:
        self.ended += 1

    def hold(self, *items: dict[str, Any]) -> None:
        """Both the server and its watches."""
        self.items, self.seen = list(items), list(items)

    def tell(self, kind: str, version: str = "v1") -> None:
        assert self.on_change is not None
        self.on_change(Target(kind, version, "shop", "one"))


def thing(kind: str, **data: str) -> dict[str, Any]:
    metadata = {"name": "one", "namespace": "shop"}
    return {"kind": kind, "apiVersion": "v1", "metadata": metadata, "data": data}


def asks(id_: str, kind: str) -> Criterion:
    expect = {"data.colour": "red"}
    return criterion(id_, "resource", kind=kind, namespace="shop", name="one", expect=expect)


@dataclass(slots=True)
class Seen:
    """What a running step has told, and which criteria it has looked at."""

    api: WatchedApi
    told: "SimpleQueue[CriterionResult]"
    looks: list[str]

    def next(self) -> tuple[str, Verdict]:
        result = self.told.get(timeout=SOON)
        return result.criterion_id, result.verdict

    def is_quiet(self, seconds: float = 0.3) -> bool:
        try:
            self.told.get(timeout=seconds)
        except Empty:
            return True
        return False

    def until(self, holds: Callable[[], bool]) -> None:
        assert Deadline.after(SOON).poll(lambda: True if holds() else None, every=0.01)


Run = Callable[..., Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    @contextmanager
    def running(api: WatchedApi, *criteria: Criterion, pause: float = 0.05) -> Iterator[Seen]:
        world = World(api, FakeCluster({"n1": FakeNode("n1")}))
        grader = Grader(lab(step("one", *criteria)), world.cluster, {}, (), world.link())
        seen, stop = Seen(api, SimpleQueue(), []), threading.Event()

        def noted(judgement: Any, *more: Any) -> Any:
            seen.looks.append(judgement.case.criterion.id)
            return take_look(judgement, *more)

        monkeypatch.setattr(live_step, "take_look", noted)
        thread = threading.Thread(target=watch, args=(grader, "one", seen.told.put, stop, pause))
        thread.start()
        try:
            yield seen
        finally:
            stop.set()
            thread.join(1.0)
            assert not thread.is_alive()

    return running


def test_what_the_criteria_read_is_watched_and_then_not_read_again(run: Run) -> None:
    api = WatchedApi()
    api.hold(thing("ConfigMap", colour="red"))
    with run(api, asks("c", "ConfigMap")) as seen:
        assert seen.next() == ("c", Verdict.PASSED)
        seen.until(lambda: bool(api.followed))
        before = [read for read in api.reads if not read.startswith("GET")]
        pings = len(api.reads)
        seen.until(lambda: len(api.reads) > pings + 3)
        assert [read for read in api.reads if not read.startswith("GET")] == before
    assert api.followed == {Target("ConfigMap", "v1", "shop", "one")}
    assert api.ended == 1


def test_only_what_read_the_changed_thing_is_judged_again(run: Run) -> None:
    api = WatchedApi()
    api.hold(thing("ConfigMap", colour="red"), thing("Secret", colour="red"))
    with run(api, asks("c", "ConfigMap"), asks("s", "Secret")) as seen:
        assert {seen.next(), seen.next()} == {("c", Verdict.PASSED), ("s", Verdict.PASSED)}
        seen.until(lambda: len(api.followed) == 2)
        assert seen.is_quiet()
        seen.looks.clear()
        api.hold(thing("ConfigMap", colour="blue"), thing("Secret", colour="red"))
        api.tell("ConfigMap")
        assert seen.next() == ("c", Verdict.FAILED)
        assert seen.looks == ["c"]


def test_changes_that_come_together_are_judged_once(run: Run) -> None:
    api = WatchedApi()
    api.hold(thing("ConfigMap", colour="red"))
    with run(api, asks("c", "ConfigMap")) as seen:
        seen.next()
        seen.until(lambda: bool(api.followed))
        assert seen.is_quiet()
        seen.looks.clear()
        for colour in ("blue", "green", "white", "black"):
            api.hold(thing("ConfigMap", colour=colour))
            api.tell("ConfigMap")
        assert seen.next() == ("c", Verdict.FAILED)
        assert seen.is_quiet() and seen.looks == ["c"]


def test_a_pass_that_only_a_watch_has_shown_is_not_believed(run: Run) -> None:
    """Watches of several kinds may be late by different times."""
    api = WatchedApi()
    with run(api, asks("c", "ConfigMap")) as seen:
        assert seen.next() == ("c", Verdict.FAILED)
        seen.until(lambda: bool(api.followed))
        api.seen = [thing("ConfigMap", colour="red")]
        api.tell("ConfigMap")
        assert seen.is_quiet()
        api.items = list(api.seen)
        api.tell("ConfigMap")
        assert seen.next() == ("c", Verdict.PASSED)


def test_facts_of_nodes_are_polled_all_the_same(run: Run) -> None:
    api = WatchedApi()
    api.hold(thing("ConfigMap", colour="red"))
    on_node = criterion("n", "command", node="n1", argv=["true"])
    with run(api, asks("c", "ConfigMap"), on_node) as seen:
        assert {seen.next(), seen.next()} == {("c", Verdict.PASSED), ("n", Verdict.PASSED)}
        seen.until(lambda: bool(api.followed))
        assert seen.is_quiet()
        seen.looks.clear()
        seen.until(lambda: seen.looks.count("n") > 3)
        assert "c" not in seen.looks


def test_a_server_that_does_not_answer_is_told_whatever_the_watches_know(run: Run) -> None:
    api = WatchedApi()
    api.hold(thing("ConfigMap", colour="red"))
    with run(api, asks("c", "ConfigMap")) as seen:
        assert seen.next() == ("c", Verdict.PASSED)
        seen.until(lambda: bool(api.followed))
        api.trouble = UNREACHABLE
        assert seen.next() == ("c", Verdict.UNKNOWN)
        api.trouble = None
        assert seen.next() == ("c", Verdict.PASSED)


def test_now_and_then_the_server_itself_is_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch that has gone wrong without a word is found out."""
    monkeypatch.setattr(live_step, "_ALL_ANEW", 0.3)
    api = WatchedApi()
    api.hold(thing("ConfigMap", colour="red"))
    with run(api, asks("c", "ConfigMap")) as seen:
        assert seen.next() == ("c", Verdict.PASSED)
        seen.until(lambda: bool(api.followed))
        api.items = []
        assert seen.next() == ("c", Verdict.FAILED)


def test_what_cannot_be_watched_is_polled(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    api = WatchedApi()
    monkeypatch.setattr(WatchedApi, "known", lambda self, target: None)
    api.hold(thing("ConfigMap", colour="red"))
    with run(api, asks("c", "ConfigMap")) as seen:
        assert seen.next() == ("c", Verdict.PASSED)
        api.hold(thing("ConfigMap", colour="blue"))
        assert seen.next() == ("c", Verdict.FAILED)
