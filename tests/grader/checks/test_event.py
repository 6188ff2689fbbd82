from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from grader.checks.event import baseline
from grader.verdict import Finding, Verdict
from labs.checks.event import EventCheck
from tests.grader.fakes import NOW, UNREACHABLE, World, passes, why, world
from tests.grader.kubernetes_objects import node, pod

SCHEDULED = "Successfully assigned shop/one to k8s-node1"
BEGAN = NOW - timedelta(minutes=20)
ONE: dict[str, Any] = {"kind": "Pod", "namespace": "shop", "name": "one"}
BY_SCHEDULER: dict[str, Any] = {**ONE, "reason": "Scheduled", "source": "default-scheduler"}
NOT_SCHEDULED: dict[str, Any] = {**BY_SCHEDULER, "match": "none", "beside": "Started"}
NOTHING: dict[str, Any] = {"time": BEGAN.isoformat(), "counts": {}}


def stamp(minutes: float) -> str:
    """As many minutes ago."""
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def one(minutes: float = 10, **changes: Any) -> dict[str, Any]:
    item = pod("one", **changes)
    item["metadata"]["creationTimestamp"] = stamp(minutes)
    return item


def event(reason: str, source: str = "kubelet", **changes: Any) -> dict[str, Any]:
    """count, minutes (first seen), uid of the event, about (uid of the object), message, type."""
    about = {"kind": "Pod", "namespace": "shop", "name": "one", "uid": "uid-one"}
    about |= changes.get("about", {})
    seen = stamp(changes.get("minutes", 5))
    metadata = {"name": f"one.{reason}", "namespace": "shop", "creationTimestamp": seen}
    return {
        "kind": "Event",
        "metadata": {**metadata, "uid": changes.get("uid", f"event-{reason}-{source}")},
        "involvedObject": about,
        "reason": reason,
        "message": changes.get("message", reason),
        "type": changes.get("type", "Normal"),
        "source": {"component": source},
        "count": changes.get("count", 1),
        "firstTimestamp": seen,
        "lastTimestamp": seen,
    }


def newer_event(reason: str, source: str, **more: Any) -> dict[str, Any]:
    """As those write it that report by events.k8s.io, read by the core group."""
    found = event(reason, source, **more)
    seen = found.pop("firstTimestamp")
    for key in ("lastTimestamp", "count"):
        found.pop(key)
    return {
        **found,
        "source": {},
        "firstTimestamp": None,
        "lastTimestamp": None,
        "eventTime": seen.replace("Z", ".123456Z"),
        "reportingComponent": source,
    }


STARTED = event("Started")


def asked(*items: dict[str, Any], before: Any = NOTHING, **args: Any) -> Finding:
    return world(*items).look("event", before, **args)


@pytest.mark.parametrize("write", [event, newer_event])
def test_an_event_of_either_api_is_found(write: Any) -> None:
    found = write("Scheduled", "default-scheduler", message=SCHEDULED)
    assert passes(asked(one(), found, **BY_SCHEDULER, message={"contains": "k8s-node1"}))


@pytest.mark.parametrize("write", [event, newer_event])
def test_an_event_that_must_not_be_fails_with_its_words(write: Any) -> None:
    found = write("Scheduled", "default-scheduler", message=SCHEDULED)
    assert why(asked(one(), STARTED, found, **NOT_SCHEDULED)) == (
        f"Pod one has the event Scheduled from default-scheduler: {SCHEDULED}"
    )


def test_a_pod_that_was_bound_by_hand_passes() -> None:
    assert passes(asked(one(), STARTED, **NOT_SCHEDULED))
    other = event("Scheduled", "my-scheduler")
    assert passes(asked(one(), STARTED, other, **NOT_SCHEDULED))


def test_none_needs_an_event_that_is_kept() -> None:
    found = asked(one(), **NOT_SCHEDULED)
    assert found.verdict is Verdict.UNKNOWN
    assert found.evidence.why == (
        "Pod one has no event Started, so that one is missing proves nothing"
    )


def test_none_of_an_object_that_is_not_there_fails() -> None:
    assert why(asked(STARTED, **NOT_SCHEDULED)) == "there is no Pod shop/one"


def test_none_of_an_object_older_than_events_live_is_unknown() -> None:
    before = {**NOTHING, "time": (NOW - timedelta(hours=2)).isoformat()}
    found = asked(one(minutes=61), STARTED, before=before, **NOT_SCHEDULED)
    assert found.verdict is Verdict.UNKNOWN
    assert "events are kept for an hour" in found.evidence.why
    assert passes(asked(one(minutes=59), STARTED, before=before, **NOT_SCHEDULED))


def test_a_missing_event_that_may_have_expired_is_unknown() -> None:
    before = {**NOTHING, "time": (NOW - timedelta(hours=2)).isoformat()}
    assert asked(one(minutes=61), before=before, **BY_SCHEDULER).verdict is Verdict.UNKNOWN


def test_a_missing_event_fails_and_says_what_there_is() -> None:
    assert why(asked(one(), STARTED, event("Pulled"), **BY_SCHEDULER)) == (
        "an event with reason Scheduled, source default-scheduler of Pod one has not happened "
        "since the lab began; there are Started, Pulled"
    )


def test_an_event_from_another_component_is_another() -> None:
    found = asked(one(), event("Scheduled", "my-scheduler"), **BY_SCHEDULER)
    assert "has not happened since the lab began; there are Scheduled" in why(found)


