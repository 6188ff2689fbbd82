"""`dns`: what a name resolves to for each client, by its own resolv.conf."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from grader.finding import failed, mismatched, passed
from grader.kubernetes.filled_address import NoSuchAddress, fill_addresses
from grader.kubernetes.service_address import cluster_ips, ready_addresses
from grader.meaning.compare import compare, compare_document
from grader.meaning.operators import is_operators
from grader.meaning.resolver import Answer, Kind, ResolvConf, normal_name, reverse_name, settle
from grader.nodes.name_service import ask, resolv_conf_of
from grader.nodes.pod_network import NoSuchPlace, Place, places
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import show
from labs.checks.dns import DnsCheck
from labs.errors import SeatrialError


class NoName(SeatrialError):
    """A check asks for a name that DNS cannot carry: the lab's author made a mistake."""


def look(args: DnsCheck, around: Surroundings) -> Finding:
    answers: list[str] = []
    try:
        server = fill_addresses(args.server, around.round).strip("[]")
        same = _addresses(args, around.round)
        for place in places(around.round, args.client):
            conf = resolv_conf_of(around.round, place)
            finding = _configured(args, conf, place)
            if server:
                conf = replace(conf, servers=(server,))
            found = finding or _serverless(conf, place) or _judge(args, conf, place, same, around)
            if isinstance(found, Finding):
                return found
            answers.append(", ".join(found.values) or str(found))
    except (NoSuchPlace, NoSuchAddress) as state:
        return failed(state.message, expected=f"an answer for {args.name}", actual="none")
    return passed(expected=f"{args.name} {args.type}", actual="; ".join(sorted(set(answers))))


def _configured(args: DnsCheck, conf: ResolvConf, place: Place) -> Finding | None:
    facts = {"servers": list(conf.servers), "search": list(conf.search), "ndots": conf.ndots}
    mismatch = compare_document(args.resolv_conf, facts)
    return None if mismatch is None else mismatched(mismatch, f"resolv.conf of {place.name}")


def _serverless(conf: ResolvConf, place: Place) -> Finding | None:
    if conf.servers:
        return None
    path = f"resolv.conf of {place.name}"
    return failed(
        f"the {path} names no name server", expected="a name server", actual="none", path=path
    )


def _judge(
    args: DnsCheck, conf: ResolvConf, place: Place, same: list[str], around: Surroundings
) -> Finding | Answer:
    if args.control:
        _, control = _look_up(args.control, "A", conf, place, around)
        if control.kind is not Kind.FOUND:
            return _unresolved(args.control, "A", control, conf, place)
    full, answer = _look_up(reverse_name(args.name), args.type, conf, place, around)
    if args.nxdomain:
        return answer if answer.kind is Kind.NO_NAME else _exists(args, answer, place)
    if answer.kind is not Kind.FOUND:
        return _unresolved(args.name, args.type, answer, conf, place)
    if args.same_as is not None and args.same_as.name:
        _, other = _look_up(reverse_name(args.same_as.name), args.type, conf, place, around)
        if other.kind is not Kind.FOUND:
            return _unresolved(args.same_as.name, args.type, other, conf, place)
        same = list(other.values)
    return _compare(args, answer, same, f"{place.name}: {full.rstrip('.')} {args.type}") or answer


def _look_up(
    name: str, kind: str, conf: ResolvConf, place: Place, around: Surroundings
) -> tuple[str, Answer]:
    questions = [(server, one) for server in conf.servers for one in conf.candidates(name)]
    try:
        answers = ask(around.round, place, questions, kind, around.time_scale)
    except ValueError as error:
        raise NoName(str(error), "Write a host name.") from error
    return settle(conf, name, lambda server, one: answers[server, one])


def _unresolved(name: str, kind: str, answer: Answer, conf: ResolvConf, place: Place) -> Finding:
    servers = ", ".join(conf.servers)
    if answer.kind is Kind.SILENCE:
        why = f"{place.name} gets no answer from the name server {servers} for {name}"
    else:
        why = f"{place.name} cannot resolve {name} ({kind}): {answer}, says {servers}"
    return failed(
        why, expected=f"a record {kind}", actual=str(answer), path=f"{place.name}: {name} {kind}"
    )


def _exists(args: DnsCheck, answer: Answer, place: Place) -> Finding:
    actual = ", ".join(answer.values) or str(answer)
    return failed(
        f"{place.name}: {args.name} must not exist, but the answer is: {actual}",
        expected="NXDOMAIN",
        actual=actual,
        path=f"{place.name}: {args.name} {args.type}",
    )


def _compare(args: DnsCheck, answer: Answer, same: list[str], path: str) -> Finding | None:
    values = list(answer.values)
    if args.same_as is not None and set(same) != set(values):
        of = f"Service {args.same_as.service}" if args.same_as.service else args.same_as.name
        return failed(
            f"{path} is {show(values)}, not {show(same)} as {of} has",
            expected=same,
            actual=values,
            path=path,
        )
    if args.answers is None:
        return None
    wanted: Any = args.answers
    if not is_operators(wanted):
        listed = wanted if isinstance(wanted, list) else [wanted]
        wanted = {"set": [normal_name(str(one)) for one in listed]}
    mismatch = compare(wanted, values, "answers")
    return None if mismatch is None else mismatched(mismatch, path)


def _addresses(args: DnsCheck, round_: Round) -> list[str]:
    """What a Service's name should resolve to. Raises NoSuchPlace."""
    if args.same_as is None or not args.same_as.service:
        return []
    namespace, _, name = args.same_as.service.partition("/")
    service = round_.object("Service", name, namespace)
    if service is None:
        raise NoSuchPlace(f"Service {args.same_as.service} does not exist")
    ips = cluster_ips(service) or [
        one.ip for one in ready_addresses(round_.object("Endpoints", name, namespace), None)
    ]
    version = 6 if args.type == "AAAA" else 4
    found = sorted({ip for ip in ips if ip_address(ip).version == version})
    if not found:
        raise NoSuchPlace(f"Service {args.same_as.service} has no address to compare with")
    return found
