"""Requests by a node's curl, from the node or inside a pod's network, each on a connection of its
own. What only we know (an authority, a token) goes over pipes: nothing is left on the node."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.nodes.pod_network import ENTER, NetworkNotEntered, Place
from grader.round import Round

SECONDS = 5
"""What one request may take, at native speed."""
AUTHORITY = "/dev/fd/3"
TOKEN = "/dev/fd/4"
NO_TOKEN = 97

_SCRIPT = """
many=$1 mark=$2 secret=$3
enter "$4" "$5" || { printf 'lost\\n'; exit 0; }
url=$6
shift 6
token= format="\\n$mark%{json}\\n$mark%{header_json}\\n$mark\\n"
if [ "$secret" != none ]; then
  for file in $secret; do IFS= read -r token <"$file" || [ -n "$token" ]; done 2>/dev/null
  [ -n "$token" ] || { printf '\\n%sfailed 97\\n' "$mark"; exit 0; }
fi
if [ "$many" -gt 1 ]; then set -- "$@" -H 'Connection: close' --fail-early; fi
set -- "$@" --
while [ "$many" -gt 0 ]; do
  set -- "$@" "$url"
  many=$((many - 1))
done
$into curl -q -sS --noproxy '*' -w "$format" "$@" 2>/dev/null 3<<'AUTHORITY' 4<<TOKEN
@AUTHORITY@
AUTHORITY
Authorization: Bearer $token
TOKEN
code=$?
[ "$code" = 0 ] || printf '\\n%sfailed %s\\n' "$mark" "$code"
"""


@dataclass(frozen=True, slots=True)
class Requests:
    """`words`: options of curl. `token`: a pattern of paths on the node, "" for none."""

    url: str
    words: Sequence[str]
    many: int = 1
    authority: str = ""
    token: str = ""


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


Answers = tuple[list[Answer], NoAnswer | None]


def send_requests(round_: Round, place: Place, requests: Requests) -> Answers:
    """The answers up to the first that did not come. Raises NodeUnreachable, NetworkNotEntered."""
    mark = round_.nonce()
    many, token = str(requests.many), requests.token or "none"
    result = round_.run(
        place.node,
        ["sh", "-s", many, mark, token, *place.words, requests.url, *requests.words],
        stdin=ENTER + _SCRIPT.replace("@AUTHORITY@", requests.authority.strip()),
        timeout=SECONDS * requests.many + 10,
    )
    if result.stdout == "lost\n":
        raise NetworkNotEntered(f"the network of {place.name} could not be entered", "")
    return parse_answers(result.stdout, mark)


def parse_answers(output: str, mark: str) -> Answers:
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
