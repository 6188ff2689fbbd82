from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from grader.kubernetes.api import ApiAnswer
from grader.verdict import Finding, Verdict
from labs.checks.can_i import CanICheck
from tests.grader.access_objects import (
    account,
    binding,
    group,
    role,
    rule,
    service_account,
    user,
)
from tests.grader.authorizer import discover, review
from tests.grader.fakes import UNREACHABLE, World, passes, why, world
from tests.grader.kubernetes_objects import namespace

BOT: dict[str, Any] = {"service_account": "shop/bot"}
READS = {"verbs": ["get", "list"], "resource": "pods", "namespace": "shop"}
ASKED: dict[str, Any] = {
    **BOT,
    "allowed": [READS, {"verbs": ["patch"], "resource": "deployments.apps", "namespace": "shop"}],
    "denied": [
        {"verbs": ["delete"], "resource": "pods", "namespace": "shop"},
        {"verbs": ["get"], "resource": "pods/log", "namespace": "shop"},
        {"verbs": ["get", "list"], "resource": "pods", "namespace": "default"},
        {"verbs": ["get"], "resource": "secrets", "namespace": "shop"},
        {"verbs": ["*"], "resource": "*"},
    ],
}
PODS = rule("get list", "pods")
DEPLOYMENTS = rule("patch", "deployments", "apps")


def cluster(*items: dict[str, Any], account_there: bool = True) -> World:
    made = [service_account("bot")] if account_there else []
    here = world(namespace("shop"), namespace("default"), *made, *items)

    def answer(method: str, path: str, body: Mapping[str, Any] | None) -> ApiAnswer:
        return discover(path) if body is None else review(here.api.items, body["spec"])

    here.api.answers = answer
    return here


def judged(*items: dict[str, Any]) -> Finding:
    return cluster(*items).look("can_i", **ASKED)


def to_bot(kind: str = "Role", **more: Any) -> dict[str, Any]:
    return binding("bot", f"{kind} worker", account("bot"), **more)


def test_a_role_and_its_binding_pass() -> None:
    assert passes(judged(role("worker", PODS, DEPLOYMENTS), to_bot()))


def test_a_cluster_role_bound_in_one_namespace_passes() -> None:
    found = judged(role("worker", PODS, DEPLOYMENTS, namespace=""), to_bot("ClusterRole"))
    assert passes(found)


def test_rules_in_several_roles_and_verbs_in_any_order_pass() -> None:
    first = role("first", rule("list get", "pods"))
    second = role("second", rule("patch", "deployments", "apps extensions"))
    bindings = [binding(name, f"Role {name}", account("bot")) for name in ("first", "second")]
    assert passes(judged(first, second, *bindings))


def test_the_group_of_all_accounts_of_the_namespace_is_that_of_each() -> None:
    bound = binding("all", "Role worker", group("system:serviceaccounts:shop"))
    assert passes(judged(role("worker", PODS, DEPLOYMENTS), bound))


def test_cluster_admin_fails_with_the_binding_that_gives_too_much() -> None:
    admin = role("cluster-admin", rule("*", "*", "*"), namespace="")
    bound = binding("bot-admin", "ClusterRole cluster-admin", account("bot"), namespace="")
    assert why(judged(admin, bound)) == (
        "ServiceAccount shop/bot may delete pods in shop: "
        "allowed by ClusterRoleBinding bot-admin of ClusterRole cluster-admin"
    )


def test_stars_in_a_role_fail() -> None:
    found = judged(role("worker", PODS, DEPLOYMENTS, rule("*", "*", "*")), to_bot())
    assert "may delete pods in shop: allowed by RoleBinding bot of Role worker" in why(found)


def test_all_verbs_of_pods_fail() -> None:
    assert "may delete pods in shop" in why(
        judged(role("worker", rule("*", "pods"), DEPLOYMENTS), to_bot())
    )


def test_a_cluster_role_binding_instead_of_one_in_the_namespace_fails() -> None:
    found = judged(
        role("worker", PODS, DEPLOYMENTS, namespace=""), to_bot("ClusterRole", namespace="")
    )
    assert "may get pods in default: allowed by ClusterRoleBinding bot" in why(found)


def test_the_right_resource_in_the_wrong_group_fails() -> None:
    found = judged(role("worker", PODS, rule("patch", "deployments")), to_bot())
    assert why(found) == "ServiceAccount shop/bot may not patch deployments.apps in shop"


