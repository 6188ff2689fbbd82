"""Which file a program is: the one that a process runs, and whether it is the one installed."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.round import Round, Unreadable

_SCRIPT = """
path=$1
shift
case $path in */*) ;; *)
  for folder in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
    [ -e "$folder/$path" ] && { path=$folder/$path; break; }
  done
esac
printf 'path %s\\n' "$path"
stat -L -c 'is %d:%i:%Z:%s %n' -- "$path" "$@" 2>/dev/null
[ -f "$path" ] && [ -x "$path" ] && echo runnable
exit 0
"""

_PACKAGE = """
real=$(readlink -f -- "$1")
rest=${real#/}
md5sum <"$real"
awk -v a="$rest" -v b="${rest#usr/}" '$2 == a || $2 == b {print $1, FILENAME}' \\
  /var/lib/dpkg/info/*.md5sums
"""


class UnreadableProgram(Unreadable):
    """A program of a node could not be looked at."""


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """A signature is `device:inode:changed:size`; "" when nothing is there."""

    path: str
    signature: str
    runnable: bool
    running: dict[int, str]
    """The signatures of what processes run, by PID."""

    @property
    def identity(self) -> str:
        return _identity(self.signature)

    def is_run_by(self, pid: int) -> bool:
        return bool(self.signature) and _identity(self.running.get(pid, "")) == self.identity


def _identity(signature: str) -> str:
    return ":".join(signature.split(":")[:2])


def read_program(round_: Round, node: str, program: str, pids: Iterable[int] = ()) -> ProgramFile:
    """`program` is a path, or a name to be looked for where programs lie.

    Raises NodeUnreachable, UnreadableProgram.
    """
    exes = [f"/proc/{pid}/exe" for pid in sorted(pids)]
    result = round_.run(node, ["sh", "-s", program, *exes], stdin=_SCRIPT)
    lines = result.stdout.splitlines()
    if not lines or not lines[0].startswith("path "):
        raise UnreadableProgram(f"{node}:{program} could not be looked at: {result.stderr}", "")
    path = lines[0].removeprefix("path ")
    signatures = {}
    for line in lines[1:]:
        word, _, rest = line.partition(" ")
        if word == "is":
            signature, _, name = rest.partition(" ")
            signatures[name] = signature
    running = {int(exe.split("/")[2]): signatures[exe] for exe in exes if exe in signatures}
    return ProgramFile(path, signatures.get(path, ""), "runnable" in lines, running)


def changed_since(round_: Round, node: str, program: ProgramFile, before: str) -> str:
    """Why the file is not the installed one: neither as it was at `before`, nor from a package.

    "" when it is. Raises NodeUnreachable, UnreadableProgram.
    """
    if not before or before == program.signature or packaged(round_, node, program.path):
        return ""
    return "it has been replaced since the lab began, by what is in no package"


def packaged(round_: Round, node: str, path: str) -> bool:
    """Whether a file is what its package brought. Raises NodeUnreachable, UnreadableProgram."""
    result = round_.run(node, ["sh", "-s", path], stdin=_PACKAGE, timeout=30)
    lines = result.stdout.splitlines()
    if not lines:
        raise UnreadableProgram(f"{node}:{path} could not be read: {result.stderr}", "")
    digest = lines[0].split()[0]
    return any(line.split()[0] == digest for line in lines[1:])
