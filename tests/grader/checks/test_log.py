import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from cluster.node import CommandResult
from grader.checks.log import baseline
from grader.kubernetes.api import ApiAnswer, ExecOutcome
from grader.verdict import Finding, Verdict
from labs.checks.log import LogCheck
from tests.grader.fakes import UNREACHABLE, FakeNode, World, passes, why, world
from tests.grader.kubernetes_objects import pod

WEB: dict[str, Any] = {"namespace": "shop", "pod": "web-1"}
GRANTED: dict[str, Any] = {**WEB, "line": {"contains": "granted"}}
NO_ERROR: dict[str, Any] = {**WEB, "line": {"matches": "(?i)error"}, "match": "none"}
EMPTY: dict[str, Any] = {"last": {}}


def running(name: str = "web-1", container_id: str = "", **changes: Any) -> dict[str, Any]:
    found = pod(name, **changes)
    found["status"]["containerStatuses"][0]["containerID"] = container_id or f"containerd://{name}"
    return found


def log(*lines: str, zone: str = "Z", hour: int = 12) -> str:
    """One line a second, as containerd stamps them."""
    return "".join(
        f"2026-11-20T{hour:02}:00:{second:02}.{second:09}{zone} {line}\n"
        for second, line in enumerate(lines)
    )


def cluster(*pods: dict[str, Any], logs: Mapping[str, str | ApiAnswer]) -> World:
    """`logs` by the pod's name."""
    here = world(*pods)

    def answer(method: str, path: str, body: object) -> ApiAnswer:
        told = logs[urlsplit(path).path.split("/")[-2]]
        return told if isinstance(told, ApiAnswer) else ApiAnswer(200, told)

    here.api.answers = answer
    return here


def judged(text: str | ApiAnswer, before: Any = EMPTY, **args: Any) -> Finding:
    return cluster(running(), logs={"web-1": text}).look("log", before, **args)


def captured(text: str | ApiAnswer, *pods: dict[str, Any], **args: Any) -> Any:
    here = cluster(*(pods or [running()]), logs={"web-1": text})
    return baseline(LogCheck(**args), here.around())


def refused(status: int, message: str) -> ApiAnswer:
    return ApiAnswer(status, {"kind": "Status", "message": message})


def test_a_line_that_was_written_since_passes() -> None:
    before = captured(log("denied"), **GRANTED)
    assert passes(judged(log("denied", "access granted"), before, **GRANTED))


def test_a_line_of_before_does_not_count() -> None:
    before = captured(log("granted"), **GRANTED)
    assert why(judged(log("granted"), before, **GRANTED)) == (
        "the log of shop/web-1 has no line at all since the lab began"
    )
    assert why(judged(log("granted", "denied"), before, **GRANTED)) == (
        "the log of shop/web-1 has no line with something that contains granted since the lab "
        "began; the last of 1 lines: denied"
    )


@pytest.mark.parametrize(("zone", "hour"), [("Z", 12), ("+00:00", 12), ("+08:00", 20)])
def test_the_nodes_time_zone_does_not_matter(zone: str, hour: int) -> None:
    before = captured(log("granted"), **GRANTED)
    assert "no line at all" in why(judged(log("granted", zone=zone, hour=hour), before, **GRANTED))
    later = log("granted", "granted", zone=zone, hour=hour)
    assert passes(judged(later, before, **GRANTED))


def test_all_lines_of_a_new_container_are_new() -> None:
    before = captured(log("granted"), running(container_id="containerd://old"), **GRANTED)
    assert passes(judged(log("granted"), before, **GRANTED))


def test_since_its_start_all_lines_of_the_container_count() -> None:
    args = {**GRANTED, "since": "start"}
    assert captured(log("granted"), **args) == {}
    assert passes(judged(log("granted"), None, **args))


def test_what_was_not_recorded_is_unknown() -> None:
    assert judged(log("granted"), None, **GRANTED).verdict is Verdict.UNKNOWN


def test_lines_are_counted() -> None:
    text = log("granted", "denied", "granted")
    assert passes(judged(text, **GRANTED, min=2, max=2))
    assert "has only 2 lines with" in why(judged(text, **GRANTED, min=3))
    assert "has 2 lines with something that contains granted, more than 1" in why(
        judged(text, **GRANTED, max=1)
    )


def test_a_whole_line_is_compared_without_its_end() -> None:
    exact = {**WEB, "line": "ready"}
    assert passes(judged(log("ready\r"), **exact))
    assert "no line with ready" in why(judged(log("not ready"), **exact))


def test_none_passes_beside_other_lines() -> None:
    assert passes(judged(log("all is well"), **NO_ERROR))


def test_a_line_that_must_not_be_fails_with_it() -> None:
    assert why(judged(log("Error: forbidden", "well"), **NO_ERROR)) == (
        "the log of shop/web-1 has 1 such lines since the lab began: Error: forbidden"
    )


def test_silence_proves_nothing() -> None:
    assert why(judged("", **NO_ERROR)) == (
        "the log of shop/web-1 has no line at all since the lab began, "
        "so that one is missing proves nothing"
    )