def test_a_subject_of_another_namespace_fails() -> None:
    bound = binding("bot", "Role worker", account("bot", "default"))
    assert "may not get pods in shop" in why(judged(role("worker", PODS, DEPLOYMENTS), bound))


def test_a_user_named_as_the_account_fails() -> None:
    bound = binding("bot", "Role worker", user("bot"))
    assert "may not get pods in shop" in why(judged(role("worker", PODS, DEPLOYMENTS), bound))


def test_logs_beside_pods_fail_where_they_are_to_be_refused() -> None:
    found = judged(role("worker", rule("get list", "pods pods/log"), DEPLOYMENTS), to_bot())
    assert "may get pods/log in shop" in why(found)


def test_pods_do_not_give_their_logs() -> None:
    wanted = {"verbs": ["get"], "resource": "pods/log", "namespace": "shop"}
    here = cluster(role("worker", PODS), to_bot())
    found = here.look("can_i", **BOT, allowed=[READS, wanted])
    assert "may not get pods/log in shop" in why(found)


def test_one_object_by_name_is_not_all_of_them() -> None:
    only = rule("get", "secrets", resourceNames=["key"])
    here = cluster(role("worker", only), to_bot())
    one = {"verbs": ["get"], "resource": "secrets", "namespace": "shop"}
    args: dict[str, Any] = {**BOT, "allowed": [{**one, "name": "key"}]}
    assert passes(here.look("can_i", **args, denied=[one, {**one, "name": "other"}]))
    everything = cluster(role("worker", rule("get", "secrets")), to_bot())
    assert "may get secrets in shop" in why(everything.look("can_i", **args, denied=[one]))


def test_a_role_that_is_not_there_is_named() -> None:
    found = judged(binding("bot", "Role wroker", account("bot")))
    assert why(found) == (
        "ServiceAccount shop/bot may not get pods in shop: "
        'role.rbac.authorization.k8s.io "wroker" not found'
    )


def test_a_service_account_that_does_not_exist_fails_whatever_is_bound_to_it() -> None:
    here = cluster(role("worker", PODS, DEPLOYMENTS), to_bot(), account_there=False)
    assert why(here.look("can_i", **ASKED)) == "there is no ServiceAccount shop/bot"


def test_a_service_account_under_deletion_fails() -> None:
    here = cluster(role("worker", PODS, DEPLOYMENTS), to_bot(), account_there=False)
    going = service_account("bot")
    going["metadata"]["deletionTimestamp"] = "2026-11-20T11:59:00Z"
    here.api.items.append(going)
    assert "is being deleted" in why(here.look("can_i", **ASKED))


def test_a_resource_that_the_api_does_not_have_fails_though_it_would_be_answered_for() -> None:
    here = cluster(role("worker", rule("*", "*", "*")), to_bot())
    wanted = {"verbs": ["get"], "resource": "deployments", "namespace": "shop"}
    assert why(here.look("can_i", **BOT, allowed=[wanted])) == (
        "the cluster's API has no deployments in group core; it is in apps"
    )
    wanted["resource"] = "boats.example.org"
    assert "no boats in group example.org" in why(here.look("can_i", **BOT, allowed=[wanted]))


def test_a_namespace_that_does_not_exist_fails() -> None:
    here = cluster(role("worker", rule("*", "*", "*"), namespace=""), to_bot(namespace=""))
    wanted = {"verbs": ["get"], "resource": "pods", "namespace": "nowhere"}
    found = here.look("can_i", **BOT, allowed=[READS], denied=[wanted])
    assert why(found) == "namespace nowhere does not exist"


def test_a_namespace_of_what_is_in_none_is_the_labs_fault() -> None:
    wanted = {"verbs": ["get"], "resource": "nodes", "namespace": "shop"}
    found = cluster().look("can_i", **BOT, allowed=[wanted])
    assert found.verdict is Verdict.UNKNOWN
    assert "nodes is in no namespace" in found.evidence.why


def test_a_server_that_allows_everything_fails_the_denials() -> None:
    here = cluster()
    here.api.answers = lambda method, path, body: (
        discover(path) if body is None else ApiAnswer(201, {"status": {"allowed": True}})
    )
    assert why(here.look("can_i", **ASKED)) == (
        "ServiceAccount shop/bot may delete pods in shop: "
        "the API server gives no reason, as if it allowed everything"
    )


