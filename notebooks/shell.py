"""A bash that stays: the cells that run in it share its directory and variables.

Speaks to a local process by pipes; that this process is an OpenSSH client is not known here. Cells
go in over standard input, so nothing of them is ever stored on a node.
"""

import base64
import codecs
import os
import re
import secrets
import select
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from labs.deadline import Deadline
from labs.errors import SeatrialError

INTERRUPTED = 130
"""The exit code of a cell that was interrupted, as of any command that SIGINT ends."""

SECONDS_TO_OPEN = 120.0

_PREPARE = """
cd
export TERM=dumb PAGER=cat SYSTEMD_PAGER=cat
read -r _ _ _ _ seatrial_group _ </proc/$$/stat
"""
"""The fifth field is the process group: what an interrupt is sent to."""

_TRAP = "trap '{ return 130; } 2>/dev/null' INT"
"""Ends the commands of a cell, which are sourced, and not the shell."""

_SECONDS_TO_HOLD = 0.1
"""An unfinished line waits this long for its end."""

_CHUNK = 65536


class ShellLost(SeatrialError):
    """The shell ended: a cell said `exit` or `set -e`, or the node is gone."""

    def __init__(self, message: str, remedy: str, code: int) -> None:
        super().__init__(message, remedy)
        self.code = code


@dataclass(slots=True)
class Shell:
    """`argv` runs the program whose name is added to it on the right machine."""

    argv: Sequence[str]
    process: "subprocess.Popen[bytes]" = field(init=False)
    _group: int = 0
    _interrupts: int = 0
    _interrupters: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def open(self) -> None:
        """Start the shell. Raises ShellLost with what was printed when it does not answer."""
        self.process = self._start()
        printed: list[str] = []
        ready = Deadline.after(SECONDS_TO_OPEN)
        try:
            group = self._exchange(_PREPARE, "$seatrial_group", printed.append, ready)
        except ShellLost as lost:
            self.close()
            said = "".join(printed).strip() or "it said nothing"
            remedy = "See whether the lab runs: `seatrial status`."
            raise ShellLost(f"The node gives no shell: {said[-300:]}.", remedy, lost.code) from lost
        except KeyboardInterrupt:
            self.process.kill()
            self.close()
            raise
        self._group = int(group)

    def run(self, code: str, on_output: Callable[[str], None]) -> int:
        """Run a cell and return the exit code of its last command.

        Standard output and standard error arrive together, in their order. Raises ShellLost.
        """
        self._interrupts = 0
        encoded = base64.b64encode(code.encode()).decode()
        source = f'{_TRAP}; . /dev/fd/3 3<<<"$(base64 -d <<<{encoded})" </dev/null 2>&1\n'
        code_of_cell = int(self._exchange(source, "$?", on_output))
        return INTERRUPTED if self._interrupts else code_of_cell

    def interrupt(self) -> None:
        """Interrupt the cell that runs; a second time, kill its shell.

        Only counts (a signal handler or another thread may call it); `run` does the work.
        """
        self._interrupts += 1

    def close(self) -> None:
        """End the shell; what it left running in the background goes on."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        for process in (self.process, *self._interrupters):
            try:
                process.wait(1.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def _start(self) -> "subprocess.Popen[bytes]":
        """In a session of its own (a SIGINT to the kernel's group must not reach the SSH client),
        and ended by the kernel's end, even while a cell runs. A program started in the background,
        as under `nohup`, ignores SIGINT; the shell must not inherit that.
        """
        undisturbed = ["env", "--default-signal=INT"]
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *undisturbed, *self.argv, "bash"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )

    def _exchange(
        self,
        commands: str,
        answer: str,
        on_output: Callable[[str], None],
        deadline: Deadline | None = None,
    ) -> str:
        """Send `commands`, pass on what they print, return what `answer` expands to at the end."""
        nonce = secrets.token_hex(8)
        self._send(f"{commands}printf '\\036%s %s\\036' {nonce} \"{answer}\"\n")
        reader = _Reader(nonce, on_output)
        signals = ["KILL", "INT"]
        while reader.answer is None:
            reader.feed(self._read(deadline))
            if signals and self._interrupts > 2 - len(signals):
                self._signal(signals.pop())
        return reader.answer

    def _send(self, text: str) -> None:
        """To a shell that has ended too: its last words are still to be read, and then its end."""
        assert self.process.stdin
        with suppress(BrokenPipeError):
            self.process.stdin.write(text.encode())

    def _read(self, deadline: Deadline | None) -> bytes:
        """The next bytes; none when there is nothing for a moment."""
        assert self.process.stdout
        descriptor = self.process.stdout.fileno()
        if not select.select([descriptor], [], [], _SECONDS_TO_HOLD)[0]:
            if deadline and deadline.passed:
                self.process.kill()
            return b""
        data = os.read(descriptor, _CHUNK)
        if not data:
            raise self._lost()
        return data

    def _lost(self) -> ShellLost:
        code = self.process.wait()
        return ShellLost(
            f"The shell ended with exit code {code}; its directory and variables are gone.",
            "The next cell gets a new one. `exit` and `set -e` in a cell end the shell.",
            code,
        )

    def _signal(self, name: str) -> None:
        """Send a signal to everything that the shell runs, by a second connection."""
        process = self._start()
        assert process.stdin and process.stdout
        process.stdout.close()
        process.stdin.write(f"kill -{name} -- -{self._group}\n".encode())
        process.stdin.close()
        self._interrupters.append(process)


@dataclass(slots=True)
class _Reader:
    """Parts a stream of bytes into a cell's output, line by line, and the answer after it."""

    nonce: str
    on_output: Callable[[str], None]
    answer: str | None = None
    _held: bytes = b""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def feed(self, data: bytes) -> None:
        waited = not data
        data = self._held + data
        found = re.search(rb"\x1e%s ([^\x1e]*)\x1e" % self.nonce.encode(), data)
        if found:
            self.answer = found.group(1).decode()
            output, self._held = data[: found.start()], b""
        else:
            output, self._held = self._split(data, waited)
        text = self._decoder.decode(output, final=self.answer is not None)
        if text:
            self.on_output(text)

    def _split(self, data: bytes, waited: bool) -> tuple[bytes, bytes]:
        """What can be shown, and what is held: an unfinished line, or the answer's beginning."""
        at = data.rfind(b"\x1e")
        start = b"\x1e" + self.nonce.encode()
        if at >= 0 and start.startswith(data[at : at + len(start)]):
            return data[:at], data[at:]
        end = len(data) if waited else data.rfind(b"\n") + 1
        return data[:end], data[end:]
