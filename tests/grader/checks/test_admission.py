from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from grader.kubernetes.api import ApiAnswer
from grader.verdict import Finding, Verdict
from labs.checks.admission import AdmissionCheck
from tests.grader.access_objects import service_account
from tests.grader.fakes import UNREACHABLE, World, passes, why, world
from tests.grader.kubernetes_objects import namespace

LIMITED = 'pods "{name}" is forbidden: maximum cpu usage per Container is 1, but limit is 2'
QUOTA = (
    'pods "{name}" is forbidden: exceeded quota: small, requested: pods=1, used: pods=4, '
    "limited: pods=4"
)
Refuses = Callable[[Mapping[str, Any]], ApiAnswer | None]


def pod(name: str, cpu: str = "") -> dict[str, Any]:
    container: dict[str, Any] = {"name": "main", "image": "nginx:1.22"}
    if cpu:
        container["resources"] = {"limits": {"cpu": cpu}}
    meta = {"name": name}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": meta,
        "spec": {"containers": [container]},
    }


BARE = {"verdict": "accepted", "manifest": pod("bare")}
GREEDY = {"verdict": "rejected", "manifest": pod("greedy", "2"), "message": "maximum cpu usage"}
LIMIT = {"spec.containers[name=main].resources.limits.cpu": "200m"}
ASKED: dict[str, Any] = {"namespace": "shop", "tries": [GREEDY, {**BARE, "expect": LIMIT}]}


def refusal(code: int, reason: str, message: str, **details: Any) -> ApiAnswer:
    body = {"kind": "Status", "reason": reason, "message": message, "details": details}
    return ApiAnswer(code, body)


def forbidden(message: str, name: str) -> ApiAnswer:
    return refusal(403, "Forbidden", message.replace("{name}", name))


def cpu_of(body: Mapping[str, Any]) -> str:
    resources = body["spec"]["containers"][0].get("resources") or {}
    return str((resources.get("limits") or {}).get("cpu", ""))


def limits(body: Mapping[str, Any]) -> ApiAnswer | None:
    name = body["metadata"]["name"]
    return forbidden(LIMITED, name) if cpu_of(body) == "2" else None


def cluster(refuses: Refuses = limits, default: str = "200m") -> World:
    here = world(namespace("shop"))

    def answer(method: str, path: str, body: Mapping[str, Any] | None) -> ApiAnswer:
        assert method == "POST" and path == "/api/v1/namespaces/shop/pods?dryRun=All"
        assert body is not None
        refused = refuses(body)
        if refused is not None:
            return refused
        spec = {**body["spec"]}
        if default and not cpu_of(body):
            resources = {"limits": {"cpu": default}}
            spec["containers"] = [{**spec["containers"][0], "resources": resources}]
        return ApiAnswer(201, {**body, "spec": spec})

    here.api.answers = answer
    return here


def judged(refuses: Refuses = limits, default: str = "200m") -> Finding:
    return cluster(refuses, default).look("admission", **ASKED)


def names_tried(here: World) -> list[str]:
    bodies = [request[2] for request in here.api.requests]
    return [body["metadata"]["name"] for body in bodies if isinstance(body, dict)]


def on_greedy(answer: ApiAnswer) -> Refuses:
    return lambda body: answer if cpu_of(body) == "2" else None


def test_defaults_and_refusals_as_asked_pass() -> None:
    assert passes(judged())


@pytest.mark.parametrize("spelled", ["200m", "0.2"])
def test_defaults_are_compared_by_meaning(spelled: str) -> None:
    assert passes(judged(default=spelled))


def test_no_limit_range_fails_for_the_default_that_is_missing() -> None:
    found = judged(lambda body: None, default="")
    assert why(found).startswith("Pod bare: ")
    assert "resources" in why(found)


def test_another_default_fails() -> None:
    assert "limits.cpu is 500m, not 200m" in why(judged(default="500m"))


def test_a_policy_that_refuses_nothing_fails() -> None:
    found = judged(lambda body: None)
    assert why(found) == "Pod greedy is accepted, and should be rejected"


def test_a_policy_that_refuses_everything_fails() -> None:
    found = judged(lambda body: forbidden(QUOTA, body["metadata"]["name"]))
    assert why(found).startswith("Pod bare is rejected, and should be accepted: ")
    assert "exceeded quota: small" in why(found)


def test_a_refusal_for_another_reason_fails() -> None:
    account = 'pods "x" is forbidden: error looking up service account shop/default: not found'
    found = judged(on_greedy(refusal(403, "Forbidden", account)))
    assert "greedy is rejected for another reason than maximum cpu usage: " in why(found)
    assert "service account shop/default: not found" in why(found)


def by(name: str, message: str) -> Finding:
    here = cluster(on_greedy(refusal(403, "Forbidden", message)))
    rejected = {"verdict": "rejected", "manifest": pod("greedy", "2"), "by": name}
    return here.look("admission", namespace="shop", tries=[BARE, rejected])


def test_the_name_of_the_quota_passes() -> None:
    assert passes(by("small", QUOTA))


def test_another_quota_fails() -> None:
    found = by("large", QUOTA)
    assert why(found).startswith("Pod greedy is rejected, but not by large: ")