def test_a_server_that_denies_everything_fails_with_its_words() -> None:
    here = cluster()
    status = {"allowed": False, "reason": "Everything is forbidden."}
    here.api.answers = lambda method, path, body: (
        discover(path) if body is None else ApiAnswer(201, {"status": status})
    )
    assert "may not get pods in shop: Everything is forbidden." in why(here.look("can_i", **ASKED))


@pytest.mark.parametrize(
    "status",
    [
        {"allowed": False, "evaluationError": "the webhook authorizer timed out"},
        {"allowed": False, "reason": "RBAC: the webhook authorizer timed out"},
    ],
)
def test_an_authorizer_in_trouble_is_unknown(status: dict[str, Any]) -> None:
    here = cluster()
    here.api.answers = lambda method, path, body: (
        discover(path) if body is None else ApiAnswer(201, {"status": status})
    )
    found = here.look("can_i", **ASKED)
    assert found.verdict is Verdict.UNKNOWN
    assert "the webhook authorizer timed out" in found.evidence.why


def test_a_silent_server_is_unknown() -> None:
    here = cluster(role("worker", PODS, DEPLOYMENTS), to_bot())
    here.api.trouble = UNREACHABLE
    assert here.look("can_i", **ASKED).verdict is Verdict.UNKNOWN


def test_a_denial_needs_something_that_is_allowed() -> None:
    with pytest.raises(ValidationError):
        CanICheck.model_validate({**BOT, "allowed": [], "denied": [READS]})


def test_a_user_is_asked_about_with_the_groups_that_all_have() -> None:
    here = cluster(role("worker", PODS), binding("b", "Role worker", group("crew")))
    asked: dict[str, Any] = {"allowed": [READS]}
    assert passes(here.look("can_i", user="jane", groups=["crew"], **asked))
    spec = next(body for _, _, body, _, _ in here.api.requests if body is not None)
    assert isinstance(spec, dict)
    assert spec["spec"]["groups"] == ["crew", "system:authenticated"]
    assert "user jane may not get pods in shop" in why(here.look("can_i", user="jane", **asked))


def test_a_url_path_is_asked_about() -> None:
    here = cluster()
    args: dict[str, Any] = {"user": "jane", "allowed": [{"verbs": ["get"], "path": "/version"}]}
    assert passes(here.look("can_i", **args, denied=[{"verbs": ["get"], "path": "/metrics"}]))
    found = here.look("can_i", user="jane", allowed=[{"verbs": ["get"], "path": "/metrics"}])
    assert why(found) == "user jane may not get /metrics"


THROUGH: dict[str, Any] = {**BOT, "allowed": [READS], "through": {"kind": "RoleBinding"}}


def test_the_binding_that_was_asked_passes() -> None:
    here = cluster(role("worker", PODS), to_bot())
    named = {"kind": "RoleBinding", "name": "bot", "role_kind": "Role", "role": "worker"}
    assert passes(here.look("can_i", **{**THROUGH, "through": named}))


def test_another_binding_fails_though_the_permission_is_right() -> None:
    here = cluster(role("worker", PODS), to_bot())
    found = here.look("can_i", **{**THROUGH, "through": {"kind": "RoleBinding", "name": "crew"}})
    assert why(found) == (
        "ServiceAccount shop/bot may get pods in shop, but not by RoleBinding crew: "
        "allowed by RoleBinding bot of Role worker"
    )
    role_asked = {"name": "bot", "role_kind": "ClusterRole"}
    found = here.look("can_i", **{**THROUGH, "through": role_asked})
    assert "but not by bot of ClusterRole: allowed by" in why(found)


def test_the_binding_that_was_asked_passes_beside_another_that_gives_the_same() -> None:
    here = cluster(
        role("worker", PODS), binding("earlier", "Role worker", account("bot")), to_bot()
    )
    assert passes(here.look("can_i", **{**THROUGH, "through": {"name": "bot"}}))


def test_a_binding_of_the_right_name_for_somebody_else_fails() -> None:
    here = cluster(
        role("worker", PODS),
        binding("earlier", "Role worker", account("bot")),
        binding("bot", "Role worker", account("other")),
    )
    found = here.look("can_i", **{**THROUGH, "through": {"name": "bot"}})
    assert "but not by bot: allowed by RoleBinding earlier" in why(found)
