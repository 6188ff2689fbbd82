"""Whether the programs that we rely on at a node are still those that were there after setup.

A learner is root: `systemctl` can be replaced, mounted over or preloaded, also by accident. What a
replaced program says proves nothing, so a finding that came from such a node is UNKNOWN.

One program reads the signatures of all, by chance `stat` or `find`, so that to forge one is not
enough. A file that is not as it was is hashed, since putting it back must mend it, and compared
with its package, since a package may be installed or upgraded.
"""

import re
from collections.abc import Mapping
from typing import Any

from grader.nodes.programs import packaged
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
_ASKING = frozenset({"awk", "md5sum", "readlink", "sh", "stat", "find", "timeout"})
"""The programs by which a file is compared with what its package brought."""
_LINKED = ("/sbin", "/bin")
WATCHED = (
    *(f"{folder}/{name}" for folder in _FOLDERS for name in PROGRAMS),
    *_BESIDE,
    *_LINKED,
)

_MOUNTS = r"""
grep -oE ' /(usr|bin|sbin|lib|lib64|proc|etc/environment|etc/ld.so.preload)(/[^ ]*)? ' \
  /proc/self/mountinfo | sed 's/^/mount/'
echo end
"""
_BY_STAT = f"""
stat -L -c 'file %n %d:%i %.9Z' -- "$@" 2>/dev/null
{_MOUNTS}"""
_BY_FIND = f"""
find -L "$@" -maxdepth 0 -printf 'file %p %D:%i %C@\\n' 2>/dev/null
{_MOUNTS}"""
_HASH = """
sha256sum -- "$@" 2>/dev/null
openssl dgst -sha256 -r "$@" 2>/dev/null
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
    files, mounts = _read(round_, node, _BY_STAT)
    hashes = _hashes(round_, node, sorted(files))
    return {"files": files, "mounts": sorted(mounts), "hashes": hashes}


def replaced(round_: Round, node: str, before: Signature) -> str:
    """A sentence on the first program that is not what it was; "" when all are.

    Raises NodeUnreachable, ToolsUnreadable.
    """
    by_find = int(round_.nonce()[-1:] or "0", 16) % 2 == 1
    files, mounts = _read(round_, node, _BY_FIND if by_find else _BY_STAT)
    for place in sorted(mounts - set(before["mounts"])):
        return f"something has been mounted over {place} on {node}, so what it says proves nothing"
    changed = [path for path in WATCHED if files.get(path) != before["files"].get(path)]
    there = [path for path in changed if path in files]
    hashes = _hashes(round_, node, there) if there else {}
    for path in changed:
        known = before["hashes"].get(path)
        if path in there and known and hashes.get(path) == known:
            continue
        if path in there and _may_be_installed(path, changed) and packaged(round_, node, path):
            continue
        return _sentence(node, path, path in files, path in before["files"])
    return ""


def _may_be_installed(path: str, changed: list[str]) -> bool:
    """A package may bring a program or a newer one; what asks dpkg for it must be as it was."""
    names = {one.rpartition("/")[2] for one in changed}
    return path.startswith(_FOLDERS) and not names & _ASKING and not set(changed) & set(_BESIDE)


def _sentence(node: str, path: str, is_there: bool, was_there: bool) -> str:
    what = "been replaced" if is_there and was_there else "appeared" if is_there else "gone"
    verb = "is gone" if what == "gone" else f"has {what}"
    return f"{path} {verb} on {node} since the lab began, so what {node} says proves nothing"


def _read(round_: Round, node: str, script: str) -> tuple[dict[str, str], set[str]]:
    result = round_.run(node, ["sh", "-s", *WATCHED], stdin=script)
    lines = result.stdout.splitlines()
    files = {}
    for words in (line.split() for line in lines if line.startswith("file ")):
        if len(words) == 4:
            files[words[1]] = f"{words[2]} {_instant(words[3])}"
    # A folder changes with every package that is installed; only which one it is counts.
    files |= {path: text.split()[0] for path, text in files.items() if path in _LINKED}
    if "end" not in lines or not any(path.endswith("/sh") for path in files):
        raise ToolsUnreadable(f"the programs of {node} could not be looked at: {result.stderr}", "")
    mounts = {line.removeprefix("mount").strip() for line in lines if line.startswith("mount ")}
    return files, {_known(place) for place in mounts} - {""}


def _known(place: str) -> str:
    """Mounts over what a container or a process of the learner has are nobody's business."""
    return "" if place in ("/proc", "/proc/sys/fs/binfmt_misc") else place


def _instant(text: str) -> str:
    """Nine decimals: `find` prints one more than `stat`."""
    whole, _, part = text.partition(".")
    return f"{whole}.{part[:9].ljust(9, '0')}"


def _hashes(round_: Round, node: str, paths: list[str]) -> dict[str, str]:
    """Of files only; "" where two programs do not agree on one."""
    files = [path for path in paths if path not in _LINKED]
    result = round_.run(node, ["sh", "-s", *files], stdin=_HASH, timeout=60)
    found: dict[str, list[str]] = {}
    for line in result.stdout.splitlines():
        words = re.fullmatch(r"([0-9a-f]{64}) [ *](/\S+)", line)
        if words:
            found.setdefault(words[2], []).append(words[1])
    return {path: both[0] if len(set(both)) == 1 else "" for path, both in found.items()}
