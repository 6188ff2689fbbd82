"""An API server that logs by rules, into a file of a node as its own flags say."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from grader.kubernetes.api import ApiAnswer
from grader.verdict import Finding, Verdict
from labs.checks.audit import AuditCheck
from tests.grader.fakes import UNREACHABLE, FakeNode, TreeNode, World, passes, prints, why, world

SECRETS = {"resource": "secrets", "namespace": "prod", "level": "Metadata"}
MAPS = {"verb": "list", "resource": "configmaps", "namespace": "dev", "level": "None"}
PLACE = "/var/log/kubernetes/audit.log"

Rules = Callable[[str, str], str]


def only_secrets(method: str, path: str) -> str:
    return "Metadata" if "/secrets" in path else "None"


def server(*flags: str, mounts: Any = None, volumes: Any = None) -> dict[str, Any]:
    flags = flags or (f"--audit-log-path={PLACE}", "--audit-policy-file=/etc/kubernetes/audit.yaml")
    mounts = mounts or [{"name": "logs", "mountPath": "/var/log/kubernetes/"}]
    return {
        "kind": "Pod",
        "metadata": {
            "name": "kube-apiserver-n1",
            "namespace": "kube-system",
            "uid": "u",
            "labels": {"component": "kube-apiserver"},
        },
        "spec": {
            "nodeName": "n1",
            "containers": [
                {
                    "name": "kube-apiserver",
                    "command": ["kube-apiserver", "--secure-port=6443", *flags],
                    "volumeMounts": mounts,
                }
            ],
            "volumes": volumes or [{"name": "logs", "hostPath": {"path": "/srv/audit"}}],
        },
    }


def entry(level: str, uri: str, stage: str = "ResponseComplete") -> str:
    return json.dumps({"kind": "Event", "level": level, "stage": stage, "requestURI": uri})


def cluster(
    tmp_path: Path,
    rules: Rules = only_secrets,
    pod: dict[str, Any] | None = None,
    stages: tuple[str, ...] = ("ResponseComplete",),
) -> tuple[World, Path]:
    """The world and the log's file on its node."""
    node = TreeNode(tmp_path)
    pod = pod or server(
        *(f"--audit-log-path={PLACE}", "--audit-policy-file=/p"),
        volumes=[{"name": "logs", "hostPath": {"path": str(tmp_path / "srv")}}],
    )
    here = world(pod, nodes=[node])
    log = node.write("srv/audit.log", "")

    def answer(method: str, path: str, body: Mapping[str, Any] | None) -> ApiAnswer:
        if path == "/apis/apps":
            return ApiAnswer(200, {"preferredVersion": {"groupVersion": "apps/v1"}})
        level = rules(method, path)
        if level != "None":
            with log.open("a") as file:
                file.writelines(f"{entry(level, path, stage)}\n" for stage in stages)
        return ApiAnswer(404, {})

    here.api.answers = answer
    return here, log


def look(here: World, *actions: dict[str, Any]) -> Finding:
    return here.look("audit", actions=list(actions))


def test_what_is_logged_and_what_is_not_is_found(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path)
    assert passes(look(here, SECRETS, MAPS))


def test_a_level_that_is_too_high_fails(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path, lambda method, path: "RequestResponse")
    found = why(look(here, SECRETS))
    assert "get secrets in prod is logged at level RequestResponse" in found
    assert found.endswith("not at level Metadata")


def test_a_level_that_is_too_low_fails(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path)
    found = look(here, SECRETS | {"level": "Request"})
    assert "at level Metadata" in why(found) and found.evidence.expected == "Request"


def test_what_must_not_be_logged_and_is_fails(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path, lambda method, path: "Metadata")
    found = why(look(here, MAPS, SECRETS))
    assert "list configmaps in dev is logged at level Metadata" in found
    assert "to be logged not at all" in found


def test_silence_fails_because_something_is_to_be_logged(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path, lambda method, path: "None")
    found = look(here, MAPS, SECRETS)
    assert "get secrets in prod is logged not at all" in why(found)
    assert found.pending > 0


def test_entries_of_others_do_not_count(tmp_path: Path) -> None:
    here, log = cluster(tmp_path, lambda method, path: "None")
    log.write_text(entry("Metadata", "/api/v1/namespaces/prod/secrets/db") + "\n")
    assert "not at all" in why(look(here, SECRETS))


def test_stages_are_exactly_those(tmp_path: Path) -> None:
    both = ("RequestReceived", "ResponseComplete")
    here, _ = cluster(tmp_path, stages=both)
    assert passes(look(here, SECRETS | {"stages": list(reversed(both))}))
    here, _ = cluster(tmp_path, stages=both)
    found = why(look(here, SECRETS | {"stages": ["ResponseComplete"]}))
    assert found.endswith("at RequestReceived, ResponseComplete, not at ResponseComplete")


def test_a_log_that_was_just_rotated_is_read_too(tmp_path: Path) -> None:
    here, log = cluster(tmp_path)
    look(here, SECRETS)
    log.rename(log.with_name("audit-2026-11-20T12-00-00.000.log"))
    log.write_text("")
    assert passes(look(here, SECRETS))


