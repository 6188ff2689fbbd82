"""What a container has written, as the API server hands it on from the kubelet."""

import re
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from grader.kubernetes.api import ApiUnreachable, Object
from grader.meaning.written import Line, Written
from grader.round import Round
from labs.errors import SeatrialError

LINES = 2000
BYTES = 500_000
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")


class NoLog(SeatrialError):
    """The container has written nothing that could be asked for: a state of the cluster."""


class LogUnseen(ApiUnreachable):
    """The API server answered, and could not get the log from the kubelet."""


def container_id(pod: Object, container: str, previous: bool) -> str:
    """Of the running container, or of the one before it; "" when there is none."""
    status = pod.get("status") or {}
    for group in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for one in status.get(group) or []:
            if container not in ("", one["name"]):
                continue
            if not previous:
                return str(one.get("containerID") or "")
            return str(((one.get("lastState") or {}).get("terminated") or {}).get("containerID"))
    return ""


def read_pod_log(
    round_: Round, pod: Object, container: str, previous: bool, after: str = ""
) -> Written:
    """`after`: only lines behind one that `at` tells count. Raises NoLog, ApiUnreachable.

    Every line comes with its time, by the clock of its node.
    """
    metadata = pod["metadata"]
    query = {"timestamps": "true", "tailLines": str(LINES), "limitBytes": str(BYTES)}
    if container:
        query["container"] = container
    if previous:
        query["previous"] = "true"
    if after:
        query["sinceTime"] = f"{after[:19]}Z"
    place = f"/api/v1/namespaces/{quote(metadata['namespace'])}/pods/{quote(metadata['name'])}/log"
    answer = round_.request("GET", f"{place}?{urlencode(query)}")
    if answer.status != 200:
        said = answer.body.get("message", "") if isinstance(answer.body, dict) else answer.body
        if answer.status in (400, 404):
            raise NoLog(str(said), "")
        raise LogUnseen(f"the log cannot be read: {answer.status} {said}", "")
    text = answer.body if isinstance(answer.body, str) else ""
    lines = tuple(map(_line, text.splitlines()))
    whole = len(lines) < LINES and len(text.encode()) < BYTES - 1
    return Written(tuple(line for line in lines if line.at > after), whole)


def _line(text: str) -> Line:
    """`2026-11-20T12:00:00.123456789Z what was written`; kubelets add lines of their own."""
    at, _, written = text.partition(" ")
    return Line(_precise(at), written.rstrip("\r"))


def _precise(at: str) -> str:
    """In UTC and with nine digits behind the second, so that texts compare as times do.

    containerd stamps lines in its node's time zone. "" for what is no time stamp.
    """
    found = _STAMP.fullmatch(at)
    if found is None:
        return ""
    instant = datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{found[2] or '0':0<9}"
