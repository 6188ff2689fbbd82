"""`answer`: what a learner wrote, against a value, objects, a command or another file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.node import CommandResult
from grader.meaning.answer import JUDGES, Right
from grader.verdict import Finding, Verdict
from tests.grader.fakes import UNREACHABLE, FakeNode, TreeNode, passes, prints, why, world
from tests.grader.kubernetes_objects import pod

FIRST = {"kind": "Pod", "namespace": "shop", "where": {"status.qosClass": "BestEffort"}}
ID = "4f1c8a2b90de" + "7" * 52
OTHER = "9a1c8a2b90de" + "1" * 52
DIGEST = "ab" * 32


def of_class(name: str, quality: str, **changes: Any) -> dict[str, Any]:
    item = pod(name, **changes)
    item["status"]["qosClass"] = quality
    return item


def with_id(name: str, container_id: str) -> dict[str, Any]:
    item = pod(name)
    item["status"]["containerStatuses"][0]["containerID"] = f"containerd://{container_id}"
    return item


PODS = (
    of_class("mate", "BestEffort"),
    of_class("cook", "Burstable"),
    of_class("boy", "BestEffort"),
)


def answer(tmp_path: Path, text: str, *items: dict[str, Any], **args: Any) -> Finding:
    tree = TreeNode(tmp_path)
    path = str(tree.write("/root/answer.txt", text))
    return world(*items, nodes=[tree]).look("answer", node="n1", path=path, **args)


def names(tmp_path: Path, text: str, **args: Any) -> Finding:
    return answer(tmp_path, text, *PODS, **{"as": "names", "objects": FIRST, **args})


@pytest.mark.parametrize(
    "text",
    [
        "mate\nboy\n",
        "boy\nmate",
        "pod/mate\npod/boy\n",
        "pods/boy pod/mate",
        "  boy \t\n\n mate  \r\n",
        "boy, mate\n",
        "mate,boy,",
        '["mate", "boy"]',
        "- mate\n- boy\n",
        "mate\nboy\nmate\n",
    ],
)
def test_names_are_a_set_however_written(tmp_path: Path, text: str) -> None:
    assert passes(names(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("mate\nboy\ncook\n", "it names cook, which does not belong there"),
        ("mate\n", "it has 1 of the 2 names that it should have"),
        ("cook\n", "it names cook, which does not belong there"),
        ("mate-2\nboy\n", "it names mate-2, which does not belong there"),
        ("MATE\nboy\n", "it names MATE, which does not belong there"),
        ("BestEffort\n", "it names BestEffort, which does not belong there"),
        ("NAME READY STATUS\nmate 1/1 Running\n", "it names NAME, READY, STATUS, …"),
        ("kubectl get pods\n", "it names kubectl, get, pods, which do not belong there"),
        ("crew/mate boy\n", "it names crew/mate, which does not belong there"),
        ("", "is empty"),
        ("\n \n", "is empty"),
    ],
)
def test_other_names_fail(tmp_path: Path, text: str, reason: str) -> None:
    found = names(tmp_path, text)
    assert reason in why(found)
    assert "/root/answer.txt" in found.evidence.path


def test_a_finding_does_not_tell_the_right_answer(tmp_path: Path) -> None:
    for text in ("cook\n", "cook mate"):
        assert "boy" not in str(names(tmp_path, text))
    found = answer(tmp_path, "41", **{"as": "number", "value": 42})
    assert "42" not in str(found)


def test_names_are_those_of_now(tmp_path: Path) -> None:
    later = (of_class("mate", "Burstable"), *PODS[1:])
    found = answer(tmp_path, "mate boy", *later, **{"as": "names", "objects": FIRST})
    assert "it names mate" in why(found)
    going = (of_class("mate", "BestEffort", deleted=True), *PODS[1:])
    assert passes(answer(tmp_path, "boy", *going, **{"as": "names", "objects": FIRST}))


def test_no_objects_are_not_compared_with_no_answer(tmp_path: Path) -> None:
    found = answer(tmp_path, "\n", **{"as": "names", "objects": FIRST})
    assert why(found) == "there is no Pod in shop that the question asks for"
    nothing = {**FIRST, "min": 0}
    assert passes(answer(tmp_path, "\n", **{"as": "names", "objects": nothing}))
    assert "it names mate" in why(answer(tmp_path, "mate", **{"as": "names", "objects": nothing}))


def test_some_names_are_enough_where_the_author_says_so(tmp_path: Path) -> None:
    assert passes(names(tmp_path, "mate", match="within"))
    assert "0 of the 1" not in why(names(tmp_path, "cook", match="within"))
    assert "1 of the 2 names" in why(names(tmp_path, "mate", match="within", min=2))
    assert passes(names(tmp_path, "mate cook boy", match="includes"))
    assert "1 of the 2 names" in why(names(tmp_path, "mate cook", match="includes"))


AGED = tuple(
    {**one, "metadata": {**one["metadata"], "creationTimestamp": f"2026-11-20T1{hour}:00:00Z"}}
    for one, hour in zip(PODS, (0, 1, 1), strict=True)
)
BY_AGE = {"kind": "Pod", "namespace": "shop", "order_by": "metadata.creationTimestamp"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("mate cook boy", ""),
        ("mate boy cook", ""),
        ("cook mate boy", "cook stands before mate, so the order is another"),
        ("mate cook", "2 of the 3 names"),
    ],
)
def test_names_in_order_may_be_turned_where_they_are_equal(
    tmp_path: Path, text: str, reason: str
) -> None:
    found = answer(tmp_path, text, *AGED, **{"as": "names", "objects": BY_AGE})
    assert passes(found) if not reason else reason in why(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NAME   READY   STATUS    AGE\nmate   1/1   Running   5m\nboy   1/1   Running   9s\n", ""),
        ("NAMESPACE   NAME   AGE\nshop   boy   1m\nshop   mate   1m\n", ""),
        ("mate   1/1     Running   0   5m\n", "it has no table with a column NAME"),
        ("NAME   AGE\nmate   5m\ncook   5m\nboy   5m\n", "it names cook"),
        ("NAME   AGE\n", "it has 0 of the 2 names"),
        ("kubectl get pods --sort-by=.metadata.name\n", "no table with a column NAME"),
    ],
)
def test_a_table_is_read_by_its_names(tmp_path: Path, text: str, reason: str) -> None:
    found = answer(tmp_path, text, *PODS, **{"as": "table", "objects": FIRST})
    assert passes(found) if not reason else reason in why(found)


ERRORS = ["ERROR 5ea7 anchor fouled", "ERROR 5ea8 chart wet"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ERROR 5ea7 anchor fouled\nERROR 5ea8 chart wet\n", ""),
        ("ERROR 5ea8 chart wet\nERROR 5ea7 anchor fouled", ""),
        ("2026-11-20T19:00:00Z ERROR 5ea7 anchor fouled\n[mate] ERROR  5ea8 chart wet\n", ""),
        ("ERROR 5ea7 anchor fouled\nERROR 5ea8 chart wet\nERROR 5ea9 sail torn\n", ""),
        ("ERROR 5ea7 anchor fouled\r\nERROR 5ea8 chart wet\r\n", ""),
        ("", "is empty"),
        ("INFO cast off\nERROR 5ea7 anchor fouled\n", "the line INFO cast off does not belong"),
        ("ERROR 5ea8 chart wet\n", "it has 1 of the 2 lines"),
        ("ERROR 77aa anchor fouled\nERROR 88bb chart wet\n", "it has 0 of the 2 lines"),
        ("2\n", "the line 2 does not belong there"),
        ("kubectl logs mate | grep ERROR\n", "it has 0 of the 2 lines"),
    ],
)
def test_lines_of_a_log_may_be_more_later_and_no_others(
    tmp_path: Path, text: str, reason: str
) -> None:
    args: dict[str, Any] = {"as": "lines", "value": ERRORS, "match": "includes", "only": "ERROR"}
    found = answer(tmp_path, text, **args)
    assert passes(found) if not reason else reason in why(found)


def test_lines_in_another_case_count_where_the_author_says_so(tmp_path: Path) -> None:
    args: dict[str, Any] = {"as": "lines", "value": ERRORS, "match": "includes", "only": "ERROR"}
    text = "\n".join(ERRORS).lower()
    assert passes(answer(tmp_path, text, **args, ignore_case=True))
    assert "does not belong" in why(answer(tmp_path, text, **args))


def test_lines_are_just_those_unless_more_are_allowed(tmp_path: Path) -> None:
    text = "\n".join([*ERRORS, "more"])
    found = answer(tmp_path, text, **{"as": "lines", "value": ERRORS})
    assert "the line more does not belong there" in why(found)


def with_command(tmp_path: Path, text: str, printed: CommandResult, **args: Any) -> Finding:
    path = str(TreeNode(tmp_path).write("/root/answer.txt", text))
    tree = TreeNode(tmp_path)

    def answers(argv: Any, stdin: str) -> CommandResult:
        return printed if argv[0] == "oracle" else tree.run(argv, stdin=stdin)

    node = FakeNode("n1", answers)
    command = {"argv": ["oracle", "now"]}
    return world(nodes=[node]).look("answer", node="n1", path=path, command=command, **args)


def test_the_answer_may_be_what_a_command_prints_now(tmp_path: Path) -> None:
    log = CommandResult(0, "a one\na two\na three\n", "")
    within: dict[str, Any] = {"as": "lines", "match": "within", "min": 2}
    assert passes(with_command(tmp_path, "a one\na two\n", log, **within))
    assert "1 of the 2 lines" in why(with_command(tmp_path, "a one\n", log, **within))
    assert "does not belong" in why(with_command(tmp_path, "a one\na 2\n", log, **within))


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        (CommandResult(1, "", "no such thing"), "n1: oracle now ended with 1: no such thing"),
        (CommandResult(0, "\n", ""), "n1: oracle now has nothing to compare the answer with"),
    ],
)
def test_a_command_that_says_nothing_proves_nothing(
    tmp_path: Path, printed: CommandResult, reason: str
) -> None:
    found = with_command(tmp_path, "", printed, **{"as": "lines"})
    assert found.verdict is Verdict.UNKNOWN
    assert found.evidence.why == reason


END = "Nov 20 12:00:05 2027 GMT"


@pytest.mark.parametrize(
    "text",
    [
        "notAfter=Nov 20 12:00:05 2027 GMT\n",
        "Nov 20, 2027 12:00 UTC",
        "2027-11-20T12:00:05Z",
        "2027-11-20 20:00:05 +0800",
        "2027-11-20",
        "Sat Nov 20 12:00:05 UTC 2027",
        "20 Nov 2027",
        "1826712005",
        "notBefore=Nov 20 12:00:05 2026 GMT\nnotAfter=Nov 20 12:00:05 2027 GMT\n",
        "The certificate ends on 2027/11/20 12:00:05.\n",
    ],
)
def test_a_date_is_an_instant_however_written(tmp_path: Path, text: str) -> None:
    printed = CommandResult(0, f"notAfter={END}\n", "")
    assert passes(with_command(tmp_path, text, printed, **{"as": "instant"}))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Nov 20 12:00:05 2026 GMT", "is not right"),
        ("2027-11-20 12:00:05 +0800", "is not right"),
        ("2027-11-21", "is not right"),
        ("365 days", "in which there is no date"),
        ("openssl x509 -enddate", "in which there is no date"),
        ("2027-11-18\n2027-11-19\n2027-11-20\n", "it has 3 lines with a date"),
    ],
)
def test_another_date_fails(tmp_path: Path, text: str, reason: str) -> None:
    printed = CommandResult(0, f"notAfter={END}\n", "")
    assert reason in why(with_command(tmp_path, text, printed, **{"as": "instant"}))


OF_WEB = {
    "kind": "Pod",
    "namespace": "shop",
    "name": "web",
    "field": "status.containerStatuses[name=web].containerID",
}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ID, ""),
        (ID[:13] + "\n", ""),
        (ID[:12], ""),
        (f"containerd://{ID}", ""),
        (f'"{ID}"', ""),
        (ID[:6], "which is not one id of 12 to 64 characters"),
        (OTHER, "it says 9a1c8a2b90de1, which is not the id of what is there now"),
        (ID[:13] + "0", "which is not the id"),
        (f"{ID} {OTHER}", "which is not one id"),
        ("web", "which is not one id"),
        ("", "is empty"),
    ],
)
def test_an_id_may_be_short_and_must_be_that_of_now(tmp_path: Path, text: str, reason: str) -> None:
    found = answer(tmp_path, text, with_id("web", ID), **{"as": "id", "objects": OF_WEB})
    assert passes(found) if not reason else reason in why(found)


def test_the_id_from_before_a_restart_is_stale(tmp_path: Path) -> None:
    found = answer(tmp_path, ID, with_id("web", OTHER), **{"as": "id", "objects": OF_WEB})
    assert "which is not the id of what is there now" in why(found)


@pytest.mark.parametrize(
    ("form", "value", "text", "reason"),
    [
        ("number", 3, " 3\n", ""),
        ("number", 3, "3.0", ""),
        ("number", "1.5", "1,5", ""),
        ("number", 3, "4", "it says 4, which is not right"),
        ("number", 3, "3 pods", "which is not one number"),
        ("number", 3, "three", "which is not one number"),
        ("number", {"ge": 3, "le": 5}, "4", ""),
        ("number", {"ge": 3}, "2", "the answer is 2"),
        ("quantity", "1Gi", "1024Mi\n", ""),
        ("quantity", "100m", "0.1", ""),
        ("quantity", "128Mi", "128 Mi", ""),
        ("quantity", "128Mi", "128M", "it says 128M, which is not right"),
        ("quantity", "128Mi", "a lot", "which is not one quantity"),
        ("quantity", {"ge": "1Gi"}, "1025Mi", ""),
        ("text", "io.containerd.runc.v2", "io.containerd.runc.v2 \n", ""),
        ("text", ["runc", "crun"], "crun", ""),
        ("text", "runc", "crun", "it says crun, which is not right"),
        ("text", "Runc", "runc", "it says runc, which is not right"),
        ("text", {"matches": "^run"}, "runc", ""),
        ("text", {"matches": "^run"}, "crun", "the answer does not match"),
    ],
)
def test_a_value_is_compared_by_meaning(
    tmp_path: Path, form: str, value: Any, text: str, reason: str
) -> None:
    found = answer(tmp_path, text, **{"as": form, "value": value})
    assert passes(found) if not reason else reason in why(found)


WHOLE = {"kind": "Pod", "namespace": "shop", "field": ""}


def listed(*items: Mapping[str, Any], version: str = "1") -> str:
    """As `kubectl get -o json` had it, some time ago."""
    older = [{**one, "metadata": {**one["metadata"], "resourceVersion": version}} for one in items]
    return json.dumps({"kind": "List", "items": older})


def test_output_in_json_is_compared_without_what_only_lives_on(tmp_path: Path) -> None:
    args: dict[str, Any] = {"as": "json", "objects": WHOLE}
    assert passes(answer(tmp_path, listed(*PODS, version="7"), *PODS, **args))
    assert passes(answer(tmp_path, listed(*reversed(PODS)), *PODS, **args))
    assert "2 of the 3 documents" in why(answer(tmp_path, listed(*PODS[:2]), *PODS, **args))
    stale = answer(tmp_path, listed(*PODS), *PODS[:2], **args)
    assert "it has Pod boy, which is not what is there now" in why(stale)
    assert "it is not JSON" in why(answer(tmp_path, "kubectl get -o json", *PODS, **args))


def test_of_objects_in_json_one_field_may_count(tmp_path: Path) -> None:
    args: dict[str, Any] = {"as": "json", "objects": {"kind": "Pod", "namespace": "shop"}}
    assert passes(answer(tmp_path, json.dumps(PODS), *PODS, **args))
    assert "2 of the 3 documents" in why(answer(tmp_path, listed(*PODS[:2]), *PODS, **args))
    assert "it has cook, which" in why(answer(tmp_path, listed(*PODS), PODS[0], **args))


def test_a_document_is_asked_by_paths(tmp_path: Path) -> None:
    args: dict[str, Any] = {"as": "yaml", "expect": {"spec.replicas": 3}}
    assert passes(answer(tmp_path, "spec: {replicas: 3}\n", **args))
    assert "spec.replicas is 2, not 3" in why(answer(tmp_path, "spec: {replicas: 2}\n", **args))
    assert "it is not YAML" in why(answer(tmp_path, "spec: [", **args))


SPDX = {
    "spdxVersion": "SPDX-2.3",
    "packages": [{"name": "web", "checksums": [{"algorithm": "SHA256", "checksumValue": DIGEST}]}],
}
CYCLONE = {
    "bomFormat": "CycloneDX",
    "metadata": {"component": {"name": "web", "version": f"sha256:{DIGEST}"}},
    "components": [{"name": "musl"}],
}
TAGS = f"SPDXVersion: SPDX-2.3\nPackageName: web\nPackageVersion: sha256:{DIGEST}\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (json.dumps(SPDX), ""),
        (json.dumps(CYCLONE), ""),
        (TAGS, ""),
        (json.dumps(SPDX).replace("ab", "cd"), "it has 0 of the 1 digests"),
        (json.dumps({**SPDX, "packages": []}), "it is SPDX without a package"),
        (json.dumps({**CYCLONE, "components": []}), "it is CycloneDX without a component"),
        (json.dumps({"digest": DIGEST}), "it is neither SPDX nor CycloneDX"),
        (DIGEST, "it is neither SPDX nor CycloneDX"),
        ("SPDXVersion: SPDX-2.3\n", "it is SPDX without a package"),
        ("", "is empty"),
    ],
)
def test_a_bill_of_materials_names_the_image(tmp_path: Path, text: str, reason: str) -> None:
    value = f"docker.io/library/web@sha256:{DIGEST}"
    found = answer(tmp_path, text, **{"as": "sbom", "value": value})
    assert passes(found) if not reason else reason in why(found)


def test_another_file_may_hold_what_is_right(tmp_path: Path) -> None:
    right = str(TreeNode(tmp_path).write("/opt/right.txt", "mate\nboy\n"))
    args: dict[str, Any] = {"as": "names", "file": {"path": right}}
    assert passes(answer(tmp_path, "boy mate", **args))
    assert "it names cook" in why(answer(tmp_path, "boy cook", **args))
    gone = answer(tmp_path, "boy", **{"as": "names", "file": {"path": "/gone"}})
    assert gone.verdict is Verdict.UNKNOWN


def test_no_file_fails_and_a_node_that_is_gone_is_unknown(tmp_path: Path) -> None:
    args: dict[str, Any] = {"node": "n1", "path": "/root/gone.txt", "as": "number", "value": 3}
    found = world(nodes=[TreeNode(tmp_path)]).look("answer", **args)
    assert why(found) == "n1:/root/gone.txt does not exist"
    folder = {**args, "path": str(tmp_path)}
    found = world(nodes=[TreeNode(tmp_path)]).look("answer", **folder)
    assert "is a directory, not a file" in why(found)
    lost = world(nodes=[FakeNode("n1", prints(""), lost=True)]).look("answer", **args)
    assert lost.verdict is Verdict.UNKNOWN


def test_the_api_that_is_gone_is_unknown(tmp_path: Path) -> None:
    path = str(TreeNode(tmp_path).write("/root/answer.txt", "mate"))
    cluster = world(nodes=[TreeNode(tmp_path)])
    cluster.api.trouble = UNREACHABLE
    args: dict[str, Any] = {"as": "names", "objects": FIRST}
    found = cluster.look("answer", node="n1", path=path, **args)
    assert found.verdict is Verdict.UNKNOWN


NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True), min_size=1)


@given(NAMES, st.randoms(), st.sampled_from([" ", "\n", ", ", "\t\n", ";"]))
def test_neither_order_nor_what_is_between_names_matters(
    wanted: list[str], chance: Any, between: str
) -> None:
    right = Right(tuple(wanted))
    shuffled = [f"pod/{name}" if chance.random() < 0.5 else name for name in wanted]
    chance.shuffle(shuffled)
    assert JUDGES["names"](between.join(shuffled), right) == ""
    assert JUDGES["names"](between.join([*shuffled, "Zusatz"]), right) != ""
    rest = [name for name in wanted if name != wanted[0]]
    assert JUDGES["names"](between.join(rest), right) != ""
