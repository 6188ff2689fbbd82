from typing import Any

import pytest
from pydantic import ValidationError

from grader.verdict import Finding, Verdict
from labs.checks.network_policy import NetworkPolicyCheck
from tests.grader.fakes import UNREACHABLE, World, passes, why, world
from tests.grader.kubernetes_objects import endpoints, node, pod, service


def policy(name: str, namespace: str = "shop", /, **spec: Any) -> dict[str, Any]:
    return {
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace, "uid": f"np-{name}"},
        "spec": {"podSelector": {"matchLabels": {"app": "db"}}, **spec},
    }


def space(name: str, **labels: str) -> dict[str, Any]:
    return {"kind": "Namespace", "metadata": {"name": name, "uid": name, "labels": labels}}


def db(**changes: Any) -> dict[str, Any]:
    ports = [{"name": "sql", "containerPort": 5432}]
    made = pod("db-0", labels={"app": "db"}, containers=[{"name": "db", "ports": ports}], **changes)
    made["status"]["podIP"] = "10.244.0.8"
    return made


WEB_IN: dict[str, Any] = {
    "from": [{"podSelector": {"matchLabels": {"app": "web"}}}],
    "ports": [{"port": 5432}],
}
ALL = (space("shop"), space("default"), pod("web-1"), db())

CLIENTS = {
    "web": {"namespace": "shop", "selector": "app=web"},
    "stranger": {"namespace": "default", "labels": {"app": "web"}},
}
SERVERS = {"db": {"namespace": "shop", "selector": "app=db", "port": 5432}}
EXPECT = {"web": {"db": "allow"}, "stranger": {"db": "deny"}}


def look(here: World, **args: Any) -> Finding:
    given: dict[str, Any] = {"clients": CLIENTS, "servers": SERVERS, "expect": EXPECT}
    return here.look("network_policy", **(given | args))


def test_right_work_passes_however_it_is_spelled() -> None:
    expression = {"key": "app", "operator": "In", "values": ["web"]}
    by_expression = {"from": [{"podSelector": {"matchExpressions": [expression]}}]}
    for ingress in ([WEB_IN], [by_expression], [{**WEB_IN, "ports": [{"port": "sql"}]}]):
        assert passes(look(world(*ALL, policy("web", ingress=ingress))))
    assert passes(look(world(*ALL, policy("deny"), policy("web", ingress=[WEB_IN])))), "two"


def test_without_a_policy_the_stranger_comes_in() -> None:
    reason = why(look(world(*ALL)))
    assert reason.startswith("a pod in default with app=web → pod shop/db-0 TCP 5432 is allowed")
    assert reason.endswith("no policy selects pod shop/db-0 for Ingress")


def test_everything_blocked_is_wrong_and_the_policy_is_named() -> None:
    assert why(look(world(*ALL, policy("deny")))) == (
        "no ingress rule of shop/deny lets pod shop/web-1 into pod shop/db-0 at TCP 5432"
    )


def test_two_peers_where_one_was_meant_let_the_stranger_in() -> None:
    loose = {"from": [*WEB_IN["from"], {"namespaceSelector": {}}]}
    found = look(world(*ALL, policy("loose", ingress=[loose])))
    assert "ingress rule 1 of shop/loose allows it" in why(found)


def test_a_policy_beside_it_that_allows_more_is_named() -> None:
    items = (*ALL, policy("web", ingress=[WEB_IN]), policy("open", ingress=[{}]))
    assert "ingress rule 1 of shop/open allows it" in why(look(world(*items)))


def test_a_policy_that_is_going_or_selects_others_does_not_count() -> None:
    going = policy("web", ingress=[WEB_IN])
    going["metadata"]["deletionTimestamp"] = "2026-11-20T11:59:00Z"
    assert "no policy selects pod shop/db-0" in why(look(world(*ALL, going)))
    typo = policy("typo", podSelector={"matchLabels": {"app": "bd"}}, ingress=[WEB_IN])
    assert "no policy selects pod shop/db-0" in why(look(world(*ALL, typo)))


def test_an_empty_selection_fails() -> None:
    deny = policy("web", ingress=[WEB_IN])
    assert why(look(world(space("shop"), space("default"), pod("web-1"), deny))) == (
        "there is no Pod in shop with app=db"
    )
    ended = pod("web-1", phase="Succeeded")
    assert why(look(world(space("shop"), space("default"), ended, db(), deny))) == (
        "there is no Pod in shop with app=web"
    )
    assert why(look(world(space("shop"), pod("web-1"), db(), deny))) == (
        "namespace default does not exist"
    )


EGRESS = {
    "clients": {"web": {"namespace": "shop", "selector": "app=web"}},
    "servers": {
        "metadata": {"ip": "169.254.169.254", "port": 80},
        "elsewhere": {"ip": "198.51.100.7", "port": 80},
    },
    "expect": {"web": {"metadata": "deny", "elsewhere": "allow"}},
}


