"""What one binding of RBAC grants by itself, which no review tells where several grant it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.kubernetes.api import Object
from grader.round import Round

_API_GROUP = "rbac.authorization.k8s.io/v1"


@dataclass(frozen=True, slots=True)
class ResourceRequest:
    """What RBAC looks at in a request for a resource; `group` is "" for the core group."""

    verb: str
    group: str
    resource: str
    subresource: str = ""
    namespace: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class BoundRole:
    binding: Object
    rules: Sequence[Mapping[str, Any]]


def read_binding(round_: Round, kind: str, name: str, namespace: str) -> BoundRole | None:
    """A binding with its role's rules, or None when either is not there. Raises as `Api` does."""
    inside = namespace if kind == "RoleBinding" else ""
    if kind == "RoleBinding" and not namespace:
        return None
    binding = _object(round_, kind, name, inside)
    if binding is None:
        return None
    reference = binding.get("roleRef") or {}
    of_namespace = inside if reference.get("kind") == "Role" else ""
    role = _object(round_, str(reference.get("kind")), str(reference.get("name")), of_namespace)
    return None if role is None else BoundRole(binding, role.get("rules") or [])


def _object(round_: Round, kind: str, name: str, namespace: str) -> Object | None:
    return round_.object(kind, name, namespace, _API_GROUP)


def grants(bound: BoundRole, asked: ResourceRequest, user: str, groups: Collection[str]) -> bool:
    space = str(bound.binding["metadata"].get("namespace") or "")
    if space and space != asked.namespace:
        return False
    subjects = bound.binding.get("subjects") or []
    return any(is_subject(one, space, user, groups) for one in subjects) and any(
        rule_allows(rule, asked) for rule in bound.rules
    )


def is_subject(subject: Mapping[str, Any], space: str, user: str, groups: Collection[str]) -> bool:
    """`space`: the namespace of the binding, which a service account without one has."""
    name = subject.get("name")
    if subject.get("kind") == "ServiceAccount":
        return user == f"system:serviceaccount:{subject.get('namespace') or space}:{name}"
    if subject.get("kind") == "Group":
        return name in groups
    return subject.get("kind") == "User" and name == user


def rule_allows(rule: Mapping[str, Any], asked: ResourceRequest) -> bool:
    names = rule.get("resourceNames") or []
    return (
        _has(rule.get("verbs"), asked.verb)
        and _has(rule.get("apiGroups"), asked.group)
        and _covers(rule.get("resources") or [], asked)
        and (not names or asked.name in names)
    )


def _has(values: Sequence[str] | None, wanted: str) -> bool:
    return "*" in (values or ()) or wanted in (values or ())


def _covers(resources: Sequence[str], asked: ResourceRequest) -> bool:
    """`*` covers subresources too, `*/scale` one of every resource."""
    full = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    any_of = f"*/{asked.subresource}" if asked.subresource else "*"
    return bool({"*", full, any_of} & set(resources))
