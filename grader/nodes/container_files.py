"""Files as a container sees them, through /proc/PID/root on its node; nothing is run inside.

What is written as a trial carries a nonce and is gone when the one script that wrote it ends.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from grader.round import Round
from labs.errors import SeatrialError

_WRITE = """
folder=$1 name=.seatrial-$2-$$ nonce=$2
shift 2
cd -P -- "$folder" || { echo 'no folder'; exit 0; }
trap 'rm -f -- "$folder/$name"' EXIT
trap 'exit 1' HUP INT TERM
if message=$( { printf '%s' "$nonce" >"./$name"; } 2>&1 ); then echo written; else
  printf 'refused %s\\n' "${message##*: }"
  exit 0
fi
for other in "$@"; do
  read -r found <"$other/$name" 2>/dev/null || :
  if [ "$found" = "$nonce" ]; then echo same; else echo other; fi
  found=
done
"""
_READ = """
[ -e "$1" ] || { echo absent; exit 0; }
[ -f "$1" ] || { echo 'no file'; exit 0; }
printf 'content '
head -c 200000 -- "$1" | base64 -w 0
echo
"""


class CannotLookInside(SeatrialError):
    """A container's files could not be looked at."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`refused` is why nothing could be written, "" when it could."""

    refused: str
    seen: tuple[bool, ...]
    """Whether what was written was found below each of the other folders."""


def root_of(pid: int, path: str) -> str:
    """The path of a container's file on its node."""
    return f"/proc/{pid}/root{path}"


def write_and_read(round_: Round, node: str, folder: str, others: Sequence[str]) -> Trial:
    """Write a nonce in `folder`, look for it in the `others`, remove it: all on one node.

    Raises NodeUnreachable, CannotLookInside.
    """
    argv = ["sh", "-s", folder, round_.nonce(), *others]
    lines = round_.run(node, argv, stdin=_WRITE).stdout.splitlines()
    if lines and lines[0].startswith("refused"):
        return Trial(lines[0].removeprefix("refused").strip() or "it was refused", ())
    if len(lines) != len(others) + 1 or lines[0] != "written":
        raise CannotLookInside(f"{node}:{folder} could not be written to", "")
    return Trial("", tuple(line == "same" for line in lines[1:]))


def read_text(round_: Round, node: str, path: str) -> str | None:
    """None when no file is there. Raises NodeUnreachable, CannotLookInside."""
    lines = round_.run(node, ["sh", "-s", path], stdin=_READ).stdout.splitlines()
    if not lines:
        raise CannotLookInside(f"{node}:{path} could not be read", "")
    if not lines[0].startswith("content "):
        return None
    return base64.b64decode(lines[0].removeprefix("content ")).decode(errors="replace")
