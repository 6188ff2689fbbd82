"""`kubeconfig`: what kubectl would do with a file, done without kubectl and its surroundings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grader.checks.certificate import clock
from grader.finding import failed, mismatched, passed, unknown
from grader.kubernetes.kubeconfig import BrokenKubeconfig, Kubeconfig, read_kubeconfig
from grader.meaning.certificate import (
    NoCertificate,
    certificate_facts,
    chain_to,
    has_key,
    read_certificates,
    valid_until,
)
from grader.meaning.compare import compare, compare_text
from grader.nodes.certificate_source import (
    CannotAskServer,
    file_text,
    material_text,
    object_text,
    served,
)
from grader.nodes.kubeconfig_requests import Credentials, KubeAnswer, address, post
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip
from labs.checks.kubeconfig import Access, KubeconfigCheck

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
_REASONS = {
    5: "its proxy is not known",
    6: "its host name is not known on the node",
    7: "the connection is refused",
    28: "there is no answer in time",
    35: "the TLS handshake fails; is the certificate-authority of the file the server's?",
    52: "it closes the connection without an answer",
    56: "it closes the connection",
    58: "the client certificate cannot be used",
    60: "its certificate is not trusted by the certificate-authority of the file",
    77: "the certificate-authority of the file cannot be used",
}


@dataclass(frozen=True, slots=True)
class _Opened:
    """The file with all that it refers to."""

    config: Kubeconfig
    credentials: Credentials
    place: str


def look(args: KubeconfigCheck, around: Surroundings) -> Finding:
    place = f"{args.node}:{args.path}"
    try:
        text = file_text(around.round, args.node, args.path)
        config = read_kubeconfig(text, args.path, args.context)
        if config.plugin:
            return unknown(f"{place} gets its credentials from {config.plugin}, which is not run")
        opened = _Opened(config, _credentials(config, args.node, around), place)
        return _judge(args, opened, around)
    except BrokenKubeconfig as state:
        return failed(
            f"{place}: {state.message}", expected="a kubeconfig", actual="broken", path=place
        )
    except NoCertificate as state:
        return failed(state.message, expected="a kubeconfig", actual="broken", path=place)
    except CannotAskServer as trouble:
        return unknown(trouble.message)


def _credentials(config: Kubeconfig, node: str, around: Surroundings) -> Credentials:
    def text(name: str) -> str:
        material = getattr(config, name)
        return material_text(around.round, node, material) if material else ""

    return Credentials(text("ca"), text("certificate"), text("key"), text("token").strip())


def _judge(args: KubeconfigCheck, opened: _Opened, around: Surroundings) -> Finding:
    finding = _said(args, opened) or _key(opened)
    if finding is not None:
        return finding
    wishes = [*args.can, *args.cannot] or [Access(verb="get", path="/version")]
    reviews = [(_REVIEWS, _review(wish)) for wish in wishes]
    answers = post(
        around.round, args.node, opened.config, opened.credentials, reviews, around.time_scale
    )
    if answers is None or len(answers) < len(reviews):
        return unknown(f"curl does not work on {args.node}")
    for answer in answers:
        if answer.status != 201:
            return _not_accepted(args, opened, answer, around)
    user, groups = _who(opened, around)
    finding = (
        _cluster(args, opened, around)
        or _identity(args, opened, user, groups)
        or _allowed(args, opened, user, answers)
    )
    return finding or passed(
        expected=f"a working kubeconfig of {args.user or 'a user'}",
        actual=f"{user} of {', '.join(groups)} at {opened.config.server}",
    )


def _said(args: KubeconfigCheck, opened: _Opened) -> Finding | None:
    config = opened.config
    if config.insecure and not args.insecure:
        return failed(
            f"{opened.place} leaves the server's certificate unverified",
            expected="a certificate-authority",
            actual="insecure-skip-tls-verify: true",
            path=f"{opened.place} insecure-skip-tls-verify",
        )
    if not config.server.startswith("https://"):
        return failed(
            f"{opened.place}: its server {config.server} is not asked over TLS",
            expected="https",
            actual=config.server,
            path=f"{opened.place} server",
        )
    for name, expected, actual in (
        ("server", args.server, config.server.rstrip("/")),
        ("namespace", args.namespace, config.namespace),
    ):
        if expected is not None:
            wanted = expected.rstrip("/") if isinstance(expected, str) else expected
            mismatch = compare_text(wanted, actual, name)
            if mismatch is not None:
                return mismatched(mismatch, opened.place)
    return None


def _key(opened: _Opened) -> Finding | None:
    credentials = opened.credentials
    if not credentials.certificate:
        return None
    certificate = read_certificates(credentials.certificate)[0]
    if has_key(credentials.key, certificate):
        return None
    return failed(
        f"{opened.place}: the client-key is not that of the client-certificate",
        expected="the certificate's own key",
        actual="another key",
        path=f"{opened.place} client-key",
    )


def _review(wish: Access) -> dict[str, Any]:
    spec: dict[str, Any]
    if wish.path:
        spec = {"nonResourceAttributes": {"path": wish.path, "verb": wish.verb}}
    else:
        named, _, subresource = wish.resource.partition("/")
        resource, _, group = named.partition(".")
        attributes = {
            "verb": wish.verb,
            "group": group,
            "resource": resource,
            "subresource": subresource,
            "namespace": wish.namespace,
            "name": wish.name,
        }
        filled = {key: value for key, value in attributes.items() if value}
        spec = {"resourceAttributes": filled}
    kind = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    return {**kind, "spec": spec}


def _not_accepted(
    args: KubeconfigCheck, opened: _Opened, answer: KubeAnswer, around: Surroundings
) -> Finding:
    """That the API server answers us, and so could have answered the file, is asked first."""
    around.round.request("GET", "/version")
    server = opened.config.server
    if answer.status == 0:
        code, message = answer.problem
        reason = _REASONS.get(code) or clip(message, 90)
        why = f"{opened.place}: {server} cannot be used from {args.node}: {reason}"
    elif answer.status == 401:
        reason = "401 Unauthorized"
        why = f"{opened.place}: the API server does not accept its credentials"
        why += _expired(args, opened, around)
    else:
        body = answer.body
        reason = str(body.get("message") if isinstance(body, dict) else body)
        why = f"{opened.place}: {server} answers {answer.status}: {clip(reason, 90)}"
    if not (opened.credentials.certificate or opened.credentials.token):
        old = "a name and password, which no server takes" if opened.config.password else "none"
        why += f"; its credentials: {old}"
    return failed(why, expected="an accepted user", actual=reason, path=opened.place)


def _expired(args: KubeconfigCheck, opened: _Opened, around: Surroundings) -> str:
    if not opened.credentials.certificate:
        return ""
    certificate = read_certificates(opened.credentials.certificate)[0]
    now: datetime = clock(args.node, around)
    if now > valid_until(certificate):
        return f": its certificate expired at {valid_until(certificate).isoformat()}"
    return f": its certificate was issued by {certificate.issuer.rfc4514_string()}"


def _who(opened: _Opened, around: Surroundings) -> tuple[str, list[str]]:
    """As the API server takes accepted credentials: a certificate stands before a token."""
    if opened.config.impersonates:
        return opened.config.impersonates, []
    if opened.credentials.certificate:
        subject = certificate_facts(read_certificates(opened.credentials.certificate)[0])["subject"]
        return str(subject.get("CN", "")), [*subject.get("O", []), "system:authenticated"]
    kind = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
    body = {**kind, "spec": {"token": opened.credentials.token}}
    answer = around.round.request("POST", _TOKEN_REVIEWS, body)
    status = answer.body.get("status") if isinstance(answer.body, dict) else {}
    user = (status or {}).get("user") or {}
    return str(user.get("username", "")), [str(group) for group in user.get("groups") or []]


def _cluster(args: KubeconfigCheck, opened: _Opened, around: Surroundings) -> Finding | None:
    """The server shows a certificate of this cluster's authority, as its own pods trust it."""
    anchors = read_certificates(_root(around))
    name = opened.config.tls_server_name
    where = address(opened.config)
    shown = read_certificates(served(around.round, args.node, where, name, around.time_scale))
    if chain_to(shown[0], shown[1:], anchors, clock(args.node, around)) is not None:
        return None
    return failed(
        f"{opened.place}: {opened.config.server} is not this cluster's API server: "
        f"its certificate is by {shown[0].issuer.rfc4514_string()}",
        expected=anchors[0].subject.rfc4514_string(),
        actual=shown[0].issuer.rfc4514_string(),
        path=f"{opened.place} server",
    )


