"""`audit` on a real API server: every verb is logged as its verb, at the level of the policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster import image
from cluster.native.api_server import NativeApi
from cluster.node import ApiAccess
from grader.judgement import Case
from grader.kubernetes.client import KubernetesApi
from grader.live_source import ApiLink, LiveSource
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.waves import look_once
from tests.grader.fakes import TreeNode, passes, why
from tests.grader.sample_lab import criterion

POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "Metadata", "resources": [{"group": "", "resources": ["secrets"]}]},
        {
            "level": "RequestResponse",
            "namespaces": ["prod"],
            "resources": [{"group": "apps", "resources": ["deployments"]}],
        },
        {"level": "Request", "verbs": ["list"]},
        {"level": "Metadata", "resources": [{"group": "", "resources": ["pods/log"]}]},
        {"level": "Metadata", "nonResourceURLs": ["/version"]},
        {"level": "None"},
    ],
}
VERBS = ("get", "list", "watch", "create", "update", "patch", "delete")


@dataclass(frozen=True, slots=True)
class OneNode:
    """The native server as a cluster whose control plane keeps its logs on this machine."""

    server: NativeApi
    node: TreeNode
    time_scale: float = 1.0

    @property
    def nodes(self) -> dict[str, TreeNode]:
        return {self.node.name: self.node}

    def api(self) -> ApiAccess:
        return self.server.api()


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneNode]:
    folder = tmp_path_factory.mktemp("audit")
    (folder / "policy.yaml").write_text(yaml.safe_dump(POLICY))
    log = folder / "audit.log"
    flags = (f"--audit-policy-file={folder / 'policy.yaml'}", f"--audit-log-path={log}")
    with NativeApi(image.build(), flags) as server:
        _show_pod(server, ["kube-apiserver", *flags], folder)
        yield OneNode(server, TreeNode(folder))


def _show_pod(server: NativeApi, command: list[str], folder: Path) -> None:
    """What a kubelet would show of the server's static pod."""
    metadata = {"name": "kube-apiserver-n1", "labels": {"component": "kube-apiserver"}}
    container = {
        "name": "kube-apiserver",
        "image": "x",
        "command": command,
        "volumeMounts": [{"name": "logs", "mountPath": str(folder)}],
    }
    volume = {"name": "logs", "hostPath": {"path": str(folder)}}
    spec = {"nodeName": "n1", "containers": [container], "volumes": [volume]}
    api = KubernetesApi(server.api())
    annotations = {"kubernetes.io/config.mirror": "x"}
    account = {"metadata": {"name": "default"}}
    for path, body in (
        ("/api/v1/namespaces", {"metadata": {"name": "kube-system"}}),
        ("/api/v1/namespaces/kube-system/serviceaccounts", account),
        (
            "/api/v1/namespaces/kube-system/pods",
            {"metadata": {**metadata, "annotations": annotations}, "spec": spec},
        ),
    ):
        answer = api.request("POST", path, body, "", ())
        assert answer.status in (201, 409), answer.body
    api.close()


def look(cluster: OneNode, *actions: dict[str, Any]) -> Finding:
    source = LiveSource(cluster, ApiLink(cluster))
    case = Case("step", criterion("c", "audit", actions=list(actions)))
    try:
        return look_once(case, Surroundings(Round(source)))
    finally:
        source.close()


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_logged_at_the_level_of_its_resource(audited: OneNode, verb: str) -> None:
    secrets = {"verb": verb, "resource": "secrets", "namespace": "prod", "level": "Metadata"}
    deployments = {
        "verb": verb,
        "resource": "deployments.apps",
        "namespace": "prod",
        "level": "RequestResponse",
    }
    assert passes(look(audited, secrets, deployments))


def test_rules_for_verbs_subresources_and_paths_are_told_apart(audited: OneNode) -> None:
    assert passes(
        look(
            audited,
            {"verb": "list", "resource": "configmaps", "namespace": "dev", "level": "Request"},
            {"verb": "get", "resource": "configmaps", "namespace": "dev", "level": "None"},
            {"resource": "pods/log", "namespace": "dev", "level": "Metadata"},
            {"resource": "pods", "namespace": "dev", "level": "None"},
            {"path": "/version", "level": "Metadata"},
            {"path": "/healthz", "level": "None"},
        )
    )


def test_a_wrong_level_is_told_with_the_one_of_the_policy(audited: OneNode) -> None:
    secrets = {"resource": "secrets", "namespace": "prod", "level": "RequestResponse"}
    assert "logged at level Metadata" in why(look(audited, secrets))


def test_stages_that_the_policy_omits_are_missed(audited: OneNode) -> None:
    secrets = {"resource": "secrets", "namespace": "prod", "level": "Metadata"}
    assert passes(look(audited, secrets | {"stages": ["ResponseComplete"]}))
    both = secrets | {"stages": ["RequestReceived", "ResponseComplete"]}
    assert "is logged at ResponseComplete, not at RequestReceived" in why(look(audited, both))
