import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.resolver import (
    SILENCE,
    Answer,
    Kind,
    ResolvConf,
    parse_resolv_conf,
    query,
    read_answer,
    reverse_name,
    settle,
)

POD = ResolvConf(("10.96.0.10",), ("shop.svc.cluster.local", "svc.cluster.local"), 5)


def test_resolv_conf_is_read_as_the_c_library_reads_it() -> None:
    text = """# a comment
search old.example
nameserver 10.96.0.10
nameserver fe80::1%eth0
; another
search a.example  b.example
options edns0 ndots:2 timeout:1
nameserver 10.0.0.3
nameserver 10.0.0.4
"""
    assert parse_resolv_conf(text) == ResolvConf(
        ("10.96.0.10", "fe80::1", "10.0.0.3"), ("a.example", "b.example"), 2
    )
    assert parse_resolv_conf("domain x.example y\n") == ResolvConf((), ("x.example",), 1)
    assert parse_resolv_conf("options ndots:99 ndots:x") == ResolvConf((), (), 15)


def test_the_search_list_is_tried_first_below_ndots_and_last_from_there_on() -> None:
    assert POD.candidates("web") == [
        "web.shop.svc.cluster.local.",
        "web.svc.cluster.local.",
        "web.",
    ]
    assert POD.candidates("a.b.c.d.e.f")[0] == "a.b.c.d.e.f."
    assert POD.candidates("web.") == ["web."]
    assert ResolvConf((), (".",), 1).candidates("web") == ["web."]


def answer(name: str, kind: str, *records: str, rcode: str = "NOERROR") -> tuple[bytes, bytes]:
    asked = query(name, kind, 7)
    message = dns.message.make_response(dns.message.from_wire(asked))
    message.set_rcode(dns.rcode.from_text(rcode))
    for record in records:
        owner, ttl, class_, type_, value = record.split(" ", 4)
        message.answer.append(dns.rrset.from_text(owner, int(ttl), class_, type_, value))
    return asked, message.to_wire()


def test_an_answer_is_followed_through_its_aliases() -> None:
    wires = answer(
        "Web.example.",
        "A",
        "web.example. 5 IN CNAME b.example.",
        "b.example. 5 IN A 10.0.0.2",
        "other.example. 5 IN A 10.0.0.9",
    )
    assert read_answer(*wires, "A") == Answer(Kind.FOUND, ("10.0.0.2",))


def test_names_lose_their_last_dot_and_srv_its_weights() -> None:
    wires = answer("_h._tcp.x.", "SRV", "_h._tcp.x. 5 IN SRV 0 33 80 Web-0.x.")
    assert read_answer(*wires, "SRV").values == ("80 web-0.x",)
    wires = answer("x.", "CNAME", "x. 5 IN CNAME Y.example.")
    assert read_answer(*wires, "CNAME").values == ("y.example",)


def test_what_is_no_record_is_told_apart() -> None:
    assert read_answer(*answer("x.", "A"), "A").kind is Kind.NO_DATA
    assert read_answer(*answer("x.", "A", rcode="NXDOMAIN"), "A").kind is Kind.NO_NAME
    assert read_answer(*answer("x.", "A", rcode="SERVFAIL"), "A") == Answer(
        Kind.FAILURE, rcode="SERVFAIL"
    )


def test_an_answer_to_another_question_is_silence() -> None:
    asked, _ = answer("x.", "A")
    _, other = answer("y.", "A", "y. 5 IN A 10.0.0.1")
    assert read_answer(asked, other, "A") == SILENCE
    assert read_answer(asked, b"junk", "A") == SILENCE


def test_a_truncated_answer_is_a_failure() -> None:
    asked, wire = answer("x.", "A", "x. 5 IN A 10.0.0.1")
    message = dns.message.from_wire(wire)
    message.flags |= dns.flags.TC
    assert read_answer(asked, message.to_wire(), "A").kind is Kind.FAILURE


def test_an_address_is_looked_up_by_its_reverse_name() -> None:
    assert reverse_name("10.96.0.1") == "1.0.96.10.in-addr.arpa."
    assert reverse_name("web") == "web"


def test_what_is_no_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="no name"):
        query("a..b.", "A", 1)


FOUND, NO_NAME = Answer(Kind.FOUND, ("10.0.0.1",)), Answer(Kind.NO_NAME)
SERVFAIL = Answer(Kind.FAILURE, rcode="SERVFAIL")


def test_the_first_candidate_that_is_found_ends_the_search() -> None:
    known = {"web.svc.cluster.local.": FOUND}
    found = settle(POD, "web", lambda server, name: known.get(name, NO_NAME))
    assert found == ("web.svc.cluster.local.", FOUND)


def test_a_server_that_fails_is_followed_by_the_next() -> None:
    two = ResolvConf(("10.0.0.1", "10.0.0.2"), (), 1)
    failing = {"10.0.0.1": SERVFAIL, "10.0.0.2": FOUND}
    silent = {"10.0.0.1": SILENCE, "10.0.0.2": FOUND}
    assert settle(two, "a.b", lambda server, name: failing[server])[1] == FOUND
    assert settle(two, "a.b", lambda server, name: silent[server])[1] == FOUND
    assert settle(two, "a.b", lambda server, name: SERVFAIL) == ("a.b.", SERVFAIL)


def test_a_name_that_a_server_denies_is_not_asked_of_the_next() -> None:
    two = ResolvConf(("10.0.0.1", "10.0.0.2"), (), 1)
    answers = {"10.0.0.1": NO_NAME, "10.0.0.2": FOUND}
    assert settle(two, "a.b", lambda server, name: answers[server])[1] == NO_NAME


@given(st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5}){0,6}\.?", fullmatch=True), st.integers(0, 15))
def test_every_candidate_is_absolute_and_the_name_itself_is_among_them(
    name: str, ndots: int
) -> None:
    candidates = ResolvConf((), ("a.example", "b.example."), ndots).candidates(name)
    assert all(one.endswith(".") and ".." not in one for one in candidates)
    assert name.rstrip(".") + "." in candidates
    assert len(set(candidates)) == len(candidates)