def test_an_old_error_is_none_when_the_app_goes_on_without() -> None:
    before = captured(log("error"), **NO_ERROR)
    assert passes(judged(log("error", "well"), before, **NO_ERROR))
    assert "has 1 such lines" in why(judged(log("error", "error"), before, **NO_ERROR))


def test_a_line_of_json_is_text() -> None:
    assert passes(judged(log('{"level": "info"}'), **WEB, line={"contains": "info"}))


def test_a_line_of_the_kubelet_itself_is_not_the_containers() -> None:
    assert "no line at all" in why(judged("unable to retrieve container logs granted", **GRANTED))


def test_more_than_we_read_is_unknown() -> None:
    text = "".join(f"2026-11-20T12:00:00.{n:09}Z denied\n" for n in range(2000))
    assert judged(text, **GRANTED).verdict is Verdict.UNKNOWN
    assert judged(text, **NO_ERROR).verdict is Verdict.UNKNOWN
    assert passes(judged(text + log("granted"), **GRANTED))


def test_what_is_read_is_bounded_and_begins_where_the_lab_did() -> None:
    here = cluster(running(), logs={"web-1": ""})
    before = captured(log("a", "b"), **GRANTED)
    here.look("log", before, **GRANTED, container="web", previous=True)
    (path,) = [str(request[1]) for request in here.api.requests]
    assert urlsplit(path).path == "/api/v1/namespaces/shop/pods/web-1/log"
    assert parse_qs(urlsplit(path).query) == {
        "timestamps": ["true"],
        "tailLines": ["2000"],
        "limitBytes": ["500000"],
        "container": ["web"],
        "previous": ["true"],
    }
    here.look("log", before, **GRANTED)
    assert "sinceTime=2026-11-20T12%3A00%3A01Z" in str(here.api.requests[-1][1])


@pytest.mark.parametrize(
    "message",
    [
        'container "web" in pod "web-1" is waiting to start: ContainerCreating',
        "container side is not valid for pod web-1",
        'previous terminated container "web" in pod "web-1" not found',
    ],
)
def test_a_container_without_a_log_fails_with_the_servers_words(message: str) -> None:
    assert why(judged(refused(400, message), **GRANTED)) == f"the log of shop/web-1: {message}"


@pytest.mark.parametrize("status", [500, 502, 403])
def test_a_kubelet_that_does_not_answer_is_unknown(status: int) -> None:
    found = judged(refused(status, "dial tcp 192.168.52.201:10250: refused"), **GRANTED)
    assert found.verdict is Verdict.UNKNOWN
    assert "10250: refused" in found.evidence.why


def test_a_silent_server_is_unknown() -> None:
    here = cluster(running(), logs={})
    here.api.trouble = UNREACHABLE
    assert here.look("log", EMPTY, **GRANTED).verdict is Verdict.UNKNOWN


SELECTED: dict[str, Any] = {"namespace": "shop", "selector": "app=web"}


def both(first: str, second: str, **args: Any) -> Finding:
    here = cluster(running(), running("web-2"), logs={"web-1": first, "web-2": second})
    return here.look("log", EMPTY, **SELECTED, **args)


def test_every_pod_or_any_or_none() -> None:
    line: dict[str, Any] = {"line": {"contains": "granted"}}
    assert passes(both(log("granted"), log("granted"), **line))
    assert "the log of shop/web-2 has no line" in why(both(log("granted"), log("x"), **line))
    assert passes(both(log("granted"), log("x"), **line, match="any"))
    assert "has no line with" in why(both(log("x"), log("x"), **line, match="any"))
    assert passes(both(log("x"), log("y"), **line, match="none"))
    assert "web-2 has 1 such lines" in why(both(log("x"), log("granted"), **line, match="none"))


def test_no_pod_or_one_that_is_going_fails() -> None:
    line: dict[str, Any] = {"line": {"contains": "x"}, "match": "none"}
    assert why(cluster(logs={}).look("log", EMPTY, **SELECTED, **line)) == (
        "there is no Pod in shop with app=web"
    )
    going = cluster(running(deleted=True), logs={"web-1": log("y")})
    assert why(going.look("log", EMPTY, **SELECTED, **line)) == (
        "there is no Pod in shop with app=web"
    )


STREAMED: dict[str, Any] = {
    **WEB,
    "container": "side",
    "cause": {"container": "web", "argv": ["wget", "-qO-", "http://127.0.0.1/{nonce}"]},
    "line": {"contains": "{nonce}"},
}


def sidecar(delay: int = 0, seen: bool = True) -> World:
    """Its log shows what the app was asked for, `delay` looks later."""
    here = cluster(running(), logs={})

    def answer(method: str, path: str, body: object) -> ApiAnswer:
        calls = here.api.exec_calls[: len(here.api.exec_calls) - delay]
        asked = [call.argv[-1].rpartition("/")[2] for call in calls] if seen else []
        return ApiAnswer(200, log("GET /old", *(f"GET /{one}" for one in asked)))

    here.api.answers = answer
    return here


