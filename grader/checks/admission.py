"""`admission`: objects that are made for trial, and what the API server does with them.

A refusal counts when it says by whom, beside an object of the kind that is accepted. A name that
is taken, a namespace that is not there, missing permission and webhooks in trouble are none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.finding import failed, mismatched, passed, unknown
from grader.kubernetes.discovery import served_kind
from grader.kubernetes.subject import Identity, identity_of, lacks_account
from grader.meaning.compare import compare_document
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip
from labs.checks.admission import AdmissionCheck, Try

_TOKEN = 8
_LONGEST = 63 - _TOKEN - 1
_NOT_PERMITTED = re.compile(r'User "[^"]*" cannot [\w*]+ resource')
_BY_A_POLICY = re.compile(r"denied (the|this) request|ValidatingAdmissionPolicy")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one object. `message` does not hold the object's own name."""

    status: int
    reason: str
    message: str
    body: Any
    causes: tuple[str, ...]


def look(args: AdmissionCheck, around: Surroundings) -> Finding:
    who = identity_of(args)
    lack = lacks_account(around.round, args)
    if lack:
        return failed(lack, expected=who.title, actual="none", path=who.title)
    inside = {one.kind_and_namespace(args.namespace)[1] for one in args.tries}
    for namespace in sorted(inside - {""}):
        if around.round.object("Namespace", namespace) is None:
            return _no_namespace(namespace)
    for one in sorted(args.tries, key=lambda one: one.verdict):
        finding = _judge(args, one, who, around)
        if finding is not None:
            return finding
    rejected = sum(one.verdict == "rejected" for one in args.tries)
    return passed(actual=f"{len(args.tries) - rejected} accepted, {rejected} rejected as expected")


def _judge(args: AdmissionCheck, one: Try, who: Identity, around: Surroundings) -> Finding | None:
    kind, namespace = one.kind_and_namespace(args.namespace)
    given = str((one.manifest.get("metadata") or {}).get("name") or "")
    place = f"{kind} {given or 'without a name'}"
    answer = _make(one, namespace, who, around)
    trouble = _no_verdict(answer, place, namespace)
    if trouble is not None:
        return trouble
    accepted = answer.status in (200, 201, 202)
    if one.verdict == "accepted":
        return _accepted(one, answer, place) if accepted else _refused(answer, place)
    if accepted:
        by = f" by {one.by}" if one.by else ""
        return failed(
            f"{place} is accepted, and should be rejected{by}",
            expected=f"rejected{by}",
            actual="accepted",
            path=place,
        )
    return _rightly_rejected(one, answer, place)


def _make(one: Try, namespace: str, who: Identity, around: Surroundings) -> Answer:
    """Raises UnknownKind, ApiRefused, ApiUnreachable."""
    kind, api_version = str(one.manifest["kind"]), str(one.manifest["apiVersion"])
    served = served_kind(around.round, kind, api_version)
    metadata = dict(one.manifest.get("metadata") or {})
    name = str(metadata.get("name") or "try")
    if not one.keep_name:
        name = f"{name[:_LONGEST].rstrip('-.')}-{around.round.nonce()[:_TOKEN]}"
    metadata = {key: value for key, value in metadata.items() if key != "generateName"}
    metadata["name"] = name
    if served.namespaced:
        metadata["namespace"] = namespace or "default"
    body = {**one.manifest, "metadata": metadata}
    path = f"{served.path(str(metadata.get('namespace', '')))}?dryRun=All"
    told = around.round.request("POST", path, body, user=who.user, groups=who.groups)
    said: Mapping[str, Any] = told.body if isinstance(told.body, dict) else {}
    message = str(said.get("message") or told.body if told.status >= 300 else "")
    causes = (said.get("details") or {}).get("causes") if told.status >= 300 else None
    return Answer(
        told.status,
        str(said.get("reason") or ""),
        message.replace(f'"{name}"', '"…"'),
        told.body,
        tuple(str(cause.get("reason", "")) for cause in causes or ()),
    )


def _no_verdict(answer: Answer, place: str, namespace: str) -> Finding | None:
    """What says nothing of admission: others keep the object out, or we cannot ask."""
    message = clip(answer.message, 120)
    if answer.status == 404 and "namespaces" in answer.message:
        return _no_namespace(namespace)
    if "NamespaceTerminating" in answer.causes:
        return failed(f"namespace {namespace} is being deleted", path=f"Namespace {namespace}")
    if _NOT_PERMITTED.search(answer.message) and answer.status == 403:
        return failed(
            f"{place} was not tried, for permission is missing: {message}",
            expected="permission to make it",
            actual="Forbidden",
            path=place,
        )
    if answer.status >= 500:
        return failed(
            f"{place} gets no verdict, for a webhook is in trouble: {message}",
            expected="a verdict",
            actual=message,
            path=place,
        )
    if "does not support dry run" in answer.message:
        return unknown(f"{place} cannot be tried: {message}")
    if answer.status in (401, 404, 405, 409, 429):
        return unknown(f"{place} could not be tried: {answer.status} {message}")
    if answer.status == 400 and not _BY_A_POLICY.search(answer.message):
        return unknown(f"{place} is no manifest that can be tried: {message}")
    return None


def _no_namespace(namespace: str) -> Finding:
    return failed(
        f"namespace {namespace} does not exist",
        expected=f"Namespace {namespace}",
        actual="none",
        path=f"Namespace {namespace}",
    )


def _refused(answer: Answer, place: str) -> Finding:
    return failed(
        f"{place} is rejected, and should be accepted: {clip(answer.message, 120)}",
        expected="accepted",
        actual=answer.message,
        path=place,
    )


def _accepted(one: Try, answer: Answer, place: str) -> Finding | None:
    mismatch = compare_document(one.expect, answer.body, api_object=True)
    return None if mismatch is None else mismatched(mismatch, place)


def _rightly_rejected(one: Try, answer: Answer, place: str) -> Finding | None:
    by_name = re.search(rf"(?<![\w.-]){re.escape(one.by)}(?![\w-])", answer.message)
    if (by_name or not one.by) and re.search(one.message, answer.message):
        return None
    wanted = one.by if one.by and not by_name else one.message
    return failed(
        f"{place} is rejected, but not by {wanted}: {clip(answer.message, 110)}"
        if one.by and not by_name
        else f"{place} is rejected for another reason than {wanted}: {clip(answer.message, 110)}",
        expected=f"rejected: {wanted}",
        actual=answer.message,
        path=place,
    )
