"""Names looked up from where a pod or a node stands: its resolv.conf, and questions to servers."""

import base64
import binascii
from collections.abc import Sequence

from grader.meaning.resolver import SILENCE, Answer, ResolvConf, parse_resolv_conf, query
from grader.meaning.resolver import read_answer as read
from grader.nodes.pod_network import ENTER, NetworkNotEntered, Place
from grader.round import Round

_SECONDS = 2.0
"""For one of two tries of a question, at native speed."""
_MOST_SECONDS = 5.0

_RESOLV_CONF = f"""
{ENTER}
enter "$1" "$2" || exit 0
file=/etc/resolv.conf
if [ -n "$pid" ]; then
  file=/proc/$pid/root/etc/resolv.conf
  [ -L "$file" ] && exit 0
fi
echo there
[ ! -f "$file" ] || cat "$file"
"""
"""The link would be followed on the node instead of in the pod."""

_INSIDE = r"""
limit=$1
shift
one() {
  local server data got
  IFS="|" read -r server data <<<"$2"
  for try in 1 2; do
    exec 3<>"/dev/udp/$server/53" || break
    base64 -d <<<"$data" >&3
    got=$(timeout "$limit" dd bs=65535 count=1 status=none <&3 | base64 -w 0)
    [ -z "$got" ] || break
  done
  echo "$1 $got"
}
at=0
for target; do
  one "$at" "$target" &
  at=$((at + 1))
done
wait
echo end
"""

_ASK = f"""
{ENTER}
inside=$(cat <<'inside'
{_INSIDE}
inside
)
limit=$3
enter "$1" "$2" || exit 0
shift 3
$into bash -c "$inside" dns "$limit" "$@" 2>/dev/null
"""

Questions = Sequence[tuple[str, str]]
"""Server addresses and absolute names."""


def resolv_conf_of(round_: Round, place: Place) -> ResolvConf:
    """Raises NodeUnreachable, NetworkNotEntered."""
    result = round_.run(place.node, ["sh", "-s", *place.words], stdin=_RESOLV_CONF)
    first, _, text = result.stdout.partition("\n")
    if first != "there":
        raise NetworkNotEntered(f"the resolv.conf of {place.name} could not be read", "")
    return parse_resolv_conf(text)


def ask(
    round_: Round, place: Place, questions: Questions, kind: str, time_scale: float
) -> dict[tuple[str, str], Answer]:
    """All at once. Raises NodeUnreachable, NetworkNotEntered; ValueError for what is no name."""
    id_ = int(round_.nonce()[:4], 16)
    asked = [query(name, kind, id_) for _, name in questions]
    limit = max(1, round(min(_SECONDS * time_scale, _MOST_SECONDS)))
    words = [
        f"{server}|{base64.b64encode(data).decode()}"
        for (server, _), data in zip(questions, asked, strict=True)
    ]
    result = round_.run(
        place.node, ["sh", "-s", *place.words, str(limit), *words], stdin=_ASK, timeout=30
    )
    lines = result.stdout.splitlines()
    if not lines or lines[-1] != "end":
        raise NetworkNotEntered(f"the network of {place.name} could not be entered", "")
    got = dict(line.partition(" ")[::2] for line in lines[:-1])
    return {
        question: _answer(data, got.get(str(at), ""), kind)
        for at, (question, data) in enumerate(zip(questions, asked, strict=True))
    }


def _answer(asked: bytes, got: str, kind: str) -> Answer:
    try:
        data = base64.b64decode(got, validate=True)
    except binascii.Error:
        return SILENCE
    return read(asked, data, kind) if data else SILENCE
