"""What a real API server says of permissions, and whether the fake authorizer says the same."""

from typing import Any

import pytest

from grader.kubernetes.client import KubernetesApi
from grader.verdict import Verdict
from labs.deadline import Deadline
from tests.grader.access_objects import account, binding, role, rule, service_account
from tests.grader.authorizer import review
from tests.live.native.conftest import Look, Put

RBAC = "/apis/rbac.authorization.k8s.io/v1"
REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


def make(put: Put, *items: dict[str, Any]) -> None:
    for item in items:
        space = item["metadata"].get("namespace")
        root = "/api/v1" if item["apiVersion"] == "v1" else RBAC
        inside = f"/namespaces/{space}" if space else ""
        rest = {key: value for key, value in item.items() if key in ("rules", "roleRef")}
        subjects = {"subjects": item["subjects"]} if "subjects" in item else {}
        plural = f"{item['kind'].lower()}s"
        put(f"{root}{inside}/{plural}", item["metadata"]["name"], **rest, **subjects)


RULES = [
    rule("get list", "pods"),
    rule("*", "pods/log"),
    rule("patch", "deployments/scale", "apps"),
    rule("get", "*/status", "*"),
    rule("get", "secrets", resourceNames=["key"]),
    rule("watch", "*", "batch"),
]
QUESTIONS = [
    ("get", "", "pods", "", ""),
    ("delete", "", "pods", "", ""),
    ("get", "apps", "pods", "", ""),
    ("get", "", "pods", "log", ""),
    ("delete", "", "pods", "log", ""),
    ("get", "", "pods", "status", ""),
    ("patch", "apps", "deployments", "scale", ""),
    ("patch", "apps", "deployments", "", ""),
    ("patch", "", "deployments", "scale", ""),
    ("get", "", "secrets", "", "key"),
    ("get", "", "secrets", "", "other"),
    ("get", "", "secrets", "", ""),
    ("watch", "batch", "jobs", "status", ""),
    ("watch", "*", "*", "", ""),
    ("*", "", "pods", "log", ""),
    ("*", "", "pods", "", ""),
]


def test_the_fake_authorizer_answers_as_the_real_one(
    api: KubernetesApi, put: Put, namespace: str
) -> None:
    items = [
        role("worker", *RULES, namespace=namespace),
        binding("bot", "Role worker", account("bot", namespace), namespace=namespace),
        binding("lost", "Role nowhere", account("bot", namespace), namespace=namespace),
    ]
    make(put, *items)
    space = f"system:serviceaccounts:{namespace}"
    groups = ["system:serviceaccounts", space, "system:authenticated"]

    def both(question: tuple[str, ...], where: str) -> tuple[Any, Any]:
        verb, group, resource, subresource, name = question
        attributes = {"verb": verb, "group": group, "resource": resource}
        attributes |= {"subresource": subresource, "namespace": where, "name": name}
        user = f"system:serviceaccount:{namespace}:bot"
        spec = {"user": user, "groups": groups, "resourceAttributes": attributes}
        real = api.request("POST", REVIEWS, {"spec": spec}, "", ())
        return real.body["status"], review(items, spec).body["status"]

    def agree() -> bool | None:
        real, fake = both(QUESTIONS[0], namespace)
        return True if real == fake else None

    assert Deadline.after(5).poll(agree, every=0.05), both(QUESTIONS[0], namespace)
    for question in QUESTIONS:
        for where in (namespace, "default", ""):
            real, fake = both(question, where)
            assert real == fake, (question, where)


