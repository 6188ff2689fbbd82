"""`can_i`: what the API server's authorizers answer about somebody (SubjectAccessReview).

The server answers about names that do not exist as readily as about those that do
(kubernetes#63791), so everything that is named is looked up first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.finding import failed, passed, unknown
from grader.kubernetes.api import ApiRefused, UnknownKind
from grader.kubernetes.discovery import groups_with, served_resource
from grader.kubernetes.rbac import ResourceRequest, grants, read_binding
from grader.kubernetes.subject import Identity, identity_of, lacks_account
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.can_i import CanICheck, Permission, Through
from labs.errors import SeatrialError

REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
_NOT_LISTED = frozenset({"users", "groups", "uids", "userextras", "signers"})
"""Resources that only permissions know: whom one may impersonate, for whom one may sign."""
_GRANTED = re.compile(r'allowed by (\w+) "([^"]+)" of (\w+) "([^"]+)"')
_NO_SUCH_ROLE = re.compile(r'[\w.]+ "[^"]*" not found')


@dataclass(frozen=True, slots=True)
class Cell:
    """One verb of the matrix."""

    verb: str
    permission: Permission

    def __str__(self) -> str:
        one = self.permission
        what = one.path or f"{one.resource}{f' {one.name}' if one.name else ''}"
        if one.path or not one.namespace:
            return f"{self.verb} {what}"
        return f"{self.verb} {what} in {one.namespace}"

    def attributes(self) -> ResourceRequest:
        group, name, subresource = parts_of(self.permission.resource)
        return ResourceRequest(
            self.verb, group, name, subresource, self.permission.namespace, self.permission.name
        )


@dataclass(frozen=True, slots=True)
class Review:
    allowed: bool
    reason: str
    trouble: str
    """What kept the authorizers from an answer that counts."""


def look(args: CanICheck, around: Surroundings) -> Finding:
    who = identity_of(args)
    lack = lacks_account(around.round, args)
    if lack:
        return failed(lack, expected=who.title, actual="none", path=who.title)
    for permission in (*args.allowed, *args.denied):
        _demand_existence(permission, around)
    for cell in _cells(args.allowed):
        finding = _allowed(args, cell, who, around)
        if finding is not None:
            return finding
    for cell in _cells(args.denied):
        review = _review(cell, who, around)
        if review.allowed:
            return _too_much(cell, who, review)
        if review.trouble:
            return unknown(f"whether {who.title} may {cell}: {review.trouble}")
    asked = len(list(_cells(args.allowed))), len(list(_cells(args.denied)))
    return passed(actual=f"{who.title}: {asked[0]} allowed, {asked[1]} denied")


def _cells(permissions: list[Permission]) -> Iterator[Cell]:
    for permission in permissions:
        for verb in permission.verbs:
            yield Cell(verb, permission)


def parts_of(resource: str) -> tuple[str, str, str]:
    """`deployments.apps/scale` is group apps, resource deployments, subresource scale."""
    if resource == "*":
        return "*", "*", ""
    whole, _, subresource = resource.partition("/")
    name, _, group = whole.partition(".")
    return group, name, subresource


def _demand_existence(permission: Permission, around: Surroundings) -> None:
    """Raises UnknownKind, ApiRefused for what is not there: states of the cluster."""
    group, name, subresource = parts_of(permission.resource)
    if permission.path or name == "*" or name in _NOT_LISTED:
        return
    listed = f"{name}/{subresource}" if subresource and subresource != "*" else name
    served = served_resource(around.round, group, listed)
    if served is None:
        others = " and ".join(groups_with(around.round, listed))
        hint = f"; it is in {others}" if others else ""
        raise UnknownKind(
            f"the cluster's API has no {listed} in group {group or 'core'}{hint}",
            "Is its CRD installed?",
        )
    if not permission.namespace:
        return
    if not served.get("namespaced", True):
        raise SeatrialError(f"{listed} is in no namespace, so none can be asked about", "")
    if around.round.object("Namespace", permission.namespace) is None:
        raise ApiRefused(f"namespace {permission.namespace} does not exist", "")


def _review(cell: Cell, who: Identity, around: Surroundings) -> Review:
    """Raises ApiRefused, ApiUnreachable."""
    spec: dict[str, Any] = {"user": who.user, "groups": list(who.groups)}
    if cell.permission.path:
        spec["nonResourceAttributes"] = {"path": cell.permission.path, "verb": cell.verb}
    else:
        asked = cell.attributes()
        spec["resourceAttributes"] = {
            "verb": asked.verb,
            "group": asked.group,
            "resource": asked.resource,
            "subresource": asked.subresource,
            "namespace": asked.namespace,
            "name": asked.name,
        }
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": spec,
    }
    answer = around.round.request("POST", REVIEWS, body)
    document = answer.body if isinstance(answer.body, dict) else {}
    status = document.get("status")
    if answer.status not in (200, 201) or not isinstance(status, dict):
        said = document.get("message") or answer.status
        raise ApiRefused(f"the API server reviews no access: {said}", "")
    return _judge_status(status)


def _judge_status(status: dict[str, Any]) -> Review:
    """A binding to a role that is not there is a state of the cluster, no trouble of ours.

    RBAC tells what kept it from judging in the reason of a denial, other authorizers in an error.
    """
    reason, error = str(status.get("reason") or ""), str(status.get("evaluationError") or "")
    if status.get("allowed"):
        return Review(True, reason, "")
    of_rbac = reason.removeprefix("RBAC:").strip() if reason.startswith("RBAC:") else ""
    trouble = "; ".join(text for text in (of_rbac, error) if text and not _is_lost_role(text))
    return Review(False, of_rbac or reason or error, trouble)


def _is_lost_role(text: str) -> bool:
    return not re.sub(r"[\[\],\s]", "", _NO_SUCH_ROLE.sub("", text))


def _allowed(args: CanICheck, cell: Cell, who: Identity, around: Surroundings) -> Finding | None:
    review = _review(cell, who, around)
    if review.trouble:
        return unknown(f"whether {who.title} may {cell}: {review.trouble}")
    if not review.allowed:
        because = f": {review.reason}" if review.reason else ""
        return failed(
            f"{who.title} may not {cell}{because}",
            expected=f"allowed: {cell}",
            actual="denied",
            path=f"{who.title} {cell}",
        )
    if args.through is None or _names(args.through, review.reason):
        return None
    if _gives_by_itself(args.through, cell, who, around):
        return None
    wanted = " ".join(part for part in (args.through.kind, args.through.name) if part)
    role = " ".join(part for part in (args.through.role_kind, args.through.role) if part)
    wanted = " of ".join(part for part in (wanted, role) if part)
    return failed(
        f"{who.title} may {cell}, but not by {wanted}: {_by(review)}",
        expected=f"allowed by {wanted}",
        actual=_by(review),
        path=f"{who.title} {cell}",
    )


def _too_much(cell: Cell, who: Identity, review: Review) -> Finding:
    return failed(
        f"{who.title} may {cell}: {_by(review)}",
        expected=f"denied: {cell}",
        actual="allowed",
        path=f"{who.title} {cell}",
    )


def _by(review: Review) -> str:
    found = _GRANTED.search(review.reason)
    if found is None:
        return review.reason or "the API server gives no reason, as if it allowed everything"
    return f"allowed by {found[1]} {found[2].partition('/')[0]} of {found[3]} {found[4]}"


def _names(through: Through, reason: str) -> bool:
    """A RoleBinding is named `NAME/NAMESPACE` in a reason."""
    found = _GRANTED.search(reason)
    if found is None:
        return False
    named = (found[1], found[2].partition("/")[0], found[3], found[4])
    wanted = (through.kind, through.name, through.role_kind, through.role)
    return all(want in ("", one) for want, one in zip(wanted, named, strict=True))


def _gives_by_itself(through: Through, cell: Cell, who: Identity, around: Surroundings) -> bool:
    """Of several bindings that allow something, the server names only one."""
    if cell.permission.path or not through.name:
        return False
    asked = cell.attributes()
    for kind in [through.kind] if through.kind else ["RoleBinding", "ClusterRoleBinding"]:
        found = read_binding(around.round, kind, through.name, asked.namespace)
        if found is None:
            continue
        reference = found.binding.get("roleRef") or {}
        wanted = (through.role_kind, through.role)
        named = (reference.get("kind"), reference.get("name"))
        fits = all(want in ("", one) for want, one in zip(wanted, named, strict=True))
        if fits and grants(found, asked, who.user, who.groups):
            return True
    return False