def _root(around: Surroundings) -> str:
    try:
        return object_text(around.round, "ConfigMap", "kube-system/kube-root-ca.crt", "ca.crt")
    except NoCertificate:
        name = "kube-system/extension-apiserver-authentication"
    try:
        return object_text(around.round, "ConfigMap", name, "client-ca-file")
    except NoCertificate as state:
        raise CannotAskServer("the cluster publishes no certificate authority", "") from state


def _identity(
    args: KubeconfigCheck, opened: _Opened, user: str, groups: list[str]
) -> Finding | None:
    if args.user is not None:
        mismatch = compare(args.user, user, "user")
        if mismatch is not None:
            return mismatched(mismatch, opened.place)
    lacking = [group for group in args.groups if group not in groups]
    if not lacking:
        return None
    return failed(
        f"{opened.place} is {user} of {', '.join(groups) or 'no group'}, "
        f"not of {', '.join(lacking)}",
        expected=args.groups,
        actual=groups,
        path=f"{opened.place} groups",
    )


def _allowed(
    args: KubeconfigCheck, opened: _Opened, user: str, answers: list[KubeAnswer]
) -> Finding | None:
    """A denial counts, since the same client has just been taken for somebody and answered."""
    wishes = [(wish, True) for wish in args.can] + [(wish, False) for wish in args.cannot]
    for (wish, wanted), answer in zip(wishes, answers, strict=False):
        status = answer.body.get("status") or {} if isinstance(answer.body, dict) else {}
        if bool(status.get("allowed")) != wanted:
            what = f"{wish.verb} {wish.path or wish.resource} {wish.name}".strip()
            where = f" in {wish.namespace}" if wish.namespace else ""
            return failed(
                f"{opened.place}: {user} {'may not' if wanted else 'may'} {what}{where}",
                expected="allowed" if wanted else "denied",
                actual="denied" if wanted else "allowed",
                path=f"{opened.place} {what}",
            )
    return None