def egress(*holes: str, cidr: str = "0.0.0.0/0") -> dict[str, Any]:
    out = {"to": [{"ipBlock": {"cidr": cidr, "except": list(holes)}}]}
    return policy("out", podSelector={}, policyTypes=["Egress"], egress=[out])


def test_a_blocked_address_may_be_a_host_or_a_wider_network() -> None:
    for hole in ("169.254.169.254/32", "169.254.0.0/16"):
        assert passes(look(world(*ALL, egress(hole)), **EGRESS))
    assert "is allowed, not denied" in why(
        look(world(*ALL, egress("169.254.169.253/32")), **EGRESS)
    )
    assert "egress rule" in why(look(world(*ALL, egress("128.0.0.0/1")), **EGRESS))
    open_six = policy(
        "six",
        podSelector={},
        policyTypes=["Egress"],
        egress=[{"to": [{"ipBlock": {"cidr": "::/0"}}]}],
    )
    assert passes(look(world(*ALL, egress("169.254.169.254/32"), open_six), **EGRESS))


def test_two_egress_policies_are_united() -> None:
    items = (*ALL, egress("169.254.0.0/16"), egress(cidr="169.254.169.0/24"))
    assert "169.254.169.254 TCP 80 is allowed, not denied" in why(look(world(*items), **EGRESS))


def test_a_service_is_judged_at_the_pods_behind_it() -> None:
    svc = service("db")
    svc["spec"]["ports"] = [{"name": "sql", "port": 80, "targetPort": 5432}]
    behind = endpoints("db", "db-0", port=5432)
    behind["subsets"][0]["ports"][0]["name"] = "sql"
    servers = {"db": {"namespace": "shop", "service": "db", "port": "sql"}}
    right = policy("web", ingress=[WEB_IN])
    assert passes(look(world(*ALL, svc, behind, right), servers=servers))
    assert why(look(world(*ALL, svc, endpoints("db"), right), servers=servers)) == (
        "Service shop/db has no ready endpoint"
    )
    assert why(look(world(*ALL, right), servers=servers)) == "Service shop/db does not exist"
    other = {"db": {**servers["db"], "port": 81}}
    assert why(look(world(*ALL, svc, behind, right), servers=other)) == (
        "Service shop/db has no TCP port 81"
    )


def test_a_port_that_the_pod_does_not_name_fails() -> None:
    servers = {"db": {**SERVERS["db"], "port": "http"}}
    assert why(look(world(*ALL), servers=servers)) == (
        "pod shop/db-0 has no TCP port of the name http"
    )
    named = {"db": {**SERVERS["db"], "port": "sql"}}
    assert passes(look(world(*ALL, policy("web", ingress=[WEB_IN])), servers=named))


def test_a_node_reaches_its_own_pods() -> None:
    machine = node("k8s-node1")
    clients = {"node": {"node": "k8s-node1"}, "stranger": CLIENTS["stranger"]}
    expect = {"node": {"db": "allow"}, "stranger": {"db": "deny"}}
    assert passes(look(world(*ALL, machine, policy("deny")), clients=clients, expect=expect))
    lost = look(world(*ALL, policy("deny")), clients=clients, expect=expect)
    assert why(lost) == "the cluster has no Node k8s-node1"


def test_a_namespace_that_need_not_exist_is_judged_by_its_labels() -> None:
    peer = {"from": [{"namespaceSelector": {"matchLabels": {"team": "a"}}}]}
    clients = {
        "a": {"namespace_labels": {"team": "a"}, "labels": {}},
        "b": {"namespace_labels": {"team": "b"}, "labels": {}},
    }
    expect = {"a": {"db": "allow"}, "b": {"db": "deny"}}
    right = world(*ALL, policy("teams", ingress=[peer]))
    assert passes(look(right, clients=clients, expect=expect))


def test_an_api_that_is_gone_is_unknown() -> None:
    here = world(*ALL)
    here.api.trouble = UNREACHABLE
    assert look(here).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"expect": {"web": {"db": "deny"}, "stranger": {"db": "deny"}}}, "proves nothing"),
        ({"expect": {"web": {"db": "allow"}}}, "does not say what is true of client stranger"),
        ({"expect": {**EXPECT, "x": {"db": "allow"}}}, "no such client"),
        ({"expect": {**EXPECT, "web": {"x": "allow"}}}, "no such server"),
        ({"clients": {**CLIENTS, "web": {}}}, "one of namespace, node or ip"),
        ({"clients": {**CLIENTS, "web": {"ip": "::1", "node": "n"}}}, "one of namespace"),
        ({"servers": {"db": {"namespace": "shop", "ip": "::1", "port": 1}}}, "one of namespace"),
    ],
)
def test_a_matrix_that_proves_nothing_is_refused(changes: Any, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        NetworkPolicyCheck.model_validate(
            {"clients": CLIENTS, "servers": SERVERS, "expect": EXPECT} | changes
        )
