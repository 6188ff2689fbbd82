"""Names by name servers that the tests pretend, or by one on this machine."""

import base64
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import pytest
from pydantic import ValidationError

from cluster.node import CommandResult
from grader.meaning.resolver import Kind
from grader.nodes.name_service import ask, resolv_conf_of
from grader.nodes.pod_network import place_of_node, place_of_pod
from grader.verdict import Finding, Verdict
from labs.checks.dns import DnsCheck
from tests.grader.checks.test_connect import node, process, running
from tests.grader.fakes import FakeNode, TreeNode, World, passes, why, world
from tests.grader.kubernetes_objects import endpoints, service

RESOLV_CONF = """search shop.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
options ndots:5
"""
ZONE = {
    "web.shop.svc.cluster.local. A": ["10.96.0.7"],
    "web.shop.example. A": ["10.96.0.7"],
    "old.shop.svc.cluster.local. A": ["10.96.0.99"],
    "many.shop.svc.cluster.local. A": ["10.244.0.9", "10.244.0.8"],
    "kubernetes.default.svc.cluster.local. A": ["10.96.0.1"],
    "_sql._tcp.db.shop.svc.cluster.local. SRV": ["0 100 5432 db.shop.svc.cluster.local."],
    "7.0.96.10.in-addr.arpa. PTR": ["web.shop.svc.cluster.local."],
}
WEB = {"namespace": "shop", "selector": "app=web"}


def response(asked: bytes, zone: Mapping[str, Sequence[str]], rcode: str = "") -> bytes:
    question = dns.message.from_wire(asked)
    message = dns.message.make_response(question)
    (one,) = question.question
    found = zone.get(f"{one.name} {dns.rdatatype.to_text(one.rdtype)}", ())
    if found:
        message.answer.append(dns.rrset.from_text_list(one.name, 5, "IN", one.rdtype, found))
    missing = rcode or ("NOERROR" if found else "NXDOMAIN")
    message.set_rcode(dns.rcode.from_text(missing))
    return message.to_wire()


@dataclass
class Names:
    """What a pretended node answers: a resolv.conf, and for questions what its zone has."""

    zone: Mapping[str, Sequence[str]]
    conf: str = RESOLV_CONF
    rcode: str = ""
    silent: bool = False

    def __call__(self, argv: Sequence[str], stdin: str) -> CommandResult:
        if "dns" not in stdin:
            return CommandResult(0, f"there\n{self.conf}", "")
        said = []
        for at, word in enumerate(argv[5:]):
            data = base64.b64decode(word.partition("|")[2])
            got = b"" if self.silent else response(data, self.zone, self.rcode)
            said.append(f"{at} {base64.b64encode(got).decode()}")
        return CommandResult(0, "\n".join([*said, "end"]), "")


def here(*items: dict[str, Any], zone: Mapping[str, Sequence[str]] = ZONE, **how: Any) -> World:
    pods = (running("web", ip="10.244.0.5"), service("web"))
    return world(*(items or pods), nodes=[FakeNode("n1", Names(zone, **how))])


def look(found: World, **args: Any) -> Finding:
    return found.look("dns", **({"client": WEB, "name": "web"} | args))


def test_a_name_resolves_through_the_search_list() -> None:
    for name in ("web", "web.shop", "web.shop.svc", "web.shop.svc.cluster.local."):
        assert passes(look(here(), name=name, answers=["10.96.0.7"]))


def test_a_name_that_no_server_knows_fails() -> None:
    assert why(look(here(), name="wbe")) == (
        "pod shop/web cannot resolve wbe (A): NXDOMAIN, says 10.96.0.10"
    )
    assert "web (AAAA): NXDOMAIN" in why(look(here(), type="AAAA"))


def test_the_addresses_are_those_of_the_service() -> None:
    assert passes(look(here(), same_as={"service": "shop/web"}))
    assert why(look(here(), name="old", same_as={"service": "shop/web"})) == (
        "pod shop/web: old.shop.svc.cluster.local A is 10.96.0.99, "
        "not 10.96.0.7 as Service shop/web has"
    )
    gone = here(running("web", ip="10.244.0.5"))
    assert why(look(gone, same_as={"service": "shop/web"})) == "Service shop/web does not exist"


def test_a_headless_service_is_the_set_of_its_ready_pods() -> None:
    pods = (running("web", ip="10.244.0.5"), service("many", "None"))
    behind = endpoints("many", "a8", "a9")
    for address, ip in zip(
        behind["subsets"][0]["addresses"], ("10.244.0.8", "10.244.0.9"), strict=True
    ):
        address["ip"] = ip
    assert passes(look(here(*pods, behind), name="many", same_as={"service": "shop/many"}))
    one = endpoints("many", "a8")
    one["subsets"][0]["addresses"][0]["ip"] = "10.244.0.8"
    found = look(here(*pods, one), name="many", same_as={"service": "shop/many"})
    assert "is 10.244.0.8, 10.244.0.9, not 10.244.0.8" in why(found)
    none = look(here(*pods, endpoints("many")), name="many", same_as={"service": "shop/many"})
    assert why(none) == "Service shop/many has no address to compare with"


