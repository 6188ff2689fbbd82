"""`http`: what requests from a node or a pod's network are answered, each on its own connection."""

import json
from collections import Counter
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from grader.finding import failed, mismatched, passed, unknown
from grader.kubernetes.filled_address import NoSuchAddress, fill_addresses
from grader.kubernetes.objects import Selection, full_name, is_ready_pod
from grader.kubernetes.pod_network_facts import living_pods
from grader.meaning.compare import compare, compare_document, compare_text
from grader.meaning.path import Missing, walk
from grader.meaning.proportion import misfit
from grader.meaning.resolver import Kind, settle
from grader.nodes.http_requests import (
    AUTHORITY,
    NO_TOKEN,
    SECONDS,
    TOKEN,
    Answer,
    NoAnswer,
    Requests,
    send_requests,
)
from grader.nodes.name_service import ask, resolv_conf_of
from grader.nodes.pod_network import NoSuchPlace, Place, place_of_node, place_of_pod
from grader.nodes.service_account_token import token_files
from grader.nodes.trusted_authority import NoSuchAuthority, read_authority
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip
from labs.checks.http import HttpCheck

_REASONS = {
    6: "the host name is not known on the node",
    7: "the connection was refused",
    28: "no answer in time",
    35: "the TLS handshake failed",
    47: "more redirects than are followed",
    52: "the server closed the connection without an answer",
    56: "the connection was reset",
    60: "the server's certificate is not trusted",
    77: "the authority's certificate cannot be read",
    NO_TOKEN: "the pod has no token of a service account",
}


def look(args: HttpCheck, around: Surroundings) -> Finding:
    try:
        place, token = _place(args, around)
        url = fill_addresses(args.url, around.round)
        authority = read_authority(args.ca, around.round) if args.ca else ""
        words = _curl(args, url, around.time_scale) + _resolved(args, url, place, around)
    except (NoSuchPlace, NoSuchAddress, NoSuchAuthority) as state:
        return failed(state.message, expected=args.url, actual="none", path=args.url)
    requests = Requests(url, words, args.requests, authority, token)
    answers, no_answer = send_requests(around.round, place, requests)
    where = f"{args.method} {url} from {place.name}"
    if no_answer is not None and no_answer.code in (2, 126, 127):
        return unknown(f"curl does not work on {place.node}: {no_answer.message}")
    for answer in answers:
        finding = _judge(args, answer, where)
        if finding is not None:
            return finding
    if no_answer is not None or len(answers) < args.requests:
        return _failure(no_answer or NoAnswer(0, "curl was cut short"), where, len(answers))
    return (
        _spread(args, answers, where)
        or _weighted(args, answers, where)
        or passed(
            expected=f"{args.requests} answers", actual=f"{len(answers)} with {answers[-1].status}"
        )
    )


def _place(args: HttpCheck, around: Surroundings) -> tuple[Place, str]:
    """Where the requests are made, and where the token to send is. Raises NoSuchPlace."""
    if args.node:
        return place_of_node(args.node), ""
    pods = living_pods(around.round, args.namespace, args.pod, args.selector)
    if not pods:
        chosen = Selection("Pod", args.namespace, args.pod, args.selector)
        raise NoSuchPlace(f"there is no {chosen}")
    pod = next((one for one in pods if is_ready_pod(one)), pods[0])
    place = place_of_pod(pod)
    token = token_files(pod) if args.token else ""
    if args.token and not token:
        raise NoSuchPlace(f"pod {full_name(pod)} has no token of a service account mounted")
    return place, token


def _curl(args: HttpCheck, url: str, time_scale: float) -> list[str]:
    words = ["-X", args.method] if args.method not in ("GET", "HEAD") else []
    words += ["-I"] if args.method == "HEAD" else []
    for name, value in args.headers.items():
        words += ["-H", f"{name}: {value}"]
    words += ["-H", f"@{TOKEN}"] if args.token else []
    words += ["--cacert", AUTHORITY, "--capath", "/nonexistent"] if args.ca else []
    words += [] if args.verify else ["-k"]
    words += ["-L", "--max-redirs", str(args.redirects)] if args.redirects else []
    return [*words, "-m", str(round(SECONDS * time_scale)), "-g"]


