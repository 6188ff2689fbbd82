"""The grader's fast way into a node: one shell process that stays, and frames that go through it.

A frame is shell text that runs one command; a nonce marks where its output begins and ends, on both
streams, so that what an earlier command's children still write is never taken for an answer.
"""

import re
import secrets
import shlex
import time
from collections.abc import Sequence
from typing import Protocol

from cluster.node import CommandResult
from labs.deadline import Deadline

_PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
_ENVIRONMENT = f"env -i {_PATH} HOME=/root USER=root LOGNAME=root LANG=C.UTF-8"
SHELL = f"exec /usr/bin/{_ENVIRONMENT} /bin/sh"
"""What a channel runs: the node's shell, a clean environment, the system's own folders as PATH."""

TOOLBOX_SHELL = f"""{_PATH}; umask 077
for folder in /dev/shm /run /var/tmp /root; do
  d=$folder/.seatrial-{{nonce}}
  mkdir $d && fallocate -l {{size}} $d/busybox && echo '#!/bin/sh' >$d/try && chmod 700 $d/try &&
    $d/try && break
  rm -rf $d
done 2>/dev/null
head -c {{size}} >$d/busybox && chmod 700 $d/busybox &&
  exec $d/busybox {_ENVIRONMENT} $d/busybox sh -c "rm -rf $d; exec -a busybox /proc/self/exe sh"
"""
"""What a channel runs for our own shell: the toolbox comes on its standard input. It goes on from
memory, in the first folder that lets programs run, and nothing of it is left to be found."""

_GRACE_SECONDS = 30.0
"""How much later than the command's own time limit an answer may come."""
_TIMED_OUT = (124, 137, 143)
"""By the exit status of coreutils' timeout, and of BusyBox's, which leaves the signal's."""


class ShellLost(Exception):
    """The shell's process or the way to it is gone."""


class ShellEnded(ShellLost):
    """The shell's process has ended; what it ran on may be as good as before."""


class CommandTimedOut(Exception):
    """The command was ended because its time was over; the shell is still good."""


class Stream(Protocol):
    """A running shell: what it is told, and what it says. All raise ShellLost when it is gone."""

    def send(self, data: bytes, timeout: float) -> None: ...
    def read_stdout(self, timeout: float) -> bytes: ...
    def read_stderr(self, timeout: float) -> bytes: ...
    def close(self) -> None: ...


class ProbeShell:
    """One shell on one stream; one command at a time."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.used_at = time.monotonic()
        self.ended = False
        """Whether its process is known to be gone, though what it ran on may be there."""

    def run(self, argv: Sequence[str], stdin: str, timeout: float) -> CommandResult:
        """Raises ShellLost, CommandTimedOut. `stdin` gets a final newline if it has none."""
        nonce = secrets.token_hex(8)
        began = time.monotonic()
        deadline = Deadline.after(timeout + _GRACE_SECONDS)
        self._send(frame(argv, stdin, timeout, nonce), deadline.left)
        out, code = self._answer(self._stream.read_stdout, nonce, deadline)
        err, _ = self._answer(self._stream.read_stderr, nonce, deadline)
        self.used_at = time.monotonic()
        if code in _TIMED_OUT and self.used_at - began >= timeout:
            raise CommandTimedOut
        return CommandResult(code, out.decode(errors="replace"), err.decode(errors="replace"))

    def answers(self, timeout: float) -> bool:
        """Whether the shell is still there."""
        nonce = secrets.token_hex(8)
        try:
            self._send(_marks(nonce, "0").encode(), timeout)
            deadline = Deadline.after(timeout)
            self._answer(self._stream.read_stdout, nonce, deadline)
            self._answer(self._stream.read_stderr, nonce, deadline)
        except ShellLost:
            return False
        self.used_at = time.monotonic()
        return True

    def close(self) -> None:
        self._stream.close()

    def _send(self, data: bytes, timeout: float) -> None:
        try:
            self._stream.send(data, timeout)
        except ShellEnded:
            self.ended = True
            raise

    def _read(self, read: "_Read", timeout: float) -> bytes:
        try:
            return read(timeout)
        except ShellEnded:
            self.ended = True
            raise

    def _answer(self, read: "_Read", nonce: str, deadline: Deadline) -> tuple[bytes, int]:
        begin, end = f"<{nonce}\n".encode(), re.compile(rf"\n>{nonce} (\d+)\n".encode())
        data = bytearray()
        searched = 0
        while not (found := end.search(data, searched)):
            # The mark may arrive in two parts.
            searched = max(0, len(data) - 64)
            data += self._read(read, deadline.left)
        start = data.find(begin)
        return bytes(data[start + len(begin) : found.start()]), int(found[1])


class _Read(Protocol):
    def __call__(self, timeout: float) -> bytes: ...


def frame(argv: Sequence[str], stdin: str, timeout: float, nonce: str) -> bytes:
    """The shell text that runs one command with its input, its time limit and its marks."""
    command = shlex.join(["timeout", "-k", "2", f"{timeout:.3f}", *argv])
    if not stdin:
        return f"{_begin(nonce)}{command} </dev/null\n{_end(nonce, '$?')}".encode()
    text = stdin if stdin.endswith("\n") else stdin + "\n"
    here = f"input-{nonce}"
    return f"{_begin(nonce)}{command} <<'{here}'\n{text}{here}\n{_end(nonce, '$?')}".encode()


def _begin(nonce: str) -> str:
    return f"echo '<{nonce}'; echo '<{nonce}' >&2\n"


def _end(nonce: str, code: str) -> str:
    return f"printf '\\n>{nonce} %d\\n' {code}; printf '\\n>{nonce} 0\\n' >&2\n"


def _marks(nonce: str, code: str) -> str:
    return _begin(nonce) + _end(nonce, code)
