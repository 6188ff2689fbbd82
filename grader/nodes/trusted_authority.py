"""The certificate of an authority, from where a check says it is; read by us, not by the server."""

import base64
import binascii

from grader.nodes.node_file import read_node_file
from grader.round import Round
from labs.checks.http import Authority
from labs.errors import SeatrialError


class NoSuchAuthority(SeatrialError):
    """There is no certificate where it should be: a state of the cluster."""


def read_authority(ca: Authority, round_: Round) -> str:
    """PEM. Raises NoSuchAuthority, NodeUnreachable, and as `Api` does."""
    if ca.node:
        place = f"{ca.node}:{ca.path}"
        file = read_node_file(round_, ca.node, ca.path)
        text = "" if file is None else file.content
    else:
        kind = "Secret" if ca.secret else "ConfigMap"
        namespace, _, name = (ca.secret or ca.config_map).partition("/")
        place = f"{kind} {namespace}/{name} {ca.key}"
        found = round_.object(kind, name, namespace)
        if found is None:
            raise NoSuchAuthority(f"{kind} {namespace}/{name} does not exist")
        text = str((found.get("data") or {}).get(ca.key) or "")
        text = _decoded(text) if kind == "Secret" else text
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise NoSuchAuthority(f"{place} holds no certificate")
    return text


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode(errors="replace")
    except binascii.Error:
        return ""