def test_an_event_of_an_earlier_object_of_that_name_does_not_count() -> None:
    old = event("Scheduled", "default-scheduler", about={"uid": "uid-earlier"})
    assert "has not happened" in why(asked(one(), old, **BY_SCHEDULER))
    assert passes(asked(one(), old, STARTED, **NOT_SCHEDULED))


@pytest.mark.parametrize(
    "about", [{"name": "one-2"}, {"namespace": "other"}, {"kind": "ReplicaSet"}]
)
def test_an_event_of_another_object_does_not_count(about: dict[str, str]) -> None:
    other = event("Scheduled", "default-scheduler", about=about)
    assert "has not happened" in why(asked(one(), other, **BY_SCHEDULER))


BACK_OFF: dict[str, Any] = {**ONE, "reason": "BackOff", "type": "Warning"}


def back_off(count: int, **more: Any) -> dict[str, Any]:
    return event("BackOff", type="Warning", count=count, **more)


def captured(here: World, **args: Any) -> Any:
    return baseline(EventCheck(**args), here.around())


def test_what_happened_before_the_lab_does_not_count() -> None:
    items = [one(minutes=50), back_off(4, minutes=30)]
    before = captured(world(*items), **BACK_OFF)
    assert "has not happened since the lab began" in why(asked(*items, before=before, **BACK_OFF))
    assert passes(asked(*items, before=before, **{**BACK_OFF, "match": "none"}))
    again = [one(minutes=50), back_off(5, minutes=30)]
    assert passes(asked(*again, before=before, **BACK_OFF))
    assert "Pod one has the event BackOff from kubelet" in why(
        asked(*again, before=before, **{**BACK_OFF, "match": "none"})
    )


def test_repetitions_are_counted_since_the_lab_began() -> None:
    before = captured(world(one(minutes=50), back_off(4, minutes=30)), **BACK_OFF)
    now = [one(minutes=50), back_off(7, minutes=30)]
    assert passes(asked(*now, before=before, **BACK_OFF, min=3, max=3))
    assert "happened 3 times, more than 2" in why(asked(*now, before=before, **BACK_OFF, max=2))
    assert "happened only 3 times" in why(asked(*now, before=before, **BACK_OFF, min=4))


def test_a_series_is_counted() -> None:
    found = newer_event("FailedScheduling", "default-scheduler")
    found["series"] = {"count": 3, "lastObservedTime": stamp(1)}
    args: dict[str, Any] = {**ONE, "reason": "FailedScheduling"}
    assert passes(asked(one(), found, **args, min=3))
    assert "happened only 3 times" in why(asked(one(), found, **args, min=4))


def test_an_event_made_anew_after_it_expired_counts_once() -> None:
    found = asked(one(minutes=50), back_off(9, minutes=30, uid="anew"), **BACK_OFF, max=1)
    assert passes(found)


def test_since_the_object_was_made_all_of_its_events_count() -> None:
    items = [one(minutes=50), back_off(4, minutes=30)]
    args = {**BACK_OFF, "since": "creation", "min": 4}
    assert captured(world(*items), **args) == {}
    assert passes(world(*items).look("event", None, **args))


def test_a_nodes_events_are_found_by_its_name() -> None:
    found = event("NodeNotReady", "node-controller")
    found["metadata"]["namespace"] = "default"
    found["involvedObject"] = {"kind": "Node", "name": "k8s-node1", "uid": "k8s-node1"}
    asked_node = {"kind": "Node", "name": "k8s-node1", "reason": "NodeNotReady"}
    assert passes(asked(node("k8s-node1"), found, **asked_node))
    assert "has not happened" in why(asked(node("k8s-node1"), **with_age(asked_node)))


def with_age(args: dict[str, Any]) -> dict[str, Any]:
    return {**args, "before": {**NOTHING, "time": NOW.isoformat()}}


def test_a_static_pods_events_are_found_by_the_hash_of_its_file() -> None:
    mirror = one()
    mirror["metadata"]["annotations"] = {"kubernetes.io/config.hash": "abc"}
    found = event("Started", about={"uid": "abc"})
    assert passes(asked(mirror, found, **ONE, reason="Started"))


def test_every_selected_object_needs_the_event() -> None:
    two = pod("two")
    two["metadata"]["creationTimestamp"] = stamp(10)
    args: dict[str, Any] = {"kind": "Pod", "namespace": "shop", "selector": "app=web"}
    found = asked(one(), two, STARTED, **args, reason="Started")
    assert "of Pod two has not happened" in why(found)
    other = event("Started", uid="x", about={"name": "two", "uid": "uid-two"})
    assert passes(asked(one(), two, STARTED, other, **args, reason="Started"))
    assert why(asked(STARTED, **args, reason="Started")) == "there is no Pod in shop with app=web"


def test_without_a_baseline_it_is_unknown() -> None:
    assert asked(one(), STARTED, before=None, **BY_SCHEDULER).verdict is Verdict.UNKNOWN


def test_a_silent_server_is_unknown() -> None:
    here = world(one(), STARTED)
    here.api.trouble = UNREACHABLE
    assert here.look("event", NOTHING, **BY_SCHEDULER).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "args", [ONE, {**BY_SCHEDULER, "selector": "a=b"}, {**BY_SCHEDULER, "beside": "Started"}]
)
def test_arguments_that_ask_nothing_are_refused(args: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EventCheck.model_validate(args)
