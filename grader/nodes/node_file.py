"""A file of a node as the grader reads it: what it is, whose, and its content. Changes nothing."""

import base64
from dataclasses import dataclass
from datetime import datetime

from grader.round import Round, Unreadable

MOST = 1_000_000
"""Bytes of content that are read."""

_SCRIPT = f"""
if [ -L "$1" ]; then echo symlink; elif [ -e "$1" ]; then echo there; else
  stat -- "$1" 2>&1 | grep -qE 'No such file|Not a directory' && echo absent
  exit 0
fi
stat -L -c '%F|%U|%G|%a|%s|%y' -- "$1" || echo dangling
if [ -f "$1" ]; then
  sha256sum <"$1" | cut -c 1-64
  head -c {MOST} -- "$1" | base64 -w 0
fi
"""


class UnreadableFile(Unreadable):
    """A file of a node could not be looked at."""


@dataclass(frozen=True, slots=True)
class NodeFile:
    """`kind` is file, directory, other, or dangling for a symbolic link to nothing."""

    path: str
    symlink: bool
    kind: str
    owner: str = ""
    group: str = ""
    mode: str = ""
    size: int = 0
    modified: str = ""
    """Seconds since 1970 by the node's clock, with nine decimals."""
    sha256: str = ""
    content: str = ""


def read_node_file(round_: Round, node: str, path: str) -> NodeFile | None:
    """None when nothing is there. Symbolic links are followed. Raises NodeUnreachable."""
    result = round_.run(node, ["sh", "-s", path], stdin=_SCRIPT)
    lines = result.stdout.splitlines()
    if not lines:
        raise UnreadableFile(f"{node}:{path} could not be looked at: {result.stderr}", "")
    if lines[0] == "absent":
        return None
    symlink = lines[0] == "symlink"
    if len(lines) < 2 or lines[1] == "dangling":
        return NodeFile(path, symlink, "dangling")
    kind, owner, group, mode, size, modified = lines[1].split("|")
    kinds = {"regular file": "file", "regular empty file": "file", "directory": "directory"}
    sha256 = lines[2] if len(lines) > 2 else ""
    content = base64.b64decode(lines[3]).decode(errors="replace") if len(lines) > 3 else ""
    return NodeFile(
        path,
        symlink,
        kinds.get(kind, "other"),
        owner,
        group,
        mode,
        int(size),
        seconds(modified),
        sha256,
        content,
    )


def seconds(moment: str) -> str:
    """`2026-11-20 12:00:00.123456789 +0800` as seconds since 1970 with nine decimals."""
    day, clock, zone = moment.split()
    whole, _, part = clock.partition(".")
    instant = datetime.fromisoformat(f"{day}T{whole}{zone}")
    return f"{int(instant.timestamp())}.{part}"
