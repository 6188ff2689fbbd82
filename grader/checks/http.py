"""`http`: requests from a node by curl, each over a connection of its own, and what they answer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.finding import failed, mismatched, passed, unknown
from grader.meaning.compare import compare, compare_document, compare_text
from grader.meaning.path import Missing, walk
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip
from labs.checks.http import HttpCheck

_SCRIPT = """
many=$1 mark=$2
shift 2
while [ "$many" -gt 0 ]; do
  curl -q -sS --noproxy '*' -w "\\n$mark%{json}\\n$mark%{header_json}\\n$mark\\n" "$@" 2>/dev/null
  code=$?
  [ "$code" = 0 ] || { printf '\\n%sfailed %s\\n' "$mark" "$code"; exit 0; }
  many=$((many - 1))
done
"""
_SECONDS = 5
"""What one request may take, at native speed."""

_REASONS = {
    6: "the host name is not known on the node",
    7: "the connection was refused",
    28: "no answer in time",
    35: "the TLS handshake failed",
    52: "the server closed the connection without an answer",
    56: "the connection was reset",
    60: "the server's certificate is not trusted",
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    headers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A request that got none: curl's exit status and its message."""

    code: int
    message: str


def look(args: HttpCheck, around: Surroundings) -> Finding:
    url, missing = _address(args.url, around)
    if missing:
        return failed(missing, expected=args.url, actual="no such address", path=args.url)
    mark = around.round.nonce()
    result = around.round.run(
        args.node,
        ["sh", "-s", str(args.requests), mark, *_curl(args, url, around.time_scale)],
        stdin=_SCRIPT,
        timeout=_SECONDS * args.requests + 10,
    )
    answers, no_answer = parse_answers(result.stdout, mark)
    place = f"{args.method} {url} from {args.node}"
    if no_answer is not None and no_answer.code in (2, 126, 127):
        return unknown(f"curl does not work on {args.node}: {no_answer.message}")
    for answer in answers:
        finding = _judge(args, answer, place)
        if finding is not None:
            return finding
    if no_answer is not None or len(answers) < args.requests:
        return _failure(no_answer or NoAnswer(0, "curl was cut short"), place, len(answers))
    return _spread(args, answers, place) or passed(
        expected=f"{args.requests} answers", actual=f"{len(answers)} with {answers[-1].status}"
    )


def _address(url: str, around: Surroundings) -> tuple[str, str]:
    """The URL with the addresses of Services filled in, or what is missing for it."""
    missing = ""

    def fill(found: re.Match[str]) -> str:
        nonlocal missing
        namespace, _, name = found[1].partition("/")
        service = around.round.object("Service", name, namespace)
        address = str(((service or {}).get("spec") or {}).get("clusterIP") or "")
        if service is None:
            missing = f"Service {namespace}/{name} does not exist"
        elif address in ("", "None"):
            missing = f"Service {namespace}/{name} has no cluster address"
        return f"[{address}]" if ":" in address else address

    return re.sub(r"\{cluster_ip:([^{}]+)\}", fill, url), missing


def _curl(args: HttpCheck, url: str, time_scale: float) -> list[str]:
    words = ["-X", args.method] if args.method not in ("GET", "HEAD") else []
    words += ["-I"] if args.method == "HEAD" else []
    for name, value in args.headers.items():
        words += ["-H", f"{name}: {value}"]
    return [*words, "-m", str(round(_SECONDS * time_scale)), "-g", "--", url]


def parse_answers(output: str, mark: str) -> tuple[list[Answer], NoAnswer | None]:
    """What curl printed, taken apart at the marks, which no body can hold."""
    answers: list[Answer] = []
    rest = output
    while True:
        body, found, tail = rest.partition(f"\n{mark}")
        line, _, tail = tail.partition("\n")
        if not found:
            return answers, None
        if line.startswith("failed "):
            return answers, NoAnswer(int(line.split()[1]), "it could not be run")
        facts = json.loads(line)
        if facts["exitcode"]:
            return answers, NoAnswer(int(facts["exitcode"]), str(facts.get("errormsg")))
        headers, _, rest = tail.partition(f"\n{mark}\n")
        answers.append(Answer(int(facts["http_code"]), body, _headers(headers, mark)))


def _headers(text: str, mark: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(text.removeprefix(mark) or "{}")
    return found


def _judge(args: HttpCheck, answer: Answer, place: str) -> Finding | None:
    mismatch = compare(args.status, answer.status, "status")
    if mismatch is None and args.body is not None:
        mismatch = compare_text(args.body, answer.body, "body")
    if mismatch is not None:
        return mismatched(mismatch, place)
    if not args.json_body and not args.distinct:
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
    documents = [json.loads(answer.body) for answer in answers] if args.distinct else []
    for path, least in args.distinct.items():
        values = {
            json.dumps(found.value, sort_keys=True)
            for document in documents
            for found in walk(document, path)
            if not isinstance(found.value, Missing)
        }
        if len(values) < least:
            shown = ", ".join(sorted(value.strip('"') for value in values)) or "none"
            return failed(
                f"{len(answers)} answers of {place} came with only {len(values)} {path}: {shown}",
                expected=f"at least {least} different",
                actual=shown,
                path=f"{place} {path}",
            )
    return None
