"""A node's etcd, asked by etcdctl with the certificates that the running process itself uses.

Their paths come from its flags, and are read as the process sees them, through /proc/PID/root.
"""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.kubernetes.component_flags import flags_document
from grader.nodes.pod_processes import PodProcess, named_processes
from grader.round import Round
from labs.errors import SeatrialError

_SECONDS = 5
"""What one question to etcd may take, at native speed."""

_PREPARE = """
export ETCDCTL_API=3
mark=$1 seconds=$2
root=/proc/@PID@/root
tool=$(command -v etcdctl) || for tool in "$root"/usr/local/bin/etcdctl "$root"/usr/bin/etcdctl
do [ -x "$tool" ] && break; done
[ -x "$tool" ] || { echo "$mark none"; exit 0; }
ask() {
  timeout "$seconds" "$tool" --endpoints @ENDPOINT@ \\
    ${ca:+--cacert "$ca" --cert "$cert" --key "$key"} \\
    --dial-timeout "${seconds}s" --command-timeout "${seconds}s" -w json "$@"
}
say() {
  name=$1
  shift
  printf '%s %s\\n' "$mark" "$name"
  answer=$(ask "$@" 2>&1)
  printf '%s\\n%s ended %s\\n' "$answer" "$mark" "$?"
}
members() {
  while :; do
    [ $# -lt 3 ] || { ca=$root$1 cert=$root$2 key=$root$3; shift 3; }
    answer=$(ask member list 2>&1)
    code=$?
    [ "$code" = 0 ] || [ $# -lt 3 ] && break
  done
  printf '%s members\n%s\n%s ended %s\n' "$mark" "$answer" "$mark" "$code"
  [ "$code" = 0 ]
}
"""
_STATE = """
say status endpoint status --cluster
revision=${answer#*'"revision":'}
revision=${revision%%[!0-9]*}
say hash endpoint hashkv --cluster --rev "${revision:-0}"
say alarms alarm list
"""
"""Hashes are asked for one revision, the last of the first member, as writes go on meanwhile."""


class EtcdTrouble(SeatrialError):
    """etcd cannot be asked: no process, or no answer. A state of the cluster."""


class CannotAskEtcd(SeatrialError):
    """We lack the means to ask: no etcdctl."""


@dataclass(frozen=True, slots=True)
class EtcdProcess:
    node: str
    process: PodProcess
    flags: dict[str, Any]
    credentials: tuple[tuple[str, str, str], ...]
    """Authority, certificate and key to try, one after the other."""

    @property
    def endpoint(self) -> str:
        urls = [str(url) for url in self.flags["listen-client-urls"]]
        near = [url for url in urls if "//127." in url or "//localhost" in url or "//[::1]" in url]
        chosen = (near or urls or ["http://127.0.0.1:2379"])[0]
        return chosen.replace("//0.0.0.0", "//127.0.0.1").replace("//[::]", "//[::1]")


@dataclass(frozen=True, slots=True)
class EtcdAnswer:
    """`document` is None when etcdctl printed no JSON; `text` is then what it said."""

    code: int
    document: Any
    text: str


def find_etcd(round_: Round, node: str) -> EtcdProcess:
    """Raises NodeUnreachable, EtcdTrouble, UnreadableProcesses."""
    running = named_processes(round_, node, "etcd")
    if not running:
        raise EtcdTrouble(f"no etcd runs on {node}", "")
    flags = flags_document("etcd", running[0].argv)
    ca = str(flags.get("trusted-ca-file") or "")
    pairs = [("cert-file", "key-file"), ("peer-cert-file", "peer-key-file")]
    found = [(ca, str(flags.get(cert) or ""), str(flags.get(key) or "")) for cert, key in pairs]
    return EtcdProcess(node, running[0], flags, tuple(one for one in found if all(one)))


def ask_etcd(
    round_: Round,
    etcd: EtcdProcess,
    questions: Sequence[tuple[str, Sequence[str]]],
    time_scale: float,
) -> dict[str, EtcdAnswer]:
    """`members`, `status`, `hash` and `alarms`, and the answers to the questions by their names.

    Raises NodeUnreachable, EtcdTrouble, CannotAskEtcd.
    """
    mark = round_.nonce()
    lines = [f"say {name} {shlex.join(words)}" for name, words in questions]
    prepare = _PREPARE.replace("@PID@", str(etcd.process.pid))
    prepare = prepare.replace("@ENDPOINT@", shlex.quote(etcd.endpoint))
    paths = shlex.join([path for three in etcd.credentials for path in three])
    script = "\n".join([prepare, f"members {paths} || exit 0", _STATE, *lines, ""])
    result = round_.run(
        etcd.node,
        ["sh", "-s", mark, str(round(_SECONDS * time_scale))],
        stdin=script,
        timeout=_SECONDS * (len(lines) + 6),
    )
    if f"{mark} none" in result.stdout:
        raise CannotAskEtcd(f"{etcd.node} has no etcdctl", "")
    return _answers(result.stdout, mark)


def _answers(output: str, mark: str) -> dict[str, EtcdAnswer]:
    found: dict[str, EtcdAnswer] = {}
    for part in output.split(f"{mark} ")[1:]:
        name, _, text = part.partition("\n")
        if name.startswith("ended ") and found:
            last = list(found)[-1]
            found[last] = _answer(int(name.split()[1]), found[last].text)
        elif not name.startswith("ended "):
            found[name] = EtcdAnswer(0, None, text.strip())
    return found


def _answer(code: int, text: str) -> EtcdAnswer:
    """The JSON among the lines; what failed beside it was printed, too."""
    for line in text.splitlines():
        if line[:1] in "[{":
            try:
                return EtcdAnswer(code, json.loads(line), text)
            except ValueError:
                continue
    return EtcdAnswer(code, None, text)
