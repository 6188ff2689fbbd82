"""A kubeconfig as kubectl would understand it: which server, by what trust, with what credentials.

Pure. Files that it refers to are named, never read here; plugins are named, never run.
"""

import base64
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.meaning.formats import NotInFormat, read_yaml
from labs.errors import SeatrialError


class BrokenKubeconfig(SeatrialError):
    """kubectl could not use the file: what the learner made."""


@dataclass(frozen=True, slots=True)
class Material:
    """A certificate, key or token: its text, or the path of the file that holds it."""

    text: str = ""
    path: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.path)


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """What one context means."""

    context: str
    namespace: str
    server: str
    ca: Material
    insecure: bool
    tls_server_name: str
    proxy: str
    user: str
    """The name of the entry under `users`, which says nothing about who that is."""
    certificate: Material
    key: Material
    token: Material
    plugin: str
    """What would have to be run for credentials: an exec command or an auth provider."""
    password: bool
    """A name and password are given, which no API server since 1.19 takes."""
    impersonates: str


def read_kubeconfig(text: str, path: str, context: str = "") -> Kubeconfig:
    """`path` is where the file lies; `context` one that is not the current one.

    Raises BrokenKubeconfig.
    """
    document = _document(text)
    name = context or str(document.get("current-context") or "")
    if not name:
        raise BrokenKubeconfig("it has no current-context", "")
    chosen = _entry(document, "contexts", "context", name, "its current-context")
    cluster_name, user_name = str(chosen.get("cluster") or ""), str(chosen.get("user") or "")
    cluster = _entry(document, "clusters", "cluster", cluster_name, f"context {name}")
    user = _entry(document, "users", "user", user_name, f"context {name}")
    server = str(cluster.get("server") or "")
    if not server:
        raise BrokenKubeconfig(f"its cluster {cluster_name} has no server", "")
    folder = posixpath.dirname(path)
    return Kubeconfig(
        context=name,
        namespace=str(chosen.get("namespace") or "default"),
        server=server if "://" in server else f"http://{server}",
        ca=_material(cluster, "certificate-authority", folder),
        insecure=bool(cluster.get("insecure-skip-tls-verify")),
        tls_server_name=str(cluster.get("tls-server-name") or ""),
        proxy=str(cluster.get("proxy-url") or ""),
        user=user_name,
        certificate=_material(user, "client-certificate", folder),
        key=_material(user, "client-key", folder),
        token=_token(user, folder),
        plugin=_plugin(user),
        password=bool(user.get("username")),
        impersonates=str(user.get("as") or ""),
    )


def _document(text: str) -> Mapping[str, Any]:
    try:
        document = read_yaml(text)
    except NotInFormat as error:
        raise BrokenKubeconfig(error.message, "") from error
    if isinstance(document, list):
        document = document[0] if document else {}
    if not isinstance(document, Mapping):
        raise BrokenKubeconfig("it is not a mapping of clusters, users and contexts", "")
    kind = document.get("kind", "Config")
    if kind != "Config":
        raise BrokenKubeconfig(f"its kind is {kind}, not Config", "")
    return document


def _entry(
    document: Mapping[str, Any], group: str, field: str, name: str, asked_by: str
) -> Mapping[str, Any]:
    items = document.get(group) or []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise BrokenKubeconfig(f"its {group} is not a list of named entries", "")
    found = [item for item in items if str(item.get("name")) == name]
    if not found:
        there = ", ".join(str(item.get("name")) for item in items[:5]) or "none"
        shown = f"{field} {name}" if name else f"a {field}"
        raise BrokenKubeconfig(f"{asked_by} names {shown}, which is not there; there: {there}", "")
    if len(found) > 1:
        raise BrokenKubeconfig(f"it has two {group} with the name {name}", "")
    value = found[0].get(field) or {}
    if not isinstance(value, Mapping):
        raise BrokenKubeconfig(f"{field} {name} is not a mapping", "")
    return value


def _material(entry: Mapping[str, Any], field: str, folder: str) -> Material:
    """Embedded data stands before a file, as kubectl has it."""
    data = entry.get(f"{field}-data")
    if data:
        try:
            return Material(text=base64.b64decode(str(data), validate=True).decode())
        except ValueError as error:
            raise BrokenKubeconfig(f"its {field}-data is not base64 of a text", "") from error
    return Material(path=_from(folder, entry.get(field)))


def _token(user: Mapping[str, Any], folder: str) -> Material:
    """A token file stands before the token beside it, as client-go has it."""
    if user.get("tokenFile"):
        return Material(path=_from(folder, user.get("tokenFile")))
    return Material(text=str(user.get("token") or ""))


def _plugin(user: Mapping[str, Any]) -> str:
    for field, key in (("exec", "command"), ("auth-provider", "name")):
        found = user.get(field)
        if isinstance(found, Mapping):
            return str(found.get(key) or field)
    return ""


def _from(folder: str, path: object) -> str:
    return posixpath.normpath(posixpath.join(folder, str(path))) if path else ""
