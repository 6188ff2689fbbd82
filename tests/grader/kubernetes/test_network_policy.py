"""The specification of NetworkPolicy, sentence by sentence, and the algebra that follows."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.kubernetes.network_policy import Decision, End, Port, decide, fits_label_selector

TCP_80 = Port("TCP", 80)


def policy(name: str = "p", namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": {}, **spec},
    }


def pod(name: str, namespace: str = "shop", ip: str = "10.244.0.9", **labels: str) -> End:
    return End(
        f"pod {namespace}/{name}",
        namespace,
        {"team": namespace},
        labels,
        (ip_address(ip),),
        {("http", "TCP"): 80, ("dns", "UDP"): 53},
        "k8s-node1",
        uid=f"uid-{name}",
    )


WEB, DB = pod("web", app="web"), pod("db", ip="10.244.0.8", app="db")
STRANGER = pod("web", "other", "10.244.1.9", app="web")
OUTSIDE = End("192.0.2.7", addresses=(ip_address("192.0.2.7"),))


def allowed(policies: Sequence[dict[str, Any]], client: End, server: End, port: Port) -> bool:
    return decide(policies, client, server, port).allowed


def enters(client: End, server: End = DB, port: Port = TCP_80, /, **rule: Any) -> bool:
    """Whether a policy with this one ingress rule lets the client in."""
    return allowed([policy(ingress=[rule])], client, server, port)


def peers(client: End, *peers: dict[str, Any]) -> bool:
    return enters(client, **{"from": list(peers)})


def ports(port: Port, *ports: dict[str, Any]) -> bool:
    return enters(WEB, DB, port, ports=list(ports))


def test_without_a_policy_everything_is_allowed() -> None:
    found = decide([], WEB, DB, TCP_80)
    assert found.allowed
    assert found.why == (
        "no policy selects pod shop/web for Egress; no policy selects pod shop/db for Ingress"
    )


def test_a_policy_without_rules_isolates_and_names_itself() -> None:
    found = decide([policy("deny")], WEB, DB, TCP_80)
    assert found == Decision(
        False, "no ingress rule of shop/deny lets pod shop/web into pod shop/db at TCP 80"
    )


def test_only_the_directions_of_policy_types_are_isolated() -> None:
    assert allowed([policy(podSelector={"matchLabels": {"app": "web"}})], WEB, DB, TCP_80)
    out = policy(podSelector={"matchLabels": {"app": "web"}}, policyTypes=["Egress"])
    found = decide([out], WEB, DB, TCP_80)
    assert found.why == "no egress rule of shop/p lets pod shop/web out to pod shop/db at TCP 80"
    assert allowed([policy(policyTypes=["Egress"], egress=[{}])], WEB, DB, TCP_80)


def test_omitted_policy_types_mean_ingress_and_egress_only_with_its_rules() -> None:
    web_only = {"matchLabels": {"app": "web"}}
    assert allowed([policy(podSelector=web_only)], WEB, OUTSIDE, TCP_80)
    with_rules = policy(podSelector=web_only, egress=[{"ports": [{"port": 443}]}])
    assert not allowed([with_rules], WEB, OUTSIDE, TCP_80)
    assert not allowed([with_rules], OUTSIDE, WEB, TCP_80), "and ingress is isolated as well"


def test_a_policy_of_another_namespace_does_not_select() -> None:
    assert allowed([policy(namespace="other")], WEB, DB, TCP_80)


def test_empty_or_missing_peers_and_ports_mean_all() -> None:
    assert enters(STRANGER) and enters(OUTSIDE)
    assert enters(STRANGER, **{"from": []})
    assert enters(STRANGER, ports=[])
    assert ports(Port("UDP", 9), {"protocol": "UDP"})
    assert not ports(Port("TCP", 9), {"protocol": "UDP"})


def test_a_pod_selector_alone_stays_in_the_policys_namespace() -> None:
    assert peers(WEB, {"podSelector": {"matchLabels": {"app": "web"}}})
    assert not peers(STRANGER, {"podSelector": {"matchLabels": {"app": "web"}}})
    assert not peers(STRANGER, {"podSelector": {}})


def test_a_namespace_selector_alone_means_all_of_its_pods() -> None:
    assert peers(STRANGER, {"namespaceSelector": {"matchLabels": {"team": "other"}}})
    assert not peers(WEB, {"namespaceSelector": {"matchLabels": {"team": "other"}}})
    assert peers(STRANGER, {"namespaceSelector": {}})
    assert not peers(OUTSIDE, {"namespaceSelector": {}})


def test_both_selectors_in_one_peer_must_hold_and_either_in_two() -> None:
    pods, spaces = {"matchLabels": {"app": "db"}}, {"matchLabels": {"team": "other"}}
    assert not peers(STRANGER, {"podSelector": pods, "namespaceSelector": spaces})
    assert peers(STRANGER, {"podSelector": pods}, {"namespaceSelector": spaces})


def test_blocks_are_networks_with_holes() -> None:
    everything = {"cidr": "0.0.0.0/0", "except": ["192.0.0.0/8"]}
    assert not peers(OUTSIDE, {"ipBlock": everything})
    assert peers(OUTSIDE, {"ipBlock": {**everything, "except": ["192.0.2.8/32"]}})
    assert not peers(OUTSIDE, {"ipBlock": {"cidr": "::/0"}})
    six = End("2001:db8::7", addresses=(ip_address("2001:db8::7"),))
    assert peers(six, {"ipBlock": {"cidr": "2001:DB8::/32", "except": ["2001:db8:1::/48"]}})
    assert peers(OUTSIDE, {"ipBlock": everything}, {"ipBlock": {"cidr": "192.0.2.0/24"}})


def test_a_pod_that_has_no_address_yet_fits_only_the_block_of_everything() -> None:
    to_be = End("a pod", "other", {}, {})
    assert peers(to_be, {"ipBlock": {"cidr": "0.0.0.0/0"}})
    assert not peers(to_be, {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}})


def test_a_named_port_is_that_of_the_target_pod() -> None:
    assert ports(TCP_80, {"port": "http"})
    assert not ports(TCP_80, {"port": "https"})
    assert not ports(Port("TCP", 53), {"port": "dns"}), "dns is a UDP port"
    assert ports(Port("UDP", 53), {"port": "dns", "protocol": "UDP"})
    out = policy(policyTypes=["Egress"], egress=[{"ports": [{"port": "http"}]}])
    assert allowed([out], WEB, DB, TCP_80)
    assert not allowed([out], WEB, OUTSIDE, TCP_80), "an address has no named ports"


def test_an_end_port_makes_a_range() -> None:
    some = {"port": 8000, "endPort": 8005}
    assert ports(Port("TCP", 8000), some) and ports(Port("TCP", 8005), some)
    assert not ports(Port("TCP", 7999), some) and not ports(Port("TCP", 8006), some)


def test_the_protocol_defaults_to_tcp() -> None:
    assert ports(TCP_80, {"port": 80})
    assert not ports(Port("UDP", 80), {"port": 80})


def test_a_rule_that_fits_but_for_its_port_is_named() -> None:
    rule = {"from": [{"podSelector": {}}], "ports": [{"port": 443}, {"port": 1, "endPort": 9}]}
    found = decide([policy("a", ingress=[rule])], WEB, DB, TCP_80)
    assert found.why.endswith("; ingress rule 1 of shop/a allows only TCP 443, TCP 1-9")


def test_a_pod_reaches_itself_and_its_node_always() -> None:
    node = End("node k8s-node1", node="k8s-node1", is_host=True)
    other = End("node k8s-node2", node="k8s-node2", is_host=True)
    deny = [policy(policyTypes=["Ingress", "Egress"])]
    assert allowed(deny, DB, DB, TCP_80)
    assert allowed(deny, node, DB, TCP_80) and allowed(deny, DB, node, TCP_80)
    assert not allowed(deny, other, DB, TCP_80)


def test_a_pod_of_the_host_network_is_not_selected() -> None:
    host = End("pod shop/h", "", {}, {"app": "web"}, node="k8s-node2", is_host=True)
    assert allowed([policy()], WEB, host, TCP_80)
    assert not peers(host, {"podSelector": {"matchLabels": {"app": "web"}}})


def test_label_selectors_need_all_of_their_parts() -> None:
    labels = {"app": "web", "tier": "front"}
    expressions = [
        {"key": "tier", "operator": "In", "values": ["front", "back"]},
        {"key": "old", "operator": "DoesNotExist"},
        {"key": "old", "operator": "NotIn", "values": ["yes"]},
        {"key": "app", "operator": "Exists"},
    ]
    assert fits_label_selector({"matchExpressions": expressions}, labels)
    assert not fits_label_selector({"matchExpressions": expressions}, {**labels, "old": "yes"})
    assert not fits_label_selector({"matchLabels": {"app": "db"}, "matchExpressions": []}, labels)
    assert fits_label_selector({}, {})


SELECTORS = st.sampled_from([{}, {"matchLabels": {"app": "web"}}, {"matchLabels": {"app": "db"}}])
PEERS = st.one_of(
    st.fixed_dictionaries({"podSelector": SELECTORS}),
    st.fixed_dictionaries({"podSelector": SELECTORS, "namespaceSelector": SELECTORS}),
    st.sampled_from(
        [{"ipBlock": {"cidr": "10.0.0.0/8"}}, {"ipBlock": {"cidr": "0.0.0.0/0", "except": []}}]
    ),
)
PORTS = st.sampled_from([{"port": 80}, {"port": "http"}, {"port": 1, "endPort": 99}, {"port": 443}])


def rules(direction: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    rule = st.fixed_dictionaries(
        {}, optional={direction: st.lists(PEERS, max_size=2), "ports": st.lists(PORTS, max_size=2)}
    )
    return st.lists(rule, max_size=2)


POLICIES = st.lists(
    st.builds(
        policy,
        name=st.sampled_from("abc"),
        namespace=st.sampled_from(["shop", "other"]),
        podSelector=SELECTORS,
        policyTypes=st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
        ingress=rules("from"),
        egress=rules("to"),
    ),
    max_size=4,
)
ENDS = st.sampled_from([WEB, DB, STRANGER, OUTSIDE])
TARGETS = st.sampled_from([TCP_80, Port("TCP", 443), Port("UDP", 80)])


@given(POLICIES, ENDS, ENDS, TARGETS, st.randoms())
def test_the_order_of_policies_and_rules_never_matters(
    policies: list[dict[str, Any]], client: End, server: End, port: Port, random: Any
) -> None:
    before = allowed(policies, client, server, port)
    random.shuffle(policies)
    for one in policies:
        random.shuffle(one["spec"]["ingress"])
        random.shuffle(one["spec"]["egress"])
    assert allowed(policies, client, server, port) == before


@given(POLICIES, ENDS, ENDS, TARGETS)
def test_a_policy_more_only_adds_where_the_pods_are_isolated_already(
    policies: list[dict[str, Any]], client: End, server: End, port: Port
) -> None:
    """Rules are united: what isolates is that there is a policy, never what it says."""
    isolating = [
        policy("all", name, policyTypes=["Ingress", "Egress"]) for name in ("shop", "other")
    ]
    for count in range(len(policies)):
        few, more = isolating + policies[:count], isolating + policies[: count + 1]
        assert allowed(few, client, server, port) <= allowed(more, client, server, port)


@given(POLICIES, ENDS, ENDS, TARGETS)
def test_an_empty_rule_in_both_directions_allows_everything(
    policies: list[dict[str, Any]], client: End, server: End, port: Port
) -> None:
    both = ["Ingress", "Egress"]
    opened = [policy("x", ns, policyTypes=both, ingress=[{}], egress=[{}]) for ns in SPACES]
    assert allowed(policies + opened, client, server, port)


SPACES = ("shop", "other")


@given(POLICIES, ENDS, ENDS, TARGETS)
def test_a_rule_is_as_good_as_two_of_half_its_peers(
    policies: list[dict[str, Any]], client: End, server: End, port: Port
) -> None:
    split = [{**one, "spec": {**one["spec"], "ingress": _halves(one)}} for one in policies]
    assert allowed(policies, client, server, port) == allowed(split, client, server, port)


def _halves(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**rule, "from": [peer]} if rule.get("from") else rule
        for rule in one["spec"]["ingress"]
        for peer in rule.get("from") or [{}]
    ]
