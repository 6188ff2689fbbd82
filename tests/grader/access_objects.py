"""Objects of RBAC as a server gives them."""

from typing import Any

GROUP = "rbac.authorization.k8s.io"
Item = dict[str, Any]


def service_account(name: str, namespace: str = "shop") -> Item:
    metadata = {"name": name, "namespace": namespace, "uid": f"sa-{namespace}-{name}"}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}


def rule(verbs: str, resources: str, groups: str = "", **more: Any) -> Item:
    """Words with blanks between; `core` is the group without a name."""
    named = ["" if group == "core" else group for group in (groups or "core").split()]
    return {
        "verbs": verbs.split(),
        "resources": resources.split(),
        "apiGroups": named,
        **more,
    }


def role(name: str, *rules: Item, namespace: str = "shop") -> Item:
    """A ClusterRole when `namespace` is ""."""
    metadata = {"name": name, "uid": f"role-{namespace}-{name}"}
    metadata |= {"namespace": namespace} if namespace else {}
    return _rbac("Role" if namespace else "ClusterRole", metadata, rules=list(rules))


def binding(name: str, to: str, *subjects: Item, namespace: str = "shop") -> Item:
    """`to`: `Role reader`. A ClusterRoleBinding when `namespace` is ""."""
    kind, _, named = to.partition(" ")
    metadata = {"name": name, "uid": f"binding-{namespace}-{name}"}
    metadata |= {"namespace": namespace} if namespace else {}
    reference = {"apiGroup": GROUP, "kind": kind, "name": named}
    own = "RoleBinding" if namespace else "ClusterRoleBinding"
    return _rbac(own, metadata, roleRef=reference, subjects=list(subjects))


def account(name: str, namespace: str = "shop") -> Item:
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


def user(name: str) -> Item:
    return {"apiGroup": GROUP, "kind": "User", "name": name}


def group(name: str) -> Item:
    return {"apiGroup": GROUP, "kind": "Group", "name": name}


def _rbac(kind: str, metadata: Item, **more: Any) -> Item:
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata, **more}