def test_what_the_app_was_just_asked_for_streams_through_the_sidecar() -> None:
    here = sidecar()
    assert passes(here.look("log", EMPTY, **STREAMED))
    (call,) = here.api.exec_calls
    assert (call.container, call.pod) == ("web", "web-1")


def test_a_line_that_comes_by_the_second_look_passes() -> None:
    here = sidecar(delay=1)
    first = here.look("log", EMPTY, **STREAMED)
    assert "the last of 1 lines: GET /old" in why(first)
    assert first.pending > 0
    assert passes(here.look("log", EMPTY, **STREAMED))


def test_a_sidecar_with_old_text_only_fails() -> None:
    here = sidecar(seen=False)
    for _ in range(3):
        assert "no line with something that contains {nonce}" in why(
            here.look("log", EMPTY, **STREAMED)
        )


def test_a_cause_that_does_not_work_fails_with_its_words() -> None:
    here = sidecar()
    here.api.exec_outcome = ExecOutcome(1, stderr="connection refused")
    assert "ended with 1: connection refused" in why(here.look("log", EMPTY, **STREAMED))
    here.api.exec_outcome = ExecOutcome(None, problem="container web is not valid for pod web-1")
    assert "container web is not valid" in why(here.look("log", EMPTY, **STREAMED))


UNIT: dict[str, Any] = {"node": "n1", "unit": "kubelet"}
OF_UNIT: dict[str, Any] = {**UNIT, "line": {"contains": "registered"}}


def journal(
    messages: Sequence[Any], *, active: str = "active", code: int = 0, calls: Any = None
) -> World:
    def answer(argv: Sequence[str], stdin: str) -> CommandResult:
        if argv[0] == "sh":
            return CommandResult(
                0, f"LoadState=loaded\nActiveState={active}\nInvocationID=f00\n", ""
            )
        if calls is not None:
            calls.append(list(argv))
        entries = [
            {"MESSAGE": message, "__CURSOR": f"c{n}", "__REALTIME_TIMESTAMP": str(n)}
            for n, message in enumerate(messages)
        ]
        text = "".join(f"{json.dumps(entry)}\n" for entry in entries)
        return CommandResult(code, text, "Failed to seek" if code else "")

    return world(nodes=[FakeNode("n1", answer)])


def test_a_units_lines_are_those_behind_the_cursor_of_the_baseline() -> None:
    before = baseline(LogCheck(**OF_UNIT), journal(["x", "y"]).around())
    assert before == {"cursor": "c1"}
    calls: list[list[str]] = []
    assert passes(journal(["registered"], calls=calls).look("log", before, **OF_UNIT))
    said = " ".join(calls[0])
    assert said == (
        "/usr/bin/journalctl -q --no-pager -o json -u kubelet --after-cursor c1 "
        "-n 2000 --output-fields=MESSAGE"
    )


def test_an_empty_journal_has_no_cursor() -> None:
    before = baseline(LogCheck(**OF_UNIT), journal([]).around())
    assert before == {"cursor": ""}
    assert "no line at all" in why(journal([]).look("log", before, **OF_UNIT))


def test_since_its_start_the_lines_of_this_run_count() -> None:
    calls: list[list[str]] = []
    args = {**OF_UNIT, "since": "start"}
    assert passes(journal(["registered"], calls=calls).look("log", None, **args))
    assert calls[0][-3:] == ["_SYSTEMD_INVOCATION_ID=f00", "+", "INVOCATION_ID=f00"]


@pytest.mark.parametrize(
    "message",
    ["node registered", list(b"\xff registered"), ["one", "registered"], "first\nregistered"],
)
def test_messages_of_any_shape_are_read(message: Any) -> None:
    assert passes(journal([None, message]).look("log", {"cursor": "c"}, **OF_UNIT))


def test_of_a_living_unit_silence_is_no_error() -> None:
    args = {**UNIT, "line": {"contains": "error"}, "match": "none"}
    assert passes(journal([]).look("log", {"cursor": "c"}, **args))
    found = journal([], active="inactive").look("log", {"cursor": "c"}, **args)
    assert "so that one is missing proves nothing" in why(found)
    found = journal(["an error"]).look("log", {"cursor": "c"}, **args)
    assert why(found) == (
        "the journal of kubelet on n1 has 1 such lines since the lab began: an error"
    )


def test_a_journal_that_cannot_be_read_is_unknown() -> None:
    found = journal([], code=1).look("log", {"cursor": "c"}, **OF_UNIT)
    assert found.verdict is Verdict.UNKNOWN
    assert "journalctl on n1 ended with 1: Failed to seek" in found.evidence.why
    lost = world(nodes=[FakeNode("n1", lost=True)])
    assert lost.look("log", {"cursor": "c"}, **OF_UNIT).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "args",
    [
        {"line": "x"},
        {**UNIT, **GRANTED},
        {"node": "n1", "line": "x"},
        {"namespace": "shop", "line": "x"},
        {**WEB, "selector": "a=b", "line": "x"},
        {**WEB, "line": None},
        {**STREAMED, "line": {"contains": "x"}},
        {**STREAMED, "cause": {"argv": ["date"]}},
    ],
)
def test_arguments_that_name_no_log_are_refused(args: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LogCheck.model_validate(args)
