"""What the grader asks a real API server, and what it makes of the answers."""

from typing import Any

import pytest

from grader.kubernetes import client
from grader.kubernetes.api import UnknownKind
from grader.kubernetes.client import KubernetesApi
from grader.verdict import Verdict
from labs.deadline import Deadline
from tests.live.native.conftest import Look, Put

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
POD = {"containers": [{"name": "main", "image": "nginx"}]}


def definition(group: str, kind: str) -> dict[str, Any]:
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": anything},
    }
    names = {"plural": f"{kind.lower()}s", "singular": kind.lower(), "kind": kind}
    return {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}


def define(put: Put, api: KubernetesApi, group: str, kind: str) -> str:
    """A kind of ours; returns the path of its definition once it is served."""
    name = f"{kind.lower()}s.{group}"
    put(CRDS, name, spec=definition(group, kind))

    def served() -> bool | None:
        path = f"/apis/{group}/v1/{kind.lower()}s"
        return True if api.request("GET", path, None, "", ()).status == 200 else None

    assert Deadline.after(10).poll(served, every=0.05)
    return f"{CRDS}/{name}"


def test_a_kind_is_unknown_then_known_then_unknown_again(
    api: KubernetesApi, put: Put, look: Look, namespace: str
) -> None:
    asked: dict[str, Any] = {"kind": "Boat", "namespace": namespace, "name": "ours"}
    with pytest.raises(UnknownKind, match="no kind Boat"):
        api.objects("Boat", "", "")
    path = define(put, api, "harbour.example.org", "Boat")
    assert look("resource", **asked).verdict is Verdict.FAILED
    put(f"/apis/harbour.example.org/v1/namespaces/{namespace}/boats", "ours", **boat())
    found = look("resource", **asked, expect={"spec.length": "12"})
    assert found.verdict is Verdict.PASSED, found
    assert api.request("DELETE", path, None, "", ()).status == 200

    def gone() -> bool | None:
        return True if "no kind Boat" in look("resource", **asked).evidence.why else None

    assert Deadline.after(20).poll(gone, every=0.2), look("resource", **asked)
    with pytest.raises(UnknownKind):
        api.objects("Boat", "harbour.example.org/v1", namespace)


def boat(group: str = "harbour.example.org", kind: str = "Boat") -> dict[str, Any]:
    return {"apiVersion": f"{group}/v1", "kind": kind, "spec": {"length": 12}}


def test_one_name_in_two_groups_is_two_kinds(
    api: KubernetesApi, put: Put, look: Look, namespace: str
) -> None:
    define(put, api, "serving.example.org", "Service")
    made = boat("serving.example.org", "Service")
    put(f"/apis/serving.example.org/v1/namespaces/{namespace}/services", "web", **made)
    asked = {"kind": "Service", "namespace": namespace, "name": "web"}
    assert look("resource", **asked).evidence.why == f"there is no Service {namespace}/web"
    assert look("resource", api_version="serving.example.org/v1", **asked).verdict is Verdict.PASSED


def test_what_is_not_there_is_told_from_a_kind_that_is_not(api: KubernetesApi) -> None:
    assert api.object("Deployment", "", "default", "absent") is None
    assert api.object("Pod", "v1", "no-such-namespace", "absent") is None
    assert api.objects("Pod", "", "no-such-namespace") == ()
    with pytest.raises(UnknownKind):
        api.object("Deployment", "apps/v9", "default", "absent")


def test_a_review_says_what_a_user_may_do(api: KubernetesApi, put: Put, namespace: str) -> None:
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}]
    rbac = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}"
    put(f"{rbac}/roles", "reader", rules=rules)
    group = "rbac.authorization.k8s.io"
    reference = {"apiGroup": group, "kind": "Role", "name": "reader"}
    subject = {"apiGroup": group, "kind": "User", "name": "ann"}
    put(f"{rbac}/rolebindings", "ann", roleRef=reference, subjects=[subject])

    def may(verb: str, resource: str, where: str = namespace) -> bool:
        attributes = {"namespace": where, "verb": verb, "resource": resource}
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        review = {"spec": {"user": "ann", "resourceAttributes": attributes}}
        answer = api.request("POST", path, review, "", ())
        assert answer.status == 201
        return bool(answer.body["status"]["allowed"])

    assert Deadline.after(5).poll(lambda: may("list", "pods") or None, every=0.05)
    assert not may("delete", "pods") and not may("list", "secrets")
    assert not may("list", "pods", "default")


def test_as_another_user_we_are_refused_what_they_are(api: KubernetesApi, namespace: str) -> None:
    path = f"/api/v1/namespaces/{namespace}/secrets"
    assert api.request("GET", path, None, "", ()).status == 200
    assert api.request("GET", path, None, "bob", ()).status == 403
    assert api.request("GET", path, None, "bob", ("system:masters",)).status == 200


def test_a_dry_run_comes_back_with_defaults_and_leaves_nothing(
    api: KubernetesApi, namespace: str
) -> None:
    path = f"/api/v1/namespaces/{namespace}/pods"
    body = {"metadata": {"name": "try"}, "spec": POD}
    answer = api.request("POST", f"{path}?dryRun=All", body, "", ())
    assert answer.status == 201
    assert answer.body["spec"]["containers"][0]["imagePullPolicy"] == "Always"
    assert answer.body["spec"]["restartPolicy"] == "Always"
    assert api.objects("Pod", "", namespace) == ()