@pytest.mark.parametrize("quota", ["smaller", "very-small", "small-2"])
def test_a_quota_whose_name_holds_the_name_fails(quota: str) -> None:
    found = by("small", QUOTA.replace("small", quota))
    assert f'but not by small: pods "{{name}}" is forbidden: exceeded quota: {quota}' in why(found)


def test_the_objects_own_name_names_no_policy() -> None:
    here = cluster(
        lambda body: forbidden(LIMITED, body["metadata"]["name"]) if cpu_of(body) == "2" else None
    )
    rejected = {"verdict": "rejected", "manifest": pod("small", "2"), "by": "small"}
    found = here.look("admission", namespace="shop", tries=[BARE, rejected])
    assert "rejected, but not by small: " in why(found)


WEBHOOK = 'admission webhook "no-latest.example.org" denied the request: use a tag'


@pytest.mark.parametrize(("code", "reason"), [(403, "Forbidden"), (400, ""), (422, "Invalid")])
def test_a_webhook_refuses_by_any_code(code: int, reason: str) -> None:
    here = cluster(on_greedy(refusal(code, reason, WEBHOOK)))
    rejected = {"verdict": "rejected", "manifest": pod("x", "2"), "by": "no-latest.example.org"}
    assert passes(here.look("admission", namespace="shop", tries=[BARE, rejected]))


def test_a_webhook_that_does_not_answer_is_no_denial() -> None:
    said = 'failed calling webhook "no-latest.example.org": context deadline exceeded'
    found = by("no-latest.example.org", WEBHOOK)
    assert passes(found)
    here = cluster(on_greedy(refusal(500, "InternalError", said)))
    rejected = {"verdict": "rejected", "manifest": pod("x", "2"), "by": "no-latest.example.org"}
    found = here.look("admission", namespace="shop", tries=[BARE, rejected])
    assert why(found).startswith("Pod x gets no verdict, for a webhook is in trouble: failed")


def test_missing_permission_is_no_denial_by_a_policy() -> None:
    said = 'pods is forbidden: User "jane" cannot create resource "pods" in API group ""'
    found = judged(on_greedy(refusal(403, "Forbidden", said)))
    assert why(found).startswith("Pod greedy was not tried, for permission is missing: ")


@pytest.mark.parametrize(
    "answer",
    [
        refusal(409, "AlreadyExists", 'pods "greedy" already exists'),
        refusal(409, "Conflict", "Operation cannot be fulfilled on resourcequotas"),
        refusal(429, "TooManyRequests", "maximum cpu usage"),
        refusal(400, "BadRequest", "maximum cpu usage cannot be decoded"),
        refusal(400, "BadRequest", 'admission webhook "a" does not support dry run'),
    ],
)
def test_what_says_nothing_of_admission_is_unknown(answer: ApiAnswer) -> None:
    assert judged(on_greedy(answer)).verdict is Verdict.UNKNOWN


def test_a_namespace_that_is_not_there_fails() -> None:
    found = cluster().look("admission", **{**ASKED, "namespace": "nowhere"})
    assert why(found) == "namespace nowhere does not exist"


def test_a_namespace_under_deletion_is_no_denial() -> None:
    said = 'pods "x" is forbidden: unable to create new content in namespace shop'
    gone = refusal(403, "Forbidden", said, causes=[{"reason": "NamespaceTerminating"}])
    assert why(judged(on_greedy(gone))) == "namespace shop is being deleted"


def test_every_try_has_a_name_of_the_round_so_that_none_is_taken() -> None:
    here = cluster()
    here.look("admission", **ASKED)
    names = names_tried(here)
    assert all(len(name.rpartition("-")[2]) == 8 for name in names)
    assert len({name.rpartition("-")[2] for name in names}) == 1


def test_a_name_is_kept_where_a_policy_judges_it() -> None:
    here = cluster(lambda body: None)
    here.look("admission", namespace="shop", tries=[{**BARE, "keep_name": True}])
    assert names_tried(here) == ["bare"]


def test_somebody_else_tries_with_their_groups() -> None:
    here = cluster()
    here.look("admission", **ASKED, user="jane", groups=["crew"])
    assert {(user, groups) for *_, user, groups in here.api.requests} == {
        ("jane", ("crew", "system:authenticated"))
    }


def test_a_service_account_that_is_not_there_fails() -> None:
    here = cluster()
    found = here.look("admission", **ASKED, service_account="shop/bot")
    assert why(found) == "there is no ServiceAccount shop/bot"
    here.api.items.append(service_account("bot"))
    assert passes(here.look("admission", **ASKED, service_account="shop/bot"))
    assert here.api.requests[-1][3] == "system:serviceaccount:shop:bot"


def test_a_silent_server_is_unknown() -> None:
    here = cluster()
    here.api.trouble = UNREACHABLE
    assert here.look("admission", **ASKED).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "tries",
    [
        [GREEDY],
        [GREEDY, {"verdict": "accepted", "manifest": {"apiVersion": "v1", "kind": "Secret"}}],
        [BARE, {"verdict": "rejected", "manifest": pod("x", "2")}],
        [{**BARE, "message": "x"}],
        [{"verdict": "accepted", "manifest": {"kind": "Pod"}}],
    ],
)
def test_a_refusal_needs_a_reason_and_a_control(tries: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        AdmissionCheck.model_validate({"namespace": "shop", "tries": tries})
