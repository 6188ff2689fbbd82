"""`audit`: requests that we make ourselves, each with its own mark, and how they are logged."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from grader.finding import failed, passed
from grader.kubernetes.api import ApiRefused, ApiUnreachable, UnknownKind
from grader.kubernetes.audit_log import AuditLog, audit_log, entries
from grader.kubernetes.objects import is_going, labels
from grader.round import Unreadable
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.audit import AuditCheck, AuditedAction

_SCRIPT = """
mark=$1 path=$2
[ -f "$path" ] || { echo absent; exit 0; }
name=${path##*/}
case "$name" in *.*) ending=.${name##*.} ;; *) ending= ;; esac
last=
for old in "${path%"$ending"}"-*"$ending"; do last=$old; done
for file in "$last" "$path"; do
  [ -f "$file" ] && tail -c 4000000 "$file" | grep -F -- "$mark"
done
echo end
"""
"""The API server renames a full log to NAME-TIME.ENDING and begins anew."""
_WAIT = 10.0
"""Seconds (native speed) by which an entry may come late: the server may write in batches."""
_METHODS = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE"}


def look(args: AuditCheck, around: Surroundings) -> Finding:
    logs = _logs(around)
    for log in logs:
        if log.trouble:
            path = f"Pod kube-system/{log.pod}"
            return failed(log.trouble, expected="an audit log", actual="none", path=path)
    if not logs:
        return failed("kube-system has no pod of kube-apiserver", path="Pod kube-system")
    mark = str(around.memory.setdefault("mark", around.round.nonce()))
    if not around.memory.get("asked"):
        for number, action in enumerate(args.actions):
            _act(action, f"{mark}-{number}x", around)
        around.memory["asked"] = True
    lines: list[str] = []
    for log in logs:
        found = _lines(log, mark, around)
        if found is None:
            why = f"{log} does not exist, though kube-apiserver is to write its audit log there"
            return _later(failed(why, expected=str(log), actual="no file", path=str(log)), around)
        lines += found
    return _judge(args, lines, mark, logs, around)


def _logs(around: Surroundings) -> list[AuditLog]:
    return [
        audit_log(pod)
        for pod in around.round.objects("Pod", "v1", "kube-system")
        if labels(pod).get("component") == "kube-apiserver" and not is_going(pod)
    ]


def _act(action: AuditedAction, mark: str, around: Surroundings) -> None:
    """Whatever the answer is, the request is logged as its verb on its resource."""
    query = [f"mark={mark}"]
    if action.path:
        sign = "&" if "?" in action.path else "?"
        around.round.request("GET", f"{action.path}{sign}{query[0]}")
        return
    path = _path(action, mark, around)
    method = _METHODS.get(action.verb, "GET")
    if action.verb in ("list", "watch"):
        query += [f"fieldSelector={quote(f'metadata.name={mark}')}", "limit=1"]
    if action.verb == "watch":
        query += ["watch=true", "timeoutSeconds=1"]
    if method != "GET":
        query.append("dryRun=All")
    body: dict[str, Any] | None = None if method == "GET" else {}
    around.round.request(method, f"{path}?{'&'.join(query)}", body)


def _path(action: AuditedAction, mark: str, around: Surroundings) -> str:
    name, _, subresource = action.resource.partition("/")
    plural, _, group = name.partition(".")
    root = "/api/v1"
    if group:
        answer = around.round.request("GET", f"/apis/{group}")
        if answer.status == 404:
            raise UnknownKind(f"the cluster's API has no group {group}", "Is its CRD installed?")
        root = f"/apis/{_dig(answer.body, 'preferredVersion', 'groupVersion')}"
    parts = [root]
    if action.namespace:
        parts.append(f"namespaces/{quote(action.namespace, safe='')}")
    parts.append(plural)
    if action.verb not in ("list", "watch") and (action.verb != "create" or subresource):
        parts.append(mark)
    return "/".join([*parts, subresource] if subresource else parts)


def _dig(body: Any, *keys: str) -> str:
    for key in keys:
        body = body.get(key) if isinstance(body, Mapping) else None
    if not isinstance(body, str):
        raise ApiUnreachable("the API server's discovery cannot be read", "")
    return body


def _lines(log: AuditLog, mark: str, around: Surroundings) -> list[str] | None:
    """None when there is no such file."""
    if log.to_stdout:
        path = f"/api/v1/namespaces/kube-system/pods/{log.pod}/log"
        answer = around.round.request("GET", f"{path}?tailLines=4000")
        if answer.status == 403:
            raise ApiRefused(_dig(answer.body, "message"), "")
        if answer.status != 200:
            raise Unreadable(f"{log} cannot be read: the API server answers {answer.status}", "")
        return str(answer.body).splitlines()
    result = around.round.run(log.node, ["sh", "-s", mark, log.path], stdin=_SCRIPT)
    lines = result.stdout.splitlines()
    if lines == ["absent"]:
        return None
    if lines[-1:] != ["end"]:
        raise Unreadable(f"{log} could not be looked at: {result.stderr}", "")
    return lines[:-1]


def _judge(
    args: AuditCheck,
    lines: Sequence[str],
    mark: str,
    logs: Sequence[AuditLog],
    around: Surroundings,
) -> Finding:
    where = ", ".join(map(str, logs))
    silent_last = sorted(enumerate(args.actions), key=lambda one: one[1].level == "None")
    for number, action in silent_last:
        found = entries(lines, f"{mark}-{number}x")
        if found is None:
            raise Unreadable(f"{where} is not in JSON", "Set --audit-log-format=json.")
        finding = _judge_one(action, found, where)
        if finding is not None:
            return _later(finding, around)
    levels = ", ".join(f"{_words(action)}: {action.level}" for action in args.actions)
    return passed(expected=levels, actual=f"as expected, in {where}")


def _judge_one(
    action: AuditedAction, found: Sequence[Mapping[str, Any]], where: str
) -> Finding | None:
    levels = sorted({str(entry.get("level")) for entry in found})
    wanted = [] if action.level == "None" else [action.level]
    if levels != wanted:
        actual = f"at level {', '.join(levels)}" if levels else "not at all"
        expected = f"at level {action.level}" if wanted else "not at all"
        return failed(
            f"our request to {_words(action)} is logged {actual} in {where}, not {expected}"
            if wanted and levels
            else f"our request to {_words(action)} is logged {actual} in {where}; "
            f"it is to be logged {expected}",
            expected=action.level,
            actual=", ".join(levels) or "None",
            path=f"{where} level of {_words(action)}",
        )
    stages = sorted({str(entry.get("stage")) for entry in found})
    if wanted and action.stages and stages != sorted(set(action.stages)):
        return failed(
            f"our request to {_words(action)} is logged at {', '.join(stages)}, "
            f"not at {', '.join(action.stages)}",
            expected=", ".join(action.stages),
            actual=", ".join(stages),
            path=f"{where} stages of {_words(action)}",
        )
    return None


def _words(action: AuditedAction) -> str:
    where = f" in {action.namespace}" if action.namespace else ""
    return f"{action.verb} {action.resource or action.path}{where}"


def _later(finding: Finding, around: Surroundings) -> Finding:
    return replace(finding, pending=_WAIT * around.time_scale)