def test_writing_requests_are_dry_runs_with_no_content(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path, lambda method, path: "Request")
    verbs = ("create", "update", "patch", "delete")
    actions = [
        {"verb": verb, "resource": "deployments.apps", "namespace": "x", "level": "Request"}
        for verb in verbs
    ]
    assert passes(look(here, *actions))
    sent = [one for one in here.api.requests if "deployments" in str(one[1])]
    assert [one[0] for one in sent] == ["POST", "PUT", "PATCH", "DELETE"]
    assert all("dryRun=All" in str(one[1]) and one[2] == {} for one in sent)
    assert all(str(one[1]).startswith("/apis/apps/v1/namespaces/x/deployments") for one in sent)


def test_a_path_without_a_resource_is_asked_for(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path)
    healthz = {"path": "/healthz", "level": "None"}
    assert passes(look(here, healthz, SECRETS))
    here, _ = cluster(tmp_path, lambda method, path: "Metadata")
    assert "get /healthz is logged at level Metadata" in why(look(here, healthz, SECRETS))


def test_requests_are_made_once_for_all_looks_at_a_criterion(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path)
    look(here, SECRETS)
    made = len(here.api.requests)
    assert passes(look(here, SECRETS))
    assert len(here.api.requests) == made


@pytest.mark.parametrize(
    ("pod", "reason"),
    [
        (server("--audit-log-path=/x"), "has no --audit-policy-file, so it logs nothing"),
        (server("--audit-policy-file=/p"), "has no --audit-log-path"),
        (
            server("--audit-policy-file", "/p", "--audit-log-path", "/var/log/a.log"),
            "/var/log/a.log is inside Pod kube-system/kube-apiserver-n1 only",
        ),
        (server(volumes=[{"name": "logs", "emptyDir": {}}]), "no hostPath volume holds it"),
    ],
)
def test_a_server_that_writes_no_log_for_a_node_fails(
    tmp_path: Path, pod: dict[str, Any], reason: str
) -> None:
    assert reason in why(look(cluster(tmp_path, pod=pod)[0], SECRETS))


def test_a_volume_for_the_file_alone_is_right_too(tmp_path: Path) -> None:
    file = tmp_path / "srv" / "audit.log"
    pod = server(
        *("--audit-policy-file=/p", "--audit-log-path=/audit"),
        mounts=[{"name": "logs", "mountPath": "/audit"}],
        volumes=[{"name": "logs", "hostPath": {"path": str(file)}}],
    )
    assert passes(look(cluster(tmp_path, pod=pod)[0], SECRETS, MAPS))


def test_a_log_on_standard_output_is_read_through_the_api(tmp_path: Path) -> None:
    here, log = cluster(tmp_path, pod=server("--audit-policy-file=/p", "--audit-log-path=-"))
    written = here.api.answers

    def answer(method: str, path: str, body: Mapping[str, Any] | None) -> ApiAnswer:
        if path.startswith("/api/v1/namespaces/kube-system/pods/kube-apiserver-n1/log"):
            return ApiAnswer(200, "I1120 other line\n" + log.read_text())
        return written(method, path, body)

    here.api.answers = answer
    assert passes(look(here, SECRETS, MAPS))


def test_a_file_that_is_not_there_fails(tmp_path: Path) -> None:
    here, log = cluster(tmp_path)
    log.unlink()
    here.api.answers = lambda method, path, body: ApiAnswer(404, {})
    assert "srv/audit.log does not exist" in why(look(here, SECRETS))


def test_a_lost_node_and_a_silent_api_are_unknown(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path)
    here.api.trouble = UNREACHABLE
    assert look(here, SECRETS).verdict is Verdict.UNKNOWN
    for node in (FakeNode("n1", lost=True), FakeNode("n1", prints("", 127))):
        assert look(world(server(), nodes=[node]), SECRETS).verdict is Verdict.UNKNOWN


def test_a_log_in_another_format_is_unknown(tmp_path: Path) -> None:
    here, log = cluster(tmp_path, lambda method, path: "None")
    here.api.answers = lambda method, path, body: _append(log, f'AUDIT: uri="{path}"')
    found = look(here, SECRETS)
    assert found.verdict is Verdict.UNKNOWN and "is not in JSON" in found.evidence.why


def _append(log: Path, line: str) -> ApiAnswer:
    with log.open("a") as file:
        file.write(line + "\n")
    return ApiAnswer(404, {})


def test_a_cluster_without_a_server_of_its_own_fails() -> None:
    assert why(look(world(), SECRETS)) == "kube-system has no pod of kube-apiserver"


def test_a_group_that_is_not_served_fails(tmp_path: Path) -> None:
    here, _ = cluster(tmp_path)
    found = look(here, SECRETS | {"resource": "widgets.example.com"})
    assert why(found) == "the cluster's API has no group example.com"


@pytest.mark.parametrize("actions", [[MAPS], [{"level": "Metadata"}], []])
def test_only_silence_or_nothing_cannot_be_asked_for(actions: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        AuditCheck.model_validate({"actions": actions})