def test_a_limit_range_gives_defaults_and_sets_bounds(
    api: KubernetesApi, put: Put, namespace: str
) -> None:
    limit = {"type": "Container", "default": {"cpu": "200m"}, "max": {"cpu": "1"}}
    put(f"/api/v1/namespaces/{namespace}/limitranges", "bounds", spec={"limits": [limit]})
    path = f"/api/v1/namespaces/{namespace}/pods?dryRun=All"

    def tried(**resources: Any) -> Any:
        container = {**POD["containers"][0], "resources": resources}
        body = {"metadata": {"name": "try"}, "spec": {"containers": [container]}}
        return api.request("POST", path, body, "", ())

    def defaulted() -> Any:
        given = tried().body["spec"]["containers"][0]["resources"]
        return given if given else None

    given = Deadline.after(5).poll(defaulted, every=0.05)
    assert given and given["limits"] == {"cpu": "200m"}
    refused = tried(limits={"cpu": "2"})
    assert (
        refused.status == 403 and "maximum cpu usage per Container is 1" in refused.body["message"]
    )


def test_a_quota_that_is_used_up_refuses_with_its_name(
    api: KubernetesApi, put: Put, namespace: str
) -> None:
    path = f"/api/v1/namespaces/{namespace}"
    quota = put(f"{path}/resourcequotas", "small", spec={"hard": {"pods": "0"}})
    quota["status"] = {"hard": {"pods": "0"}, "used": {"pods": "0"}}
    answer = api.request("PUT", f"{path}/resourcequotas/small/status", quota, "", ())
    assert answer.status == 200
    body = {"metadata": {"name": "try"}, "spec": POD}

    def refused() -> Any:
        tried = api.request("POST", f"{path}/pods?dryRun=All", body, "", ())
        return tried if tried.status == 403 else None

    found = Deadline.after(5).poll(refused, every=0.05)
    assert found is not None and "exceeded quota: small" in found.body["message"]


def test_a_refused_eviction_is_an_answer_and_not_a_busy_server(
    api: KubernetesApi, put: Put, namespace: str
) -> None:
    path = f"/api/v1/namespaces/{namespace}"
    pod = put(f"{path}/pods", "one", spec=POD)
    pod["metadata"]["labels"] = {"app": "one"}
    pod = api.request("PUT", f"{path}/pods/one", pod, "", ()).body
    pod["status"] = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    assert api.request("PUT", f"{path}/pods/one/status", pod, "", ()).status == 200
    budget = {"minAvailable": 1, "selector": {"matchLabels": {"app": "one"}}}
    budgets = f"/apis/policy/v1beta1/namespaces/{namespace}/poddisruptionbudgets"
    made = put(budgets, "one", spec=budget)
    made["status"] = {
        **{"observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 1},
        **{"desiredHealthy": 1, "expectedPods": 1},
    }
    assert api.request("PUT", f"{budgets}/one/status", made, "", ()).status == 200
    eviction = {"apiVersion": "policy/v1beta1", "kind": "Eviction", "metadata": {"name": "one"}}
    answer = api.request("POST", f"{path}/pods/one/eviction?dryRun=All", eviction, "", ())
    assert answer.status == 429 and "disruption budget" in answer.body["message"]


def test_a_webhook_that_does_not_answer_is_a_fact_of_the_cluster(
    api: KubernetesApi, put: Put, namespace: str
) -> None:
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"]}
    hook = {
        "name": "gate.example.org",
        "clientConfig": {"url": "https://127.0.0.1:9/gate"},
        "rules": [{**rule, "resources": ["configmaps"]}],
        "namespaceSelector": {"matchLabels": {"gate": namespace}},
        **{"sideEffects": "None", "admissionReviewVersions": ["v1"], "timeoutSeconds": 1},
    }
    hooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
    put(hooks, namespace, webhooks=[hook])
    own = f"/api/v1/namespaces/{namespace}"
    found = api.request("GET", own, None, "", ()).body
    found["metadata"]["labels"] = {"gate": namespace}
    assert api.request("PUT", own, found, "", ()).status == 200

    def tried() -> Any:
        body = {"metadata": {"name": "try"}}
        answer = api.request("POST", f"{own}/configmaps?dryRun=All", body, "", ())
        return answer if answer.status == 500 else None

    answer = Deadline.after(5).poll(tried, every=0.1)
    assert answer is not None and "failed calling webhook" in answer.body["message"]


def test_a_long_list_is_read_in_pages_and_is_whole(
    api: KubernetesApi, put: Put, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE", 7)
    for number in range(30):
        put(f"/api/v1/namespaces/{namespace}/configmaps", f"c{number:02}")
    sent: list[str] = []
    send = api._connection.send

    def noted(method: str, path: str, *more: Any) -> Any:
        sent.append(path)
        return send(method, path, *more)

    monkeypatch.setattr(api._connection, "send", noted)
    found = [item["metadata"]["name"] for item in api.objects("ConfigMap", "", namespace)]
    assert found == [f"c{number:02}" for number in range(30)]
    assert len(sent) == 5 and all("limit=7" in path for path in sent)


def test_a_list_is_of_one_moment_however_many_pages_it_has(
    api: KubernetesApi, put: Put, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    for number in range(4):
        put(path, f"c{number}")
    send = api._connection.send
    pages = 0

    def meddle(*args: Any) -> Any:
        """Between the pages, the last one goes and another comes."""
        nonlocal pages
        answer = send(*args)
        pages += 1
        if pages == 1:
            other = KubernetesApi(api._access)
            assert other.request("DELETE", f"{path}/c3", None, "", ()).status == 200
            assert other.request("POST", path, {"metadata": {"name": "c2b"}}, "", ()).status == 201
            other.close()
        return answer

    monkeypatch.setattr(api._connection, "send", meddle)
    found = [item["metadata"]["name"] for item in api.objects("ConfigMap", "", namespace)]
    assert found == ["c0", "c1", "c2", "c3"]
