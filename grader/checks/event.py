"""`event`: what components reported about objects, since the lab began or since they were made.

Repetitions are counted against those of the baseline, so that the clocks of those who report do
not matter. Events expire, so what is missing after an hour is unknown.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from grader.finding import failed, passed, unknown
from grader.kubernetes.api import Object
from grader.kubernetes.events import Event, instant, is_about, read_events
from grader.kubernetes.objects import Selection
from grader.meaning.compare import compare
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip, describe
from labs.checks.event import EventCheck

KEPT = timedelta(hours=1)
"""How long API servers keep events unless they are told otherwise (--event-ttl)."""


def look(args: EventCheck, around: Surroundings) -> Finding:
    selection = _selection(args)
    if args.since == "baseline" and around.baseline is None:
        return unknown(f"which events of {selection} were there after setup has not been recorded")
    items = selection.read(around.round)
    if not items:
        return failed(
            f"there is no {selection}", expected=str(selection), actual="none", path=str(selection)
        )
    events = read_events(around.round, args.namespace)
    for item in items:
        about = [event for event in events if is_about(event, item, args.kind)]
        finding = _judge(args, item, about, around)
        if finding is not None:
            return finding
    names = ", ".join(str(item["metadata"]["name"]) for item in items)
    return passed(expected=_wanted(args), actual=names)


def baseline(args: EventCheck, around: Surroundings) -> Any:
    """How often each event about objects of this kind had happened, and when that was."""
    if args.since != "baseline":
        return {}
    found = read_events(around.round, args.namespace)
    counts = {event.uid: event.count for event in found if event.about[0] == args.kind}
    return {"time": around.round.api_time().isoformat(), "counts": counts}


def _selection(args: EventCheck) -> Selection:
    return Selection(args.kind, args.namespace, args.name, args.selector, args.api_version)


def _judge(
    args: EventCheck, item: Object, about: Sequence[Event], around: Surroundings
) -> Finding | None:
    place = f"{args.kind} {item['metadata']['name']}"
    since = _began(args, around)
    fitting = [(event, _times(event, since, around)) for event in about if _fits(args, event)]
    number = sum(often for _, often in fitting)
    if args.match == "none":
        happened = next((event for event, often in fitting if often), None)
        if happened is not None:
            return _happened(args, happened, place)
        return _expired(item, since, around, place) or _control(args, about, place)
    if number < args.min:
        return _expired(item, since, around, place) or _too_few(args, number, about, place)
    if args.max is not None and number > args.max:
        return failed(
            f"{_wanted(args)} of {place} happened {number} times, more than {args.max}",
            expected=f"at most {args.max}",
            actual=number,
            path=f"{place} events",
        )
    return None


def _began(args: EventCheck, around: Surroundings) -> datetime | None:
    """When the lab began; None when what counts is the object's own beginning."""
    return datetime.fromisoformat(around.baseline["time"]) if args.since == "baseline" else None


def _times(event: Event, since: datetime | None, around: Surroundings) -> int:
    """How often it happened in the time that counts. One that expired and came again is made anew
    with the number of all times, of which only the last is surely of this time."""
    if since is None:
        return event.count
    before = around.baseline["counts"].get(event.uid)
    if before is not None:
        return max(0, event.count - int(before))
    return 1 if event.first is not None and event.first < since else event.count


def _fits(args: EventCheck, event: Event) -> bool:
    pairs = (
        ("reason", args.reason, event.reason),
        ("type", args.type, event.type),
        ("message", args.message, event.message),
        ("source", args.source, event.source),
    )
    return all(
        wanted is None or compare(wanted, actual, name) is None for name, wanted, actual in pairs
    )


def _wanted(args: EventCheck) -> str:
    words = ["an event"]
    for name in ("reason", "type", "source", "message"):
        wanted = getattr(args, name)
        if wanted is not None:
            words.append(f"{name} {describe(wanted)}")
    return clip(f"{words[0]} with {', '.join(words[1:])}", 90)


def _happened(args: EventCheck, event: Event, place: str) -> Finding:
    source = f" from {event.source}" if event.source else ""
    return failed(
        f"{place} has the event {event.reason}{source}: {clip(event.message, 90)}",
        expected=f"no {_wanted(args).removeprefix('an ')}",
        actual=event.reason,
        path=f"{place} events",
    )


def _too_few(args: EventCheck, number: int, about: Sequence[Event], place: str) -> Finding:
    others = ", ".join(dict.fromkeys(event.reason for event in about if not _fits(args, event)))
    beside = f"; there are {others}" if others else ""
    since = " since the lab began" if args.since == "baseline" else ""
    often = "has not happened" if number == 0 else f"happened only {number} times"
    return failed(
        f"{_wanted(args)} of {place} {often}{since}{clip(beside, 60)}",
        expected=f"at least {args.min}",
        actual=number,
        path=f"{place} events",
    )


def _expired(
    item: Object, since: datetime | None, around: Surroundings, place: str
) -> Finding | None:
    """Unknown, when events of the time that counts may be gone by now."""
    made = instant(item["metadata"].get("creationTimestamp"))
    begins = [one for one in (since, made) if one is not None]
    if begins and around.round.api_time() - max(begins) < KEPT:
        return None
    return unknown(f"events are kept for an hour, and {place} is older: what is gone cannot tell")


def _control(args: EventCheck, about: Sequence[Event], place: str) -> Finding | None:
    """That there is none counts when others of the same object are there."""
    if any(args.beside in ("", event.reason) for event in about):
        return None
    other = f"event {args.beside}" if args.beside else "event at all"
    return unknown(f"{place} has no {other}, so that one is missing proves nothing")
