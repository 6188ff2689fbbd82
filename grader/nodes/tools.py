"""Whether the programs of a node that we cannot do without are those that were there after setup.

We look by a toolbox of our own (`cluster.toolbox`), but only the node's own systemctl, ss or curl
can ask its systemd, its kernel and its sockets. A learner is root and can replace them, mount over
them, or preload a library into them, also by accident. What they say then proves nothing, so a
finding that came from such a node is UNKNOWN.
"""

from collections.abc import Mapping
from typing import Any

from grader.nodes.programs import packaged
from grader.round import Round, Unreadable

PROGRAMS = (
    *("curl", "env", "ip", "journalctl", "nsenter", "sh", "socat", "ss", "sysctl", "systemctl"),
    "timeout",
)
"""What our scripts run that the toolbox has not, and what every `command` check goes through."""
_FOLDERS = ("/usr/sbin", "/usr/bin")
"""The PATH of our commands; /sbin and /bin lead there."""
_LIBRARIES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")
_PRELOAD = "/etc/ld.so.preload"
_BESIDE = (
    _PRELOAD,
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    *(
        f"{folder}/{name}"
        for folder in _LIBRARIES
        for name in ("libc.so.6", "libcurl.so.4", "systemd/libsystemd-shared-252.so")
    ),
    "/usr/lib/systemd/systemd",
    "/usr/sbin/sshd",
)
"""What decides which code they run, and who answers them."""
_LINKED = ("/sbin", "/bin")
WATCHED = (*(f"{folder}/{name}" for folder in _FOLDERS for name in PROGRAMS), *_BESIDE, *_LINKED)

_SCRIPT = r"""
stat -L -c 'file %n %d:%i:%s:%Z' "$@" 2>/dev/null
awk '$5 ~ "^/(usr|bin|sbin|lib|lib64|proc|etc/ld.so.preload)(/|$)" {print "mount", $5}' \
  /proc/self/mountinfo
echo end
"""
_MOUNTS_OF_SYSTEMS = frozenset({"/proc", "/proc/sys/fs/binfmt_misc"})


class ToolsUnreadable(Unreadable):
    """The programs of a node could not be looked at."""


Signature = Mapping[str, Any]
"""JSON: `files` by path to `device:inode:size:changed`, and `mounts`."""


def capture(round_: Round, node: str) -> dict[str, Any]:
    """What is to be remembered of a node after its setup.

    Raises NodeUnreachable, ToolsUnreadable.
    """
    files, mounts = _read(round_, node)
    return {"files": files, "mounts": sorted(mounts)}


def replaced(round_: Round, node: str, before: Signature) -> str:
    """A sentence on the first program that is neither what it was nor what its package brought.

    Raises NodeUnreachable, ToolsUnreadable.
    """
    files, mounts = _read(round_, node)
    for place in sorted(mounts - set(before["mounts"])):
        return f"something has been mounted over {place} on {node}, so what it says proves nothing"
    for path in WATCHED:
        if files.get(path) == before["files"].get(path):
            continue
        program = path in files and path not in (*_LINKED, _PRELOAD)
        if not (program and packaged(round_, node, path)):
            return _sentence(node, path, path in files, path in before["files"])
    return ""


def _sentence(node: str, path: str, is_there: bool, was_there: bool) -> str:
    verb = "is gone"
    if is_there:
        verb = "has been replaced" if was_there else "has appeared"
    return f"{path} {verb} on {node} since the lab began, so what {node} says proves nothing"


def _read(round_: Round, node: str) -> tuple[dict[str, str], set[str]]:
    result = round_.run(node, ["sh", "-s", *WATCHED], stdin=_SCRIPT)
    lines = result.stdout.splitlines()
    found = [line.split() for line in lines if line.startswith("file ")]
    files = {words[1]: words[2] for words in found if len(words) == 3}
    # A folder changes with every package that is installed; only which one it is counts.
    files |= {path: _identity(files[path]) for path in _LINKED if path in files}
    if "end" not in lines or not any(path.endswith("/sh") for path in files):
        raise ToolsUnreadable(f"the programs of {node} could not be looked at: {result.stderr}", "")
    mounts = {line.removeprefix("mount").strip() for line in lines if line.startswith("mount ")}
    return files, mounts - _MOUNTS_OF_SYSTEMS


def _identity(signature: str) -> str:
    return ":".join(signature.split(":")[:2])
