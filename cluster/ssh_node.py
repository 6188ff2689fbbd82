"""A node of a running lab over SSH: the grader's channel, which several threads may use at once."""

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cluster import ssh
from cluster.node import CommandResult, NodeUnreachable
from cluster.probe import (
    SHELL,
    TOOLBOX_SHELL,
    CommandTimedOut,
    ProbeShell,
    ShellEnded,
    ShellLost,
)
from cluster.ssh import Connection, Login
from cluster.toolbox import toolbox

if TYPE_CHECKING:
    from paramiko import Channel

_SHELLS = 3
"""Commands that one node runs for us at the same time."""
_STALE_SECONDS = 5.0
"""A shell that was idle for longer is asked whether it is still there before it gets a command."""
_PING_SECONDS = 15.0
_SENDING_SECONDS = 60.0


class SshNode:
    """`cluster.node.Node` over one connection, made again when it was lost."""

    def __init__(self, login: Login, connection: Connection | None = None) -> None:
        self.login = login
        self._connection = connection
        self._idle: dict[_Opener, list[_Held]] = {}
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(_SHELLS)

    @property
    def name(self) -> str:
        return self.login.node

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60.0) -> CommandResult:
        return self._in_turn(_plain_shell, argv, stdin, timeout)

    def inspect(
        self, script: str, arguments: Sequence[str] = (), *, timeout: float = 60.0
    ) -> CommandResult:
        argv = ["sh", "-s", "--", *arguments]
        try:
            return self._in_turn(_toolbox_shell, argv, script, timeout)
        except NodeUnreachable as error:
            if not isinstance(error.__cause__, ShellLost):
                raise
            # Somebody ended our shells; a script that only reads may run again.
            with self._lock:
                self._idle.pop(_toolbox_shell, None)
            return self._in_turn(_toolbox_shell, argv, script, timeout)

    def adopt(self, login: Login) -> None:
        """Use `login` (a new key) when a connection must be made again; this one goes on."""
        self.login = login

    def close(self) -> None:
        """Let go the connection; the next command would make a new one."""
        with self._lock:
            self._drop()

    def _in_turn(
        self, opener: "_Opener", argv: Sequence[str], stdin: str, timeout: float
    ) -> CommandResult:
        if not self._turns.acquire(timeout=timeout):
            raise self.login.unreachable(f"it was busy for {timeout:.0f} s")
        try:
            return self._run(opener, argv, stdin, timeout)
        finally:
            self._turns.release()

    def _run(
        self, opener: "_Opener", argv: Sequence[str], stdin: str, timeout: float
    ) -> CommandResult:
        connection, shell = held = self._take(opener)
        try:
            result = shell.run(argv, stdin, timeout)
        except CommandTimedOut:
            self._give(opener, held)
            raise NodeUnreachable(
                f"`{argv[0]}` on {self.name} did not end within {timeout:.0f} s.",
                "The node may be overloaded; try again.",
            ) from None
        except ShellLost as error:
            if not (connection.alive and shell.ended):
                self._forget(connection)
            raise self.login.unreachable(error) from error
        except BaseException:
            shell.close()
            raise
        self._give(opener, held)
        return result

    def _give(self, opener: "_Opener", held: "_Held") -> None:
        with self._lock:
            if held[0] is self._connection:
                self._idle.setdefault(opener, []).append(held)

    def _take(self, opener: "_Opener") -> "_Held":
        """A shell that answers, over a new connection if need be. Raises NodeUnreachable."""
        while held := self._idle_one(opener):
            connection, shell = held
            fresh = time.monotonic() - shell.used_at < _STALE_SECONDS
            if connection.alive and (fresh or shell.answers(_PING_SECONDS)):
                return held
            if not (connection.alive and shell.ended):
                self._forget(connection)
        with self._lock:
            if self._connection is None or not self._connection.alive:
                self._drop()
                self._connection = ssh.connect(self.login)
            connection = self._connection
        try:
            return connection, ProbeShell(opener(connection))
        except ShellLost as error:
            raise self.login.unreachable(error) from error

    def _idle_one(self, opener: "_Opener") -> "_Held | None":
        with self._lock:
            idle = self._idle.get(opener)
            return idle.pop() if idle else None

    def _forget(self, connection: Connection) -> None:
        """A connection that lost a shell is no good; a newer one, by another thread, is."""
        with self._lock:
            if connection is self._connection:
                self._drop()

    def _drop(self) -> None:
        self._idle.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _plain_shell(connection: Connection) -> "_ChannelStream":
    return _ChannelStream(connection.execute(SHELL, timeout=_PING_SECONDS))


def _toolbox_shell(connection: Connection) -> "_ChannelStream":
    program, nonce = toolbox(), secrets.token_hex(8)
    command = TOOLBOX_SHELL.format(nonce=nonce, size=len(program))
    stream = _ChannelStream(connection.execute(command, timeout=_PING_SECONDS))
    stream.send(program, _SENDING_SECONDS)
    return stream


_Opener = Callable[[Connection], "_ChannelStream"]
_Held = tuple[Connection, ProbeShell]
"""A shell and what it runs on."""


class _ChannelStream:
    """A paramiko channel as `cluster.probe.Stream`."""

    def __init__(self, channel: "Channel") -> None:
        self._channel = channel

    def send(self, data: bytes, timeout: float) -> None:
        try:
            self._channel.settimeout(timeout)
            self._channel.sendall(data)
        except OSError as error:
            if self._channel.closed or self._channel.eof_received:
                raise ShellEnded("our shell was ended") from error
            raise ShellLost(f"nothing could be sent: {error}") from error

    def read_stdout(self, timeout: float) -> bytes:
        return self._read(self._channel.recv, timeout)

    def read_stderr(self, timeout: float) -> bytes:
        return self._read(self._channel.recv_stderr, timeout)

    def close(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            self._channel.close()

    def _read(self, receive: Callable[[int], bytes], timeout: float) -> bytes:
        self._channel.settimeout(timeout)
        try:
            data = receive(1 << 16)
        except OSError as error:
            raise ShellLost("no answer in time") from error
        if not data:
            raise ShellEnded("our shell was ended")
        return bytes(data)
