"""`etcd`: members that answer and agree, data where the manifest says, keys as they are stored."""

import base64
from collections.abc import Mapping
from typing import Any

from grader.finding import failed, mismatched, passed, unknown
from grader.kubernetes.component_flags import compare_flags
from grader.meaning.compare import compare, compare_document
from grader.nodes.etcd import (
    CannotAskEtcd,
    EtcdAnswer,
    EtcdProcess,
    EtcdTrouble,
    ask_etcd,
    find_etcd,
)
from grader.nodes.etcd_data import data_directory
from grader.nodes.pod_processes import UnreadableProcesses
from grader.nodes.static_manifests import UnreadableManifests
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip
from labs.checks.etcd import EtcdCheck, EtcdKeys


def look(args: EtcdCheck, around: Surroundings) -> Finding:
    try:
        etcd = find_etcd(around.round, args.node)
        return _judge(args, etcd, around)
    except EtcdTrouble as state:
        return failed(state.message, expected="a running etcd", actual="none", path=args.node)
    except (CannotAskEtcd, UnreadableProcesses, UnreadableManifests) as trouble:
        return unknown(trouble.message)


def baseline(args: EtcdCheck, around: Surroundings) -> Any:
    """How far etcd's history had come; {} when nobody asks, or etcd did not answer."""
    if not any(rule.older_than_baseline for rule in args.keys):
        return {}
    try:
        etcd = find_etcd(around.round, args.node)
        return {"revision": revision(ask_etcd(around.round, etcd, (), around.time_scale))}
    except (EtcdTrouble, CannotAskEtcd):
        return {}


def revision(answers: Mapping[str, EtcdAnswer]) -> int:
    """Raises EtcdTrouble."""
    statuses = _list(answers.get("status"))
    if not statuses:
        raise EtcdTrouble("etcd does not tell its state", "")
    return max(int(one["Status"]["header"].get("revision", 0)) for one in statuses)


def _judge(args: EtcdCheck, etcd: EtcdProcess, around: Surroundings) -> Finding:
    answers = ask_etcd(around.round, etcd, _questions(args), around.time_scale)
    members = _members(answers.get("members"), etcd)
    finding = (
        _healthy(args, members, answers)
        or _flags(args, etcd)
        or _data(args, etcd, around)
        or _expected(args, members, answers)
    )
    for number, rule in enumerate(args.keys):
        finding = finding or _keys(rule, answers, f"keys{number}", around)
    names = ", ".join(str(member.get("name")) for member in members)
    return finding or passed(actual=f"{names} at revision {revision(answers)}")


def _members(answer: EtcdAnswer | None, etcd: EtcdProcess) -> list[dict[str, Any]]:
    document = answer.document if answer else None
    if not isinstance(document, dict) or not document.get("members"):
        said = _said(answer)
        raise EtcdTrouble(f"etcd on {etcd.node} does not answer at {etcd.endpoint}: {said}", "")
    found: list[dict[str, Any]] = document["members"]
    return found


def _said(answer: EtcdAnswer | None) -> str:
    return clip((answer.text if answer else "") or "nothing", 90)


def _list(answer: EtcdAnswer | None) -> list[dict[str, Any]]:
    document = answer.document if answer else None
    return document if isinstance(document, list) else []


def _healthy(
    args: EtcdCheck, members: list[dict[str, Any]], answers: Mapping[str, EtcdAnswer]
) -> Finding | None:
    path = f"etcd on {args.node}"
    shown = [str(member.get("name") or "one not started") for member in members]
    if args.members and len(members) != args.members:
        return failed(
            f"etcd has {len(members)} members, not {args.members}: {', '.join(shown)}",
            expected=args.members,
            actual=len(members),
            path=path,
        )
    for member in members:
        trouble = "has not started" if not member.get("name") else ""
        trouble = "is only a learner" if member.get("isLearner") else trouble
        if trouble:
            url = ", ".join(member.get("peerURLs") or [])
            return failed(f"the etcd member at {url} {trouble}", actual=trouble, path=path)
    return (
        _all_answer(members, answers, path)
        or _one_leader(answers, path)
        or _same_data(len(members), answers, path)
        or _no_alarm(answers, path)
    )


def _all_answer(
    members: list[dict[str, Any]], answers: Mapping[str, EtcdAnswer], path: str
) -> Finding | None:
    heard = {one["Status"]["header"].get("member_id") for one in _list(answers.get("status"))}
    for member in members:
        if member.get("ID") not in heard:
            url = ", ".join(member.get("clientURLs") or [])
            return failed(
                f"etcd member {member.get('name')} does not answer at {url}",
                expected="all members answer",
                actual=_said(answers.get("status")),
                path=path,
            )
    return None


def _one_leader(answers: Mapping[str, EtcdAnswer], path: str) -> Finding | None:
    leaders = {one["Status"].get("leader", 0) for one in _list(answers.get("status"))}
    if leaders and 0 not in leaders and len(leaders) == 1:
        return None
    why = "etcd has no leader" if leaders <= {0} else "the members of etcd name several leaders"
    return failed(why, expected="one leader", actual=len(leaders - {0}), path=path)


