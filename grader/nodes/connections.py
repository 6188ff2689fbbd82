"""Connections tried from nodes and from inside pods' networks, all of a node at the same time."""

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from grader.nodes.pod_network import ENTER, NetworkNotEntered, Place
from grader.round import Round

SECONDS = 3.0
"""In which a connection is made, at native speed."""
_MOST_SECONDS = 10.0

_INSIDE = r"""
limit=$1 client=$2
shift 2
one() {
  local way host port data said
  IFS="|" read -r way host port data <<<"$2"
  said=$(
    {
      exec 3<>"/dev/$way/$host/$port" || exit 1
      [ "$way" = tcp ] && exit 0
      base64 -d <<<"$data" >&3
      IFS= read -r -d "" -n 1 -t "$limit" -u 3
    } 2>&1
  ) && said=open
  echo "$1 ${said##*: }" >&9
}
exec 9<> <(:)
at=0
for target; do
  one "$at" "$target" &
  jobs[at++]=$!
done
while (( at > 0 && SECONDS < limit )) && IFS= read -r -t $(( limit - SECONDS )) -u 9 line; do
  echo "$client $line"
  (( at-- ))
done
kill "${jobs[@]}" 2>/dev/null
echo "$client end"
"""
"""Bash alone: every target in a process of its own; who has said nothing in time is ended."""

_SCRIPT = f"""
{ENTER}
inside=$(cat <<'inside'
{_INSIDE}
inside
)
limit=$1
shift
client=0
while [ $# -ge 3 ]; do
  if enter "$1" "$2"; then
    $into bash -c "$inside" connect "$limit" "$client" $3 2>/dev/null &
  else
    echo "$client lost"
  fi
  client=$((client + 1))
  shift 3
done
wait
"""


class Outcome(Enum):
    OPEN = "open"
    REFUSED = "refused"
    """By the server (no such port) or by somebody on the way who said so."""
    TIMEOUT = "no answer"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a connection goes. `data`: what a UDP server is sent."""

    protocol: str
    ip: str
    port: int
    data: bytes = b""

    @property
    def word(self) -> str:
        data = base64.b64encode(self.data).decode()
        return f"{self.protocol.lower()}|{self.ip}|{self.port}|{data}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one connection ended; `said` is the kernel's word for it."""

    outcome: Outcome
    said: str = ""

    def __str__(self) -> str:
        return self.said or self.outcome.value


_REFUSALS = {
    "Connection refused": "connection refused",
    "No route to host": "no route to host",
    "Network is unreachable": "network is unreachable",
    "Permission denied": "not permitted",
    "Operation not permitted": "not permitted",
    "Connection reset by peer": "connection reset",
}


Wanted = Mapping[Place, Sequence[Target]]
Found = Mapping[tuple[Place, Target], Attempt]


def try_connections(round_: Round, wanted: Wanted, time_scale: float) -> Found:
    """Each place to each of its targets. Raises NodeUnreachable, NetworkNotEntered."""
    by_node: dict[str, list[Place]] = defaultdict(list)
    for place, targets in wanted.items():
        if targets:
            by_node[place.node].append(place)
    limit = max(1, round(min(SECONDS * time_scale, _MOST_SECONDS)))
    found: dict[tuple[Place, Target], Attempt] = {}
    for node, places in by_node.items():
        words = [
            word
            for place in places
            for word in (*place.words, " ".join(one.word for one in wanted[place]))
        ]
        result = round_.run(node, ["sh", "-s", str(limit), *words], stdin=_SCRIPT, timeout=30)
        found |= _attempts(result.stdout, places, wanted)
    return found


def _attempts(
    output: str, places: Sequence[Place], wanted: Wanted
) -> dict[tuple[Place, Target], Attempt]:
    said: dict[tuple[int, int], str] = {}
    ended = set()
    for line in output.splitlines():
        client, _, rest = line.partition(" ")
        if rest in ("end", "lost"):
            ended |= {int(client)} if rest == "end" else set()
            continue
        at, _, words = rest.partition(" ")
        said[int(client), int(at)] = words
    for number, place in enumerate(places):
        if number not in ended:
            raise NetworkNotEntered(f"the network of {place.name} could not be entered", "")
    return {
        (place, target): _attempt(said.get((number, at)), place)
        for number, place in enumerate(places)
        for at, target in enumerate(wanted[place])
    }


def _attempt(words: str | None, place: Place) -> Attempt:
    if words == "open":
        return Attempt(Outcome.OPEN)
    if words in (None, "", "Connection timed out"):
        return Attempt(Outcome.TIMEOUT)
    if words in _REFUSALS:
        return Attempt(Outcome.REFUSED, _REFUSALS[words])
    raise NetworkNotEntered(f"{place.name} could not try to connect: {words}", "")
