"""An API server's discovery and its RBAC authorizer, over the objects that a fake one holds.

A live test asks a real server the same questions: see tests/live/native/test_access.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.kubernetes.api import ApiAnswer
from grader.kubernetes.rbac import BoundRole, ResourceRequest, grants

GROUP = "rbac.authorization.k8s.io"
Item = Mapping[str, Any]

_SERVED = {
    "": ["pods", "pods/log", "pods/exec", "secrets", "configmaps", "services", "events"],
    "apps": ["deployments", "deployments/scale", "statefulsets"],
    "batch": ["jobs", "cronjobs"],
    "networking.k8s.io": ["networkpolicies", "ingresses"],
    GROUP: ["roles", "rolebindings"],
}
_CLUSTER_WIDE = {"": ["nodes", "namespaces", "persistentvolumes"], GROUP: ["clusterroles"]}


def discover(path: str) -> ApiAnswer:
    if path == "/apis":
        return ApiAnswer(200, {"groups": [{"name": name} for name in _SERVED if name]})
    group = "" if path == "/api/v1" else path.removeprefix("/apis/").partition("/")[0]
    if group not in _SERVED:
        return ApiAnswer(404, {"reason": "NotFound"})
    if path == f"/apis/{group}":
        return ApiAnswer(200, {"versions": [{"groupVersion": f"{group}/v1"}]})
    named = [{"name": name, "namespaced": True} for name in _SERVED[group]]
    named += [{"name": name, "namespaced": False} for name in _CLUSTER_WIDE.get(group, [])]
    return ApiAnswer(200, {"resources": named})


def review(items: Sequence[Item], spec: Mapping[str, Any]) -> ApiAnswer:
    """What authorization mode RBAC answers, with its words."""
    user, groups = spec["user"], spec["groups"]
    if "system:masters" in groups:
        return _answer(True, "")
    if "nonResourceAttributes" in spec:
        public = spec["nonResourceAttributes"]["path"] in ("/version", "/healthz")
        return _answer(public, _SAID if public else "")
    found = dict(spec["resourceAttributes"])
    asked = ResourceRequest(**{key: found.get(key, "") for key in ResourceRequest.__slots__})
    errors = []
    for binding in _bindings(items, asked.namespace):
        reference = binding["roleRef"]
        role = _role(items, binding)
        if role is None:
            errors.append(f'{reference["kind"].lower()}.{GROUP} "{reference["name"]}" not found')
        elif grants(BoundRole(binding, role.get("rules") or []), asked, user, groups):
            return _answer(True, _reason(binding, user, groups))
    told = f"[{', '.join(errors)}]" if len(errors) > 1 else "".join(errors)
    return _answer(False, f"RBAC: {told}" if told else "")


_SAID = (
    'RBAC: allowed by ClusterRoleBinding "system:public-info-viewer" of ClusterRole '
    '"system:public-info-viewer" to Group "system:authenticated"'
)


def _answer(allowed: bool, reason: str) -> ApiAnswer:
    status: dict[str, Any] = {"allowed": allowed}
    status |= {"reason": reason} if reason else {}
    return ApiAnswer(201, {"kind": "SubjectAccessReview", "status": status})


def _bindings(items: Sequence[Item], namespace: str) -> Iterator[Item]:
    yield from (item for item in items if item["kind"] == "ClusterRoleBinding")
    for item in items:
        if item["kind"] == "RoleBinding" and item["metadata"]["namespace"] == namespace:
            yield item


def _role(items: Sequence[Item], binding: Item) -> Item | None:
    reference = binding["roleRef"]
    space = binding["metadata"].get("namespace") if reference["kind"] == "Role" else None
    for item in items:
        named = item["kind"] == reference["kind"] and item["metadata"]["name"] == reference["name"]
        if named and item["metadata"].get("namespace") == space:
            return item
    return None


def _reason(binding: Item, user: str, groups: Sequence[str]) -> str:
    metadata, reference = binding["metadata"], binding["roleRef"]
    space = metadata.get("namespace")
    name = f"{metadata['name']}/{space}" if space else metadata["name"]
    whom = f'User "{user}"'
    for one in binding["subjects"]:
        if one["kind"] == "ServiceAccount":
            whom = f'ServiceAccount "{one["name"]}/{one.get("namespace") or space}"'
        elif one["kind"] == "Group" and one["name"] in groups:
            whom = f'Group "{one["name"]}"'
    return (
        f'RBAC: allowed by {binding["kind"]} "{name}" of {reference["kind"]} '
        f'"{reference["name"]}" to {whom}'
    )
