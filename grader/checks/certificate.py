"""`certificate`: what a certificate says, whether its key and chain hold, and since when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509

from grader.finding import failed, mismatched, passed, unknown
from grader.meaning.certificate import (
    NoCertificate,
    alternative_names,
    certificate_facts,
    chain_to,
    fingerprint,
    has_key,
    normal_name,
    normal_usage,
    usages,
    valid_from,
    valid_until,
)
from grader.meaning.compare import compare_document
from grader.meaning.dates_in_text import instants
from grader.nodes.certificate_source import (
    CannotAskServer,
    chosen,
    file_text,
    find_source,
    object_text,
)
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.certificate import CertificateCheck


@dataclass(frozen=True, slots=True)
class _Subject:
    """The certificate that is judged, and what lies beside it."""

    certificate: x509.Certificate
    beside: list[x509.Certificate]
    place: str
    text: str


def look(args: CertificateCheck, around: Surroundings) -> Finding:
    try:
        return _look(args, around)
    except NoCertificate as state:
        return failed(state.message, expected="a certificate", path=_place(args))
    except CannotAskServer as trouble:
        return unknown(trouble.message)


def baseline(args: CertificateCheck, around: Surroundings) -> Any:
    """Which certificate was there; {} when none was."""
    if not (args.newer_than_baseline or args.outlasts_baseline or args.reported_in):
        return {}
    try:
        found = find_source(around.round, args, around.time_scale)
        certificate, _ = chosen(found, args.common_name)
    except NoCertificate:
        return {}
    facts = certificate_facts(certificate)
    return {name: facts[name] for name in ("fingerprint", "notBefore", "notAfter")}


def _look(args: CertificateCheck, around: Surroundings) -> Finding:
    found = find_source(around.round, args, around.time_scale)
    certificate, beside = chosen(found, args.common_name)
    subject = _Subject(certificate, beside, found.place, found.text)
    now = clock(args.node, around)
    finding = (
        _validity(args, subject, now)
        or _names(args, subject)
        or _usages(args, subject)
        or _facts(args, subject)
        or _key(args, subject, around)
        or _issuer(args, subject, now, around)
        or _same(args, subject, around)
        or _since(args, subject, around)
        or _report(args, subject, around)
    )
    end, mark = valid_until(certificate).isoformat(), fingerprint(certificate)[:16]
    return finding or passed(actual=f"{certificate.subject.rfc4514_string()} until {end}, {mark}")


def clock(node: str, around: Surroundings) -> datetime:
    """The node's time; without a node, the API server's."""
    if not node:
        return around.round.api_time()
    text = around.round.run(node, ["date", "+%s"]).stdout.strip()
    return datetime.fromtimestamp(int(text), UTC)


def _place(args: CertificateCheck) -> str:
    where = args.file or args.kubeconfig or args.served
    return f"{args.node}:{where}" if where else (args.secret or args.config_map)


def _validity(args: CertificateCheck, subject: _Subject, now: datetime) -> Finding | None:
    begin, end = valid_from(subject.certificate), valid_until(subject.certificate)
    if args.valid and now > end:
        why = f"the certificate of {subject.place} expired at {end.isoformat()}"
    elif args.valid and now < begin:
        why = f"the certificate of {subject.place} is valid only from {begin.isoformat()}"
    elif args.days and end - now < timedelta(days=args.days):
        left = (end - now).total_seconds() / 86400
        why = f"the certificate of {subject.place} ends in {left:.1f} days, not in {args.days}"
    else:
        return None
    return failed(
        why,
        expected=f"valid for {args.days} days" if args.days else "valid now",
        actual=f"from {begin.isoformat()} to {end.isoformat()}; now {now.isoformat()}",
        path=f"{subject.place} notAfter",
    )


def _names(args: CertificateCheck, subject: _Subject) -> Finding | None:
    there = set(alternative_names(subject.certificate))
    wanted = {normal_name(name) for name in args.names}
    lacking, more = sorted(wanted - there), sorted(there - wanted)
    if lacking:
        why = f"{subject.place} lacks the subject alternative name {', '.join(lacking)}"
    elif args.only_names and more:
        why = f"{subject.place} has subject alternative names besides: {', '.join(more)}"
    else:
        return None
    return failed(why, expected=sorted(wanted), actual=sorted(there), path=f"{subject.place} sans")


def _usages(args: CertificateCheck, subject: _Subject) -> Finding | None:
    there = usages(subject.certificate)
    normal = {normal_usage(one) for one in there}
    lacking = [one for one in args.usages if normal_usage(one) not in normal]
    if not lacking:
        return None
    return failed(
        f"the certificate of {subject.place} is not for {', '.join(lacking)}",
        expected=args.usages,
        actual=there,
        path=f"{subject.place} usages",
    )


def _facts(args: CertificateCheck, subject: _Subject) -> Finding | None:
    mismatch = compare_document(args.expect, certificate_facts(subject.certificate))
    return None if mismatch is None else mismatched(mismatch, subject.place)


def _key(args: CertificateCheck, subject: _Subject, around: Surroundings) -> Finding | None:
    """A kubeconfig's own key must fit unasked: it is of no use otherwise."""
    place, text = subject.place, subject.text
    if args.private_key and args.secret:
        place = f"Secret {args.secret} {args.private_key}"
        text = object_text(around.round, "Secret", args.secret, args.private_key)
    elif args.private_key:
        place = f"{args.node}:{args.private_key}"
        text = file_text(around.round, args.node, args.private_key)
    elif not args.kubeconfig or args.part == "ca":
        return None
    try:
        fits = has_key(text, subject.certificate)
    except NoCertificate as state:
        return failed(f"{place}: {state.message}", expected="a private key", path=place)
    if fits:
        return None
    return failed(
        f"the private key of {place} is not that of the certificate of {subject.place}",
        expected="the certificate's own key",
        actual="another key",
        path=place,
    )