def test_permissions_are_judged_on_a_real_server(put: Put, look: Look, namespace: str) -> None:
    pods = {"verbs": ["get", "list"], "resource": "pods", "namespace": namespace}
    asked: dict[str, Any] = {
        "service_account": f"{namespace}/bot",
        "allowed": [pods, {"verbs": ["get"], "path": "/version"}],
        "denied": [
            {"verbs": ["delete"], "resource": "pods", "namespace": namespace},
            {"verbs": ["get"], "resource": "pods/log", "namespace": namespace},
            {"verbs": ["patch"], "resource": "deployments.apps/scale", "namespace": namespace},
            {"verbs": ["*"], "resource": "*"},
        ],
    }
    make(
        put,
        role("reader", rule("get list", "pods"), namespace=namespace),
        binding("bot", "Role reader", account("bot", namespace), namespace=namespace),
    )
    assert look("can_i", **asked).evidence.why == f"there is no ServiceAccount {namespace}/bot"
    make(put, service_account("bot", namespace))
    found = Deadline.after(5).poll(
        lambda: one if (one := look("can_i", **asked)).verdict is Verdict.PASSED else None,
        every=0.1,
    )
    assert found is not None, look("can_i", **asked)
    make(
        put,
        binding(
            f"{namespace}-admin",
            "ClusterRole cluster-admin",
            account("bot", namespace),
            namespace="",
        ),
    )
    late = Deadline.after(5).poll(
        lambda: one if (one := look("can_i", **asked)).verdict is Verdict.FAILED else None,
        every=0.1,
    )
    assert late is not None
    assert late.evidence.why == (
        f"ServiceAccount {namespace}/bot may delete pods in {namespace}: "
        f"allowed by ClusterRoleBinding {namespace}-admin of ClusterRole cluster-admin"
    )


@pytest.mark.parametrize("resource", ["deployments", "boats.example.org", "pods/logs"])
def test_what_a_real_server_does_not_serve_is_said(
    look: Look, namespace: str, resource: str
) -> None:
    wanted = {"verbs": ["get"], "resource": resource, "namespace": namespace}
    found = look("can_i", user="jane", allowed=[wanted])
    assert found.verdict is Verdict.FAILED
    assert "the cluster's API has no " in found.evidence.why


POD: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "try"}}


def pod(**resources: Any) -> dict[str, Any]:
    container = {"name": "main", "image": "nginx:1.22", "resources": resources}
    return {**POD, "spec": {"containers": [container]}}


def eventually(look: Look, verdict: Verdict, check: str, **args: Any) -> str:
    """Admission plugins hear of a change within moments."""

    def settled() -> str | None:
        found = look(check, **args)
        return found.evidence.why or "passed" if found.verdict is verdict else None

    why = Deadline.after(5).poll(settled, every=0.1)
    assert why is not None, look(check, **args)
    return why


def test_limits_and_a_quota_are_judged_on_a_real_server(
    api: KubernetesApi, put: Put, look: Look, namespace: str
) -> None:
    bare = {"verdict": "accepted", "manifest": pod()}
    bare["expect"] = {"spec.containers[name=main].resources.limits.cpu": "0.2"}
    greedy = {"verdict": "rejected", "manifest": pod(limits={"cpu": "2"})}
    greedy["message"] = "maximum cpu usage per Container is 1"
    asked: dict[str, Any] = {"namespace": namespace, "tries": [greedy, bare]}
    assert "limits is not set" in eventually(look, Verdict.FAILED, "admission", **asked)
    path = f"/api/v1/namespaces/{namespace}"
    limit = {"type": "Container", "default": {"cpu": "200m"}, "max": {"cpu": "1"}}
    put(f"{path}/limitranges", "bounds", spec={"limits": [limit]})
    assert eventually(look, Verdict.PASSED, "admission", **asked)
    quota = put(f"{path}/resourcequotas", "small", spec={"hard": {"limits.cpu": "500m"}})
    quota["status"] = {"hard": {"limits.cpu": "500m"}, "used": {"limits.cpu": "0"}}
    api.request("PUT", f"{path}/resourcequotas/small/status", quota, "", ())
    above = {"verdict": "rejected", "manifest": pod(limits={"cpu": "600m"}), "by": "small"}
    asked["tries"] = [bare, above]
    assert eventually(look, Verdict.PASSED, "admission", **asked)
    asked["tries"] = [bare, {**above, "by": "large"}]
    said = eventually(look, Verdict.FAILED, "admission", **asked)
    assert said.startswith("Pod try is rejected, but not by large: ")
    assert api.objects("Pod", "", namespace) == ()


def test_without_permission_nothing_is_tried(look: Look, namespace: str) -> None:
    tries = [{"verdict": "accepted", "manifest": pod()}]
    found = look("admission", namespace=namespace, user="jane", tries=tries)
    assert "was not tried, for permission is missing" in found.evidence.why
