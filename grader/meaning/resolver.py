"""How names are looked up: resolv.conf(5) as the C library reads it, what answers mean. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.reversename

MOST_SERVERS = 3
"""Of a resolv.conf; further ones are not asked."""


@dataclass(frozen=True, slots=True)
class ResolvConf:
    servers: tuple[str, ...]
    search: tuple[str, ...] = ()
    ndots: int = 1

    def candidates(self, name: str) -> list[str]:
        """The absolute names that are tried for `name`, in order."""
        if name.endswith("."):
            return [name]
        suffixes = [one.strip(".") for one in self.search]
        listed = [f"{name}.{one}." if one else f"{name}." for one in suffixes]
        own = f"{name}."
        first = name.count(".") >= self.ndots
        return list(dict.fromkeys([own, *listed] if first else [*listed, own]))


def parse_resolv_conf(text: str) -> ResolvConf:
    """The last `search` or `domain` line holds; of servers the first three."""
    servers: list[str] = []
    search: tuple[str, ...] = ()
    ndots = 1
    for line in text.splitlines():
        words = line.split()
        if not words or words[0][0] in "#;":
            continue
        if words[0] == "nameserver" and len(words) > 1:
            servers.append(words[1].partition("%")[0])
        elif words[0] in ("search", "domain"):
            search = tuple(words[1:]) if words[0] == "search" else tuple(words[1:2])
        elif words[0] == "options":
            for option in words[1:]:
                key, _, value = option.partition(":")
                if key == "ndots" and value.isdigit():
                    ndots = min(int(value), 15)
    return ResolvConf(tuple(servers[:MOST_SERVERS]), search, ndots)


class Kind(Enum):
    """What one answer of a server means."""

    FOUND = "found"
    NO_DATA = "the name exists, but has no such record"
    NO_NAME = "NXDOMAIN"
    FAILURE = "failure"
    """SERVFAIL, REFUSED and kin: the next server is asked."""
    SILENCE = "no answer in time"


@dataclass(frozen=True, slots=True)
class Answer:
    kind: Kind
    values: tuple[str, ...] = ()
    rcode: str = ""

    def __str__(self) -> str:
        return self.rcode if self.kind is Kind.FAILURE else self.kind.value


SILENCE = Answer(Kind.SILENCE)


def reverse_name(name: str) -> str:
    """`1.0.244.10.in-addr.arpa.` for an address; a name stays as it is."""
    try:
        ip_address(name)
    except ValueError:
        return name
    return str(dns.reversename.from_address(name))


def query(name: str, kind: str, id_: int) -> bytes:
    """The question on the wire. Raises ValueError for what is no name."""
    try:
        message = dns.message.make_query(
            dns.name.from_text(name), kind, use_edns=0, payload=4096, id=id_
        )
    except dns.exception.DNSException as error:
        raise ValueError(f"{name} is no name that DNS can carry") from error
    return message.to_wire()


def read_answer(asked: bytes, got: bytes, kind: str) -> Answer:
    """What a server answered to `query`; silence when this is no answer to it."""
    try:
        question, message = dns.message.from_wire(asked), dns.message.from_wire(got)
    except dns.exception.DNSException:
        return SILENCE
    if not question.is_response(message):
        return SILENCE
    rcode = message.rcode()
    if rcode not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return Answer(Kind.FAILURE, rcode=dns.rcode.to_text(rcode))
    if message.flags & dns.flags.TC:
        return Answer(Kind.FAILURE, rcode="a truncated answer")
    if rcode == dns.rcode.NXDOMAIN:
        return Answer(Kind.NO_NAME)
    values = tuple(sorted(set(_values(message, kind))))
    return Answer(Kind.FOUND, values) if values else Answer(Kind.NO_DATA)


def _values(message: dns.message.Message, kind: str) -> Iterator[str]:
    """The records of this type at the end of the chain of aliases."""
    wanted = dns.rdatatype.from_text(kind)
    name = message.question[0].name
    for _ in range(16):
        found = message.get_rrset(message.answer, name, dns.rdataclass.IN, wanted)
        if found is not None:
            yield from (_text(one, kind) for one in found)
            return
        alias = message.get_rrset(message.answer, name, dns.rdataclass.IN, dns.rdatatype.CNAME)
        if alias is None:
            return
        name = alias[0].target


def _text(record: object, kind: str) -> str:
    """Names without the last dot, in lower case; of SRV port and target, which are asked for."""
    if kind == "SRV":
        port, target = getattr(record, "port", 0), getattr(record, "target", "")
        return f"{port} {normal_name(str(target))}"
    return normal_name(str(record))


def normal_name(text: str) -> str:
    return text.rstrip(".").lower()


def settle(conf: ResolvConf, name: str, ask: Callable[[str, str], Answer]) -> tuple[str, Answer]:
    """The name that was found, or the last that was tried, with its answer.

    `ask` tells what a server (its address) answers for an absolute name.
    """
    tried: tuple[str, Answer] = (name, SILENCE)
    worst: tuple[str, Answer] | None = None
    for candidate in conf.candidates(name):
        answer = SILENCE
        for server in conf.servers:
            answer = ask(server, candidate)
            if answer.kind not in (Kind.FAILURE, Kind.SILENCE):
                break
        tried = (candidate, answer)
        if answer.kind is Kind.FOUND:
            return tried
        if answer.kind is Kind.SILENCE:
            return tried
        if answer.kind is Kind.FAILURE:
            worst = worst or tried
    return worst or tried