def _resolved(args: HttpCheck, url: str, place: Place, around: Surroundings) -> list[str]:
    """curl's `--resolve`: as the check says, or as the pod's own resolver would answer."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    words: list[str] = []
    for host, address in args.resolve.items():
        words += ["--resolve", f"{host}:{port}:{fill_addresses(address, around.round)}"]
    host = parts.hostname or ""
    if host in args.resolve or place.group == "none" or _is_address(host):
        return words
    conf = resolv_conf_of(around.round, place)
    questions = [(server, name) for server in conf.servers for name in conf.candidates(host)]
    if not questions:
        raise NoSuchAddress(f"the resolv.conf of {place.name} names no name server")
    answers = ask(around.round, place, questions, "A", around.time_scale)
    _, found = settle(conf, host, lambda server, name: answers[server, name])
    if found.kind is not Kind.FOUND:
        raise NoSuchAddress(f"{place.name} cannot resolve {host}: {found}")
    return [*words, "--resolve", f"{host}:{port}:{','.join(found.values)}"]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _judge(args: HttpCheck, answer: Answer, place: str) -> Finding | None:
    mismatch = compare(args.status, answer.status, "status")
    if mismatch is None and args.body is not None:
        mismatch = compare_text(args.body, answer.body, "body")
    if mismatch is None:
        headers = {name.lower(): ", ".join(values) for name, values in answer.headers.items()}
        mismatch = compare_document(args.answer_headers, headers)
    if mismatch is not None:
        return mismatched(mismatch, place)
    if not (args.json_body or args.distinct or args.weights):
        return None
    try:
        document = json.loads(answer.body)
    except ValueError:
        return failed(
            f"{place}: the answer is not JSON: {clip(answer.body, 60)}",
            expected="JSON",
            actual=answer.body or "an empty body",
            path=f"{place} body",
        )
    mismatch = compare_document(args.json_body, document)
    return None if mismatch is None else mismatched(mismatch, place)


def _failure(no_answer: NoAnswer, place: str, answered: int) -> Finding:
    reason = _REASONS.get(no_answer.code) or clip(no_answer.message, 90)
    after = f" after {answered} answers" if answered else ""
    return failed(f"{place}: {reason}{after}", expected="an answer", actual=reason, path=place)


def _spread(args: HttpCheck, answers: list[Answer], place: str) -> Finding | None:
    """Whether enough different values came, over all answers."""
    for path, least in args.distinct.items():
        values = _values(answers, path)
        if len(values) < least:
            shown = ", ".join(sorted(values)) or "none"
            return failed(
                f"{len(answers)} answers of {place} came with only {len(values)} {path}: {shown}",
                expected=f"at least {least} different",
                actual=shown,
                path=f"{place} {path}",
            )
    return None


def _weighted(args: HttpCheck, answers: list[Answer], place: str) -> Finding | None:
    """Whether the values came as often as their weights say, but for chance."""
    for path, weights in args.weights.items():
        counts = _values(answers, path)
        found = misfit(counts, weights)
        if sum(counts.values()) < len(answers) or found is not None:
            shown = ", ".join(f"{count} {value}" for value, count in sorted(counts.items()))
            share = f"{found.value} should have {found.share:.0%}" if found else "each has one"
            got = f"{path} is {shown or 'never there'}"
            return failed(
                f"of {len(answers)} answers of {place}, {got}; {share}",
                expected=_shares(weights),
                actual=shown or "none",
                path=f"{place} {path}",
            )
    return None


def _shares(weights: Mapping[str, int]) -> str:
    return ", ".join(f"{weight} {value}" for value, weight in weights.items())


def _values(answers: list[Answer], path: str) -> Counter[str]:
    """How often each value came at a path of the bodies."""
    return Counter(
        _text(found.value)
        for answer in answers
        for found in walk(json.loads(answer.body), path)
        if not isinstance(found.value, Missing)
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
