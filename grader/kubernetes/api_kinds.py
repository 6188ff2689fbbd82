"""Where a kind lives in the API. Common kinds are known, so they need no discovery."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from grader.kubernetes.api import UnknownKind


@dataclass(frozen=True, slots=True)
class ApiKind:
    api_version: str
    plural: str
    namespaced: bool

    def path(self, namespace: str = "", name: str = "") -> str:
        """The URL path of the collection, or of one object."""
        root = "/api/" if "/" not in self.api_version else "/apis/"
        parts = [root + self.api_version]
        if self.namespaced and namespace:
            parts += ["namespaces", quote(namespace, safe="")]
        parts.append(self.plural)
        if name:
            parts.append(quote(name, safe=":"))
        return "/".join(parts)


def _known() -> Iterator[tuple[str, ApiKind]]:
    for kind in ("Namespace", "Node", "PersistentVolume"):
        yield kind, ApiKind("v1", f"{kind.lower()}s", False)
    for kind in ("Pod", "Service", "ConfigMap", "Secret", "ServiceAccount", "Event"):
        yield kind, ApiKind("v1", f"{kind.lower()}s", True)
    yield "PersistentVolumeClaim", ApiKind("v1", "persistentvolumeclaims", True)
    yield "Endpoints", ApiKind("v1", "endpoints", True)
    for kind in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ControllerRevision"):
        yield kind, ApiKind("apps/v1", f"{kind.lower()}s", True)
    yield "Lease", ApiKind("coordination.k8s.io/v1", "leases", True)
    yield "Job", ApiKind("batch/v1", "jobs", True)
    for kind in ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"):
        namespaced = not kind.startswith("Cluster")
        yield kind, ApiKind("rbac.authorization.k8s.io/v1", f"{kind.lower()}s", namespaced)
    yield "Ingress", ApiKind("networking.k8s.io/v1", "ingresses", True)
    yield "NetworkPolicy", ApiKind("networking.k8s.io/v1", "networkpolicies", True)
    yield "StorageClass", ApiKind("storage.k8s.io/v1", "storageclasses", False)


KNOWN: dict[str, ApiKind] = dict(_known())
"""Kinds that every supported version (1.20 and later) serves under this one name."""


def find_kind(
    kind: str, api_version: str, get: Callable[[str], Mapping[str, Any] | None]
) -> ApiKind:
    """Where `kind` is. `get` reads a path of the API, None for 404. Raises UnknownKind."""
    known = KNOWN.get(kind)
    if known is not None and api_version in ("", known.api_version):
        return known
    for candidate in [api_version] if api_version else _versions(get):
        root = "/api/" if "/" not in candidate else "/apis/"
        for resource in (get(root + candidate) or {}).get("resources", []):
            if resource["kind"] == kind and "/" not in resource["name"]:
                return ApiKind(candidate, resource["name"], resource["namespaced"])
    named = f"{kind} of {api_version}" if api_version else kind
    raise UnknownKind(f"the cluster's API has no kind {named}", "Is its CRD installed?")


def _versions(get: Callable[[str], Mapping[str, Any] | None]) -> Iterator[str]:
    yield "v1"
    groups = (get("/apis") or {}).get("groups", [])
    preferred = [group["preferredVersion"]["groupVersion"] for group in groups]
    yield from preferred
    for group in groups:
        for version in group["versions"]:
            if version["groupVersion"] not in preferred:
                yield version["groupVersion"]