def _issuer(
    args: CertificateCheck, subject: _Subject, now: datetime, around: Surroundings
) -> Finding | None:
    if args.issued_by is None:
        return None
    authority = find_source(around.round, args.issued_by, around.time_scale)
    anchors = authority.certificates()
    if args.issued_by.common_name:
        anchors = [chosen(authority, args.issued_by.common_name)[0]]
    if chain_to(subject.certificate, subject.beside, anchors, now) is not None:
        return None
    by = subject.certificate.issuer.rfc4514_string()
    return failed(
        f"the certificate of {subject.place} was not issued by {authority.place}: it names {by}, "
        "and no signature leads there",
        expected=anchors[0].subject.rfc4514_string(),
        actual=by,
        path=f"{subject.place} issuer",
    )


def _same(args: CertificateCheck, subject: _Subject, around: Surroundings) -> Finding | None:
    if args.same_as is None:
        return None
    other = find_source(around.round, args.same_as, around.time_scale)
    certificate, _ = chosen(other, args.same_as.common_name)
    here, there = fingerprint(subject.certificate), fingerprint(certificate)
    if here == there:
        return None
    return failed(
        f"{other.place} has another certificate than {subject.place}: "
        f"it ends at {valid_until(certificate).isoformat()}, "
        f"not at {valid_until(subject.certificate).isoformat()}",
        expected=here[:16],
        actual=there[:16],
        path=f"{other.place} fingerprint",
    )


def _since(args: CertificateCheck, subject: _Subject, around: Surroundings) -> Finding | None:
    if not (args.newer_than_baseline or args.outlasts_baseline):
        return None
    if around.baseline is None:
        return unknown(f"which certificate {subject.place} had after setup has not been recorded")
    if not around.baseline:
        return None
    begin = datetime.fromisoformat(around.baseline["notBefore"])
    end = datetime.fromisoformat(around.baseline["notAfter"])
    certificate = subject.certificate
    if around.baseline["fingerprint"] == fingerprint(certificate):
        why = f"{subject.place} still has the certificate from before the lab began"
    elif args.outlasts_baseline and valid_until(certificate) <= end:
        why = f"{subject.place} has another certificate, which ends no later than the one before"
    elif args.newer_than_baseline and not (
        valid_from(certificate) > begin or valid_until(certificate) > end
    ):
        why = f"{subject.place} has another certificate, but an older one"
    else:
        return None
    return failed(
        why,
        expected=f"one that ends after {end.isoformat()}",
        actual=valid_until(certificate).isoformat(),
        path=f"{subject.place} notAfter",
    )


def _report(args: CertificateCheck, subject: _Subject, around: Surroundings) -> Finding | None:
    """The end of the certificate as it is, or as it was before the learner renewed it."""
    if not args.reported_in:
        return None
    place = f"{args.node}:{args.reported_in}"
    text = file_text(around.round, args.node, args.reported_in)
    ends = [valid_until(subject.certificate)]
    if around.baseline:
        ends.append(datetime.fromisoformat(around.baseline["notAfter"]))
    written = list(instants(text))
    if any(one.means(end) for one in written for end in ends):
        return None
    there = ", ".join(one.begin.isoformat() for one in written[:3]) or "no date"
    return failed(
        f"{place} does not name the end of {subject.place}; it names {there}",
        expected=" or ".join(end.isoformat() for end in ends),
        actual=there,
        path=place,
    )
