"""What the API server says that it serves, asked through a round so that it is recorded."""

from collections.abc import Mapping
from typing import Any

from grader.kubernetes.api import ApiRefused
from grader.kubernetes.api_kinds import ApiKind, find_kind
from grader.round import Round

_COMMON = ("", "apps", "batch", "networking.k8s.io", "rbac.authorization.k8s.io", "policy")


def served_kind(round_: Round, kind: str, api_version: str) -> ApiKind:
    """Where objects of a kind are made. Raises UnknownKind, ApiRefused, ApiUnreachable."""
    return find_kind(kind, api_version, lambda path: _read(round_, path))


def served_resource(round_: Round, group: str, name: str) -> Mapping[str, Any] | None:
    """What discovery says of `deployments/scale` of group `apps` ("" is the core group).

    None when no version of the group has it. Raises ApiRefused, ApiUnreachable.
    """
    for place in _places(round_, group):
        for resource in (_read(round_, place) or {}).get("resources") or []:
            if resource["name"] == name:
                found: Mapping[str, Any] = resource
                return found
    return None


def groups_with(round_: Round, name: str) -> list[str]:
    """Which of the common API groups serve a resource of this name, "core" for the nameless."""
    return [group or "core" for group in _COMMON if served_resource(round_, group, name)]


def _places(round_: Round, group: str) -> list[str]:
    if not group:
        return ["/api/v1"]
    versions = (_read(round_, f"/apis/{group}") or {}).get("versions") or []
    return [f"/apis/{one['groupVersion']}" for one in versions]


def _read(round_: Round, path: str) -> Mapping[str, Any] | None:
    answer = round_.request("GET", path)
    if answer.status == 404:
        return None
    if answer.status != 200 or not isinstance(answer.body, dict):
        said = answer.body.get("message", "") if isinstance(answer.body, dict) else ""
        raise ApiRefused(f"the API server does not list {path}: {said or answer.status}", "")
    return answer.body