def _same_data(members: int, answers: Mapping[str, EtcdAnswer], path: str) -> Finding | None:
    """Hashes of one revision; of members that have compacted alike: others differ."""
    hashes = _list(answers.get("hash"))
    if len(hashes) < members and members > 1:
        return failed(
            f"only {len(hashes)} of {members} members of etcd tell the hash of their data",
            expected=members,
            actual=_said(answers.get("hash")),
            path=f"{path} hashkv",
        )
    by_compaction: dict[Any, set[Any]] = {}
    for one in hashes:
        found = one["HashKV"]
        by_compaction.setdefault(found.get("compact_revision"), set()).add(found.get("hash"))
    if all(len(values) == 1 for values in by_compaction.values()):
        return None
    return failed(
        "the members of etcd hold different data at one revision",
        expected="one hash",
        actual=[str(value) for values in by_compaction.values() for value in values],
        path=f"{path} hashkv",
    )


def _no_alarm(answers: Mapping[str, EtcdAnswer], path: str) -> Finding | None:
    document = answers["alarms"].document if "alarms" in answers else None
    alarms = (document or {}).get("alarms") or []
    if not alarms:
        return None
    kinds = {1: "NOSPACE", 2: "CORRUPT"}
    named = [kinds.get(alarm.get("alarm"), str(alarm.get("alarm"))) for alarm in alarms]
    return failed(
        f"etcd has raised the alarm {', '.join(named)}", expected="none", actual=named, path=path
    )


def _flags(args: EtcdCheck, etcd: EtcdProcess) -> Finding | None:
    mismatch = compare_flags(args.flags, etcd.flags)
    return None if mismatch is None else mismatched(mismatch, f"etcd on {args.node}")


def _data(args: EtcdCheck, etcd: EtcdProcess, around: Surroundings) -> Finding | None:
    """The process, its manifest and the text of the exercise mean one directory, by its inode."""
    directory = data_directory(around.round, etcd, [args.data_dir] if args.data_dir else [])
    for path, state in directory.not_the_same:
        return failed(
            f"{args.node}:{path} {state}; etcd's data-dir is {directory.inside} inside its "
            f"container, mounted from {directory.mounted or 'nowhere'}",
            expected=path,
            actual=directory.mounted or directory.inside,
            path=f"{args.node} etcd data-dir",
        )
    return None


def _expected(
    args: EtcdCheck, members: list[dict[str, Any]], answers: Mapping[str, EtcdAnswer]
) -> Finding | None:
    versions = [str(one["Status"].get("version")) for one in _list(answers.get("status"))]
    document = {
        "members": members,
        "version": versions[0] if len(set(versions)) == 1 else versions,
        "revision": revision(answers),
    }
    mismatch = compare_document(args.expect, document)
    return None if mismatch is None else mismatched(mismatch, f"etcd on {args.node}")


def _questions(args: EtcdCheck) -> list[tuple[str, list[str]]]:
    """That etcd holds the cluster's objects at all is asked, too, or no keys would be good news."""
    asked = []
    for number, rule in enumerate(args.keys):
        words = ["get", rule.key or rule.prefix, *([] if rule.key else ["--prefix"])]
        asked.append((f"keys{number}", words + ([] if rule.starts else ["--keys-only"])))
    control = ["get", "/registry/", "--prefix", "--keys-only", "--limit", "1"]
    return [*asked, ("control", control)] if asked else []


def _keys(
    rule: EtcdKeys, answers: Mapping[str, EtcdAnswer], name: str, around: Surroundings
) -> Finding | None:
    for one in (name, "control"):
        if one not in answers or not isinstance(answers[one].document, dict):
            raise EtcdTrouble(f"etcd did not give its keys: {_said(answers.get(one))}", "")
    found: list[dict[str, Any]] = answers[name].document.get("kvs") or []
    place = f"etcd {rule.key or rule.prefix}"
    if not answers["control"].document.get("kvs"):
        return failed("etcd holds no object of the cluster", expected="/registry/", path=place)
    wanted = {"ge": 1} if rule.count is None else rule.count
    mismatch = compare(wanted, len(found), "the number of keys")
    if mismatch is not None:
        return mismatched(mismatch, place)
    return _values(rule, found, place) or _age(rule, found, place, around)


def _text(item: Mapping[str, Any], field: str) -> bytes:
    return base64.b64decode(item.get(field) or "")


def _values(rule: EtcdKeys, found: list[dict[str, Any]], place: str) -> Finding | None:
    starts = [rule.starts] if isinstance(rule.starts, str) else rule.starts
    for item in found if rule.starts else []:
        value = _text(item, "value")
        if not any(value.startswith(start.encode()) for start in starts):
            begin = value[:24].decode(errors="replace")
            shown = "".join(char if char.isprintable() else "." for char in begin)
            key = _text(item, "key").decode(errors="replace")
            return failed(
                f"the value of {key} in etcd begins with {shown}, not with {' or '.join(starts)}",
                expected=starts,
                actual=shown,
                path=place,
            )
    return None


def _age(
    rule: EtcdKeys, found: list[dict[str, Any]], place: str, around: Surroundings
) -> Finding | None:
    if not rule.older_than_baseline:
        return None
    if not around.baseline:
        return unknown("how far etcd's history had come after setup has not been recorded")
    limit = int(around.baseline["revision"])
    for item in found:
        made = int(item.get("create_revision", 0))
        if made > limit:
            key = _text(item, "key").decode(errors="replace")
            return failed(
                f"{key} was made anew, at revision {made} of etcd; the lab began at {limit}",
                expected=f"created at revision {limit} or before",
                actual=made,
                path=place,
            )
    return None
