"""What the API server of a recorded world answers to requests: permissions, trials, logs.

Permissions and admission follow from the world's objects, so that a case only changes those.
"""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs, urlsplit

from grader.checks.can_i import REVIEWS
from grader.question import Request
from tests.grader.authorizer import discover, review
from tests.grader.cases.tried import make_for_trial
from tests.grader.cases.world import Moment

Answer = dict[str, Any]


def request_answer(moment: Moment, question: Request) -> Answer | None:
    """`{status, body}`, or None when this world does not know."""
    parts = urlsplit(question.path)
    body = json.loads(question.body) if question.body else {}
    if question.path == REVIEWS:
        found = review(moment.objects, body["spec"])
        return {"status": found.status, "body": found.body}
    if question.method == "POST" and parse_qs(parts.query).get("dryRun") == ["All"]:
        return make_for_trial(moment.objects, body)
    if parts.path.endswith("/log"):
        return _log(moment, parts.path, parse_qs(parts.query))
    if question.method == "GET" and not body:
        served = discover(question.path)
        return {"status": served.status, "body": served.body}
    return None


def _log(moment: Moment, path: str, query: Mapping[str, list[str]]) -> Answer | None:
    """Every word of `{sent}` is a line of what causes have sent until now."""
    *_, namespace, _, pod, _ = path.split("/")
    container = query.get("container", [""])[0]
    pods = [item for item in moment.objects if item["kind"] == "Pod"]
    there = [pod_ for pod_ in pods if pod_["metadata"]["name"] == pod]
    if not there:
        return _refused(404, f'pods "{pod}" not found')
    names = [one["name"] for one in there[0]["spec"]["containers"]]
    names += [one["name"] for one in there[0]["spec"].get("initContainers") or []]
    if container and container not in names:
        return _refused(400, f"container {container} is not valid for pod {pod}")
    for one in moment.logs:
        here = one["namespace"] == namespace and fnmatchcase(pod, one["pod"])
        if here and one.get("container", "") in ("", container):
            if "status" in one:
                return _refused(one["status"], one["message"])
            since = query.get("sinceTime", [""])[0]
            lines = [line for line in one["text"].splitlines() if line[:19] >= since[:19]]
            return {"status": 200, "body": "".join(f"{line}\n" for line in lines)}
    return None


def _refused(status: int, message: str) -> Answer:
    return {"status": status, "body": {"kind": "Status", "message": message}}
