"""`etcd_snapshot`: whether a file can be restored from, and what moment of etcd's history it is."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from grader.checks.etcd import revision
from grader.finding import failed, passed, unknown
from grader.nodes.etcd import CannotAskEtcd, EtcdAnswer, EtcdTrouble, ask_etcd, find_etcd
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip
from labs.checks.etcd_snapshot import EtcdSnapshotCheck

_SECONDS = 30
"""What checksums and counting may take, at native speed: a snapshot can be some hundred MB."""
_SCRIPT = """
export ETCDCTL_API=3
[ -e "$2" ] || { echo absent; exit 0; }
[ -f "$2" ] || { echo 'no file'; exit 0; }
size=$(stat -L -c %s -- "$2")
printf 'size %s\\n' "$size"
printf 'magic %s\\n' "$(od -An -v -tx1 -j 16 -N 4 -- "$2" | tr -d ' \\n')"
[ $((size % 512)) = 32 ] || exit 0
printf 'trailer %s\\n' "$(tail -c 32 -- "$2" | od -An -v -tx1 | tr -d ' \\n')"
sum=$(head -c -32 -- "$2" | sha256sum)
printf 'sum %s\\n' "${sum%% *}"
[ "$(tail -c 32 -- "$2" | od -An -v -tx1 | tr -d ' \\n')" = "${sum%% *}" ] || exit 0
tool=$(command -v etcdutl || command -v etcdctl) || { echo 'no tool'; exit 0; }
printf 'status '
timeout "$1" "$tool" snapshot status "$2" -w json 2>&1 | tr '\\n' ' '
echo
"""
_BOLT = "edda0ced"
"""What stands at byte 16 of every bolt database of a little-endian machine."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    revision: int
    keys: int
    size: int


def look(args: EtcdSnapshotCheck, around: Surroundings) -> Finding:
    facts = _facts(args, around)
    place = f"{args.node}:{args.path}"
    trouble = _trouble(facts)
    if trouble:
        return failed(
            f"{place} {trouble}",
            expected="a whole snapshot",
            actual=f"{facts['size']} bytes" if "size" in facts else "no file",
            path=place,
        )
    if "no" in facts:
        return unknown(f"{args.node} has no etcdctl to read {args.path} with")
    snapshot = _read(facts)
    if snapshot is None:
        return failed(
            f"{place} is whole, but etcdctl cannot read it: {clip(facts.get('status', ''), 80)}",
            expected="a whole snapshot",
            actual=facts.get("status", ""),
            path=place,
        )
    return _judge(args, snapshot, place, around)


def baseline(args: EtcdSnapshotCheck, around: Surroundings) -> Any:
    """How far etcd's history had come; {} when nobody asks, or etcd did not answer."""
    if not args.newer_than_baseline:
        return {}
    try:
        etcd = find_etcd(around.round, args.node)
        return {"revision": revision(ask_etcd(around.round, etcd, (), around.time_scale))}
    except (EtcdTrouble, CannotAskEtcd):
        return {}


def _facts(args: EtcdSnapshotCheck, around: Surroundings) -> dict[str, str]:
    seconds = str(round(_SECONDS * around.time_scale))
    argv = ["sh", "-s", seconds, args.path]
    result = around.round.run(args.node, argv, stdin=_SCRIPT, timeout=_SECONDS + 15)
    parts = (line.partition(" ") for line in result.stdout.splitlines())
    return {name: rest for name, _, rest in parts}


def _trouble(facts: dict[str, str]) -> str:
    """What is wrong with the file itself, "" when it is whole."""
    if "absent" in facts:
        return "does not exist"
    if "size" not in facts:
        return "is not a file"
    if facts["size"] == "0":
        return "is empty"
    if facts.get("magic") != _BOLT:
        return "is not an etcd database"
    if "trailer" not in facts:
        return (
            f"has {facts['size']} bytes and no checksum at its end: it is cut short, "
            "or a copy of etcd's own file rather than a snapshot"
        )
    if facts["trailer"] != facts.get("sum"):
        return "does not fit the checksum at its end: it is broken"
    return ""


def _read(facts: dict[str, str]) -> _Snapshot | None:
    try:
        document = json.loads(facts.get("status", ""))
        return _Snapshot(document["revision"], document["totalKey"], document["totalSize"])
    except (ValueError, KeyError, TypeError):
        return None


def _judge(
    args: EtcdSnapshotCheck, snapshot: _Snapshot, place: str, around: Surroundings
) -> Finding:
    if snapshot.keys < args.min_keys:
        return failed(
            f"{place} holds only {snapshot.keys} keys",
            expected=f"at least {args.min_keys}",
            actual=snapshot.keys,
            path=place,
        )
    finding = _since(args, snapshot, place, around) or _holds(args, snapshot, place, around)
    return finding or passed(actual=f"{snapshot.keys} keys, revision {snapshot.revision}")


def _since(
    args: EtcdSnapshotCheck, snapshot: _Snapshot, place: str, around: Surroundings
) -> Finding | None:
    if not args.newer_than_baseline:
        return None
    if not around.baseline:
        return unknown("how far etcd's history had come after setup has not been recorded")
    before = int(around.baseline["revision"])
    if snapshot.revision > before:
        return None
    return failed(
        f"{place} was taken before the lab began: it ends at revision {snapshot.revision}, "
        f"the lab began at {before}",
        expected=f"a revision after {before}",
        actual=snapshot.revision,
        path=place,
    )


def _holds(
    args: EtcdSnapshotCheck, snapshot: _Snapshot, place: str, around: Surroundings
) -> Finding | None:
    if not args.holds:
        return None
    questions = [(f"key{n}", ["get", key, "--keys-only"]) for n, key in enumerate(args.holds)]
    try:
        etcd = find_etcd(around.round, args.node)
        answers = ask_etcd(around.round, etcd, questions, around.time_scale)
    except (EtcdTrouble, CannotAskEtcd) as trouble:
        return unknown(f"what {place} holds cannot be told: {trouble.message}")
    for number, key in enumerate(args.holds):
        made = _created(answers.get(f"key{number}"), key)
        if made is None:
            return unknown(f"whether {place} holds {key} cannot be told: etcd has no such key now")
        if made > snapshot.revision:
            return failed(
                f"{place} does not hold {key}, which was created after it was taken "
                f"(revision {made}; the snapshot ends at {snapshot.revision})",
                expected=key,
                actual=f"revision {snapshot.revision}",
                path=place,
            )
    return None


def _created(answer: EtcdAnswer | None, key: str) -> int | None:
    document = answer.document if answer else None
    for item in (document.get("kvs") or []) if isinstance(document, dict) else []:
        if base64.b64decode(item.get("key") or "").decode(errors="replace") == key:
            return int(item.get("create_revision", 0))
    return None
