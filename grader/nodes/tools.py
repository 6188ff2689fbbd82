"""Whether the programs that we rely on at a node are still those that were there after setup.

A learner is root: `systemctl` can be replaced, mounted over or preloaded, also by accident. What a
replaced program says proves nothing, so a finding that came from such a node is UNKNOWN.

The signatures are read by programs of our own (`cluster/toolbox.py`). A file that is not as it was
is hashed, since putting it back must mend it.
"""

import re
from collections.abc import Mapping
from typing import Any

from grader.nodes.node_file import seconds
from grader.round import Round
from labs.errors import SeatrialError

PROGRAMS = (
    *("awk", "base64", "basename", "cat", "curl", "cut", "env", "find", "getent", "grep", "head"),
    *("hostname", "ip", "journalctl", "ls", "md5sum", "nsenter", "openssl", "printf", "ps"),
    *("readlink", "sed", "sh", "sha256sum", "socat", "sort", "ss", "stat", "sysctl", "systemctl"),
    *("tail", "test", "timeout", "tr", "uname", "wc"),
)
_BESIDE = (
    "/usr/sbin/sshd",
    "/etc/ld.so.preload",
    "/etc/environment",
    "/usr/lib/systemd/systemd",
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    "/usr/lib/x86_64-linux-gnu/libc.so.6",
    "/usr/lib/aarch64-linux-gnu/libc.so.6",
    "/usr/lib/x86_64-linux-gnu/libselinux.so.1",
)
"""What decides which code the programs run, and what let us in."""
_FOLDERS = ("/usr/sbin", "/usr/bin")
"""The PATH of our commands; /sbin and /bin lead there."""
_LINKED = ("/sbin", "/bin")
WATCHED = (
    *(f"{folder}/{name}" for folder in _FOLDERS for name in PROGRAMS),
    *_BESIDE,
    *_LINKED,
)

_SIGNATURES = r"""
stat -L -c 'file %n %d:%i %z' -- "$@" 2>/dev/null
grep -oE ' /(usr|bin|sbin|lib|lib64|proc|etc/environment|etc/ld.so.preload)(/[^ ]*)? ' \
  /proc/self/mountinfo | sed 's/^/mount/'
echo end
"""
_HASH = """
sha256sum -- "$@" 2>/dev/null
exit 0
"""


class ToolsUnreadable(SeatrialError):
    """The programs of a node could not be looked at."""


Signature = Mapping[str, Any]
"""JSON: `files` by path to `device:inode changed`, `mounts`, `hashes` by path."""


def capture(round_: Round, node: str) -> dict[str, Any]:
    """What is to be remembered of a node after its setup.

    Raises NodeUnreachable, ToolsUnreadable.
    """
    files, mounts = _read(round_, node)
    hashes = _hashes(round_, node, sorted(files))
    return {"files": files, "mounts": sorted(mounts), "hashes": hashes}


def replaced(round_: Round, node: str, before: Signature) -> str:
    """A sentence on the first program that is not what it was; "" when all are.

    Raises NodeUnreachable, ToolsUnreadable.
    """
    files, mounts = _read(round_, node)
    for place in sorted(mounts - set(before["mounts"])):
        return f"something has been mounted over {place} on {node}, so what it says proves nothing"
    changed = [path for path in WATCHED if files.get(path) != before["files"].get(path)]
    there = [path for path in changed if path in files]
    hashes = _hashes(round_, node, there) if there else {}
    for path in changed:
        known = before["hashes"].get(path)
        if path in there and known and hashes.get(path) == known:
            continue
        return _sentence(node, path, path in files, path in before["files"])
    return ""


def _sentence(node: str, path: str, is_there: bool, was_there: bool) -> str:
    what = "been replaced" if is_there and was_there else "appeared" if is_there else "gone"
    verb = "is gone" if what == "gone" else f"has {what}"
    return f"{path} {verb} on {node} since the lab began, so what {node} says proves nothing"


def _read(round_: Round, node: str) -> tuple[dict[str, str], set[str]]:
    result = round_.run(node, ["sh", "-s", *WATCHED], stdin=_SIGNATURES)
    lines = result.stdout.splitlines()
    files = {}
    for words in (line.split(maxsplit=3) for line in lines if line.startswith("file ")):
        if len(words) == 4:
            files[words[1]] = f"{words[2]} {seconds(words[3])}"
    # A folder changes with every package that is installed; only which one it is counts.
    files |= {path: text.split()[0] for path, text in files.items() if path in _LINKED}
    if "end" not in lines or not any(path.endswith("/sh") for path in files):
        raise ToolsUnreadable(f"the programs of {node} could not be looked at: {result.stderr}", "")
    mounts = {line.removeprefix("mount").strip() for line in lines if line.startswith("mount ")}
    return files, {_known(place) for place in mounts} - {""}


def _known(place: str) -> str:
    """Mounts over what a container or a process of the learner has are nobody's business."""
    return "" if place in ("/proc", "/proc/sys/fs/binfmt_misc") else place


def _hashes(round_: Round, node: str, paths: list[str]) -> dict[str, str]:
    """Of files only."""
    files = [path for path in paths if path not in _LINKED]
    result = round_.run(node, ["sh", "-s", *files], stdin=_HASH, timeout=60)
    found = (
        re.fullmatch(r"([0-9a-f]{64}) [ *](/\S+)", line) for line in result.stdout.splitlines()
    )
    return {words[2]: words[1] for words in found if words}