def test_two_names_may_be_asked_to_be_the_same() -> None:
    assert passes(look(here(), name="web.shop.example", same_as={"name": "web"}))
    found = look(here(), name="web.shop.example", same_as={"name": "old"})
    assert "not 10.96.0.99 as old has" in why(found)
    assert "cannot resolve wbe" in why(look(here(), same_as={"name": "wbe"}))


def test_other_types_are_read() -> None:
    srv = look(here(), name="_sql._tcp.db", type="SRV", answers="5432 db.shop.svc.cluster.local.")
    assert passes(srv)
    ptr = look(here(), name="10.96.0.7", type="PTR", answers="Web.shop.svc.cluster.local")
    assert passes(ptr)
    assert passes(look(here(), name="many", answers={"count": 2}))
    assert "lacks 10.0.0.1" in why(look(here(), answers=["10.0.0.1"]))


DENIED = {"name": "nosuch.", "nxdomain": True, "control": "kubernetes.default"}


def test_a_name_that_must_not_exist_counts_beside_one_that_does() -> None:
    assert passes(look(here(), **DENIED))
    found = look(here(), **(DENIED | {"name": "web"}))
    assert why(found) == "pod shop/web: web must not exist, but the answer is: 10.96.0.7"
    broken = look(here(rcode="NXDOMAIN"), **DENIED)
    assert "cannot resolve kubernetes.default" in why(broken)
    with pytest.raises(ValidationError, match="control"):
        DnsCheck.model_validate({"client": WEB, "name": "x", "nxdomain": True})


def test_a_server_that_is_silent_or_fails_is_a_failure_with_its_address() -> None:
    assert why(look(here(silent=True))) == (
        "pod shop/web gets no answer from the name server 10.96.0.10 for web"
    )
    assert "SERVFAIL, says 10.96.0.10" in why(look(here(rcode="SERVFAIL")))
    assert why(look(here(conf="search x\n"))) == (
        "the resolv.conf of pod shop/web names no name server"
    )


def test_a_name_server_may_be_given_by_its_service() -> None:
    dns_service = service("web", "10.96.0.53")
    found = here(running("web", ip="10.244.0.5"), dns_service, conf="")
    asked = look(found, name="web.shop.example.", server="{cluster_ip:shop/web}")
    assert passes(asked)
    assert "53" in found.cluster.nodes["n1"].calls[1][5]  # type: ignore[union-attr]
    gone = look(here(running("web", ip="10.244.0.5")), server="{cluster_ip:shop/web}")
    assert why(gone) == "Service shop/web does not exist"


def test_resolv_conf_is_compared_by_meaning() -> None:
    for ndots in (5, "5"):
        assert passes(look(here(), resolv_conf={"ndots": ndots}))
    assert passes(look(here(), resolv_conf={"search": {"contains": "svc.cluster.local"}}))
    found = why(look(here(), resolv_conf={"ndots": 2}))
    assert found == "resolv.conf of pod shop/web: ndots is 5, not 2"


def test_no_pod_fails_and_no_node_is_unknown() -> None:
    assert why(look(here(service("web")))) == "there is no Pod in shop with app=web"
    lost = world(running("web", ip="10.244.0.5"), nodes=[FakeNode("n1", lost=True)])
    assert look(lost).verdict is Verdict.UNKNOWN
    silent = world(running("web", ip="10.244.0.5"), nodes=[FakeNode("n1")])
    assert look(silent).verdict is Verdict.UNKNOWN


def test_what_is_no_name_is_the_labs_fault() -> None:
    found = look(here(), name="a..b")
    assert found.verdict is Verdict.UNKNOWN and "the lab is at fault" in found.evidence.why


@dataclass(slots=True)
class Elsewhere(TreeNode):
    """The name servers are at another port."""

    port: int = 53

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60) -> CommandResult:
        moved = stdin.replace("$server/53", f"$server/{self.port}")
        return TreeNode.run(self, argv, stdin=moved, timeout=timeout)


def test_questions_go_out_whole_and_answers_come_back(tmp_path: Path) -> None:
    """`kubernetes` is ten letters long: its length is a line feed on the wire."""
    name = "kubernetes.default.svc.cluster.local."
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            data, sender = server.recvfrom(4096)
            server.sendto(response(data, ZONE), sender)

        thread = threading.Thread(target=serve)
        thread.start()
        made = Elsewhere(tmp_path, "n1", server.getsockname()[1])
        round_ = world(nodes=[made]).around().round
        asked = ("127.0.0.1", name)
        found = ask(round_, place_of_node("n1"), [asked], "A", 1.0)
        thread.join()
    assert (found[asked].kind, found[asked].values) == (Kind.FOUND, ("10.96.0.1",))


def test_the_resolv_conf_is_that_of_the_pod(tmp_path: Path) -> None:
    made = node(tmp_path)
    process(made, 11, "00-web-7")
    made.write("/proc/11/root/etc/resolv.conf", "nameserver 10.0.0.1\n")
    made.write("/etc/resolv.conf", "nameserver 10.0.0.2\n")
    round_ = world(nodes=[made]).around().round
    assert resolv_conf_of(round_, place_of_pod(running("web"))).servers == ("10.0.0.1",)
    assert resolv_conf_of(round_, place_of_node("n1")).servers == ("10.0.0.2",)
