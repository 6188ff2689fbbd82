"""One phase of a build: a shell script that runs as root, cut off from the host by namespaces.

Its process and mount namespaces end with it, so that however it ends, nothing of it is left.
"""

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from labs.errors import SeatrialError

_LAST_LINES = 12


class NotPrivileged(SeatrialError):
    """Images are made as root, and we may not become root."""


class ScriptFailed(SeatrialError):
    """A phase's script ended with an error; `last_lines` is the end of what it said."""

    def __init__(self, code: int, last_lines: tuple[str, ...]) -> None:
        super().__init__(f"A script ended with code {code}.")
        self.code = code
        self.last_lines = last_lines


def as_root() -> list[str]:
    """What to write before a command that needs root. Raises NotPrivileged."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
    ):
        return ["sudo", "-n"]
    raise NotPrivileged(
        "An image is made as root (chroot, mmdebstrap).",
        "Run “sudo -v” in this terminal first, then the same command again.",
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a script gets: its environment, its log, and the file that keeps its process id."""

    environment: Mapping[str, str]
    log: Path
    running: Path


def run_script(script: Path, given: Surroundings, heard: Callable[[str], None]) -> None:
    """Run `script` to its end; every line is logged, then `heard`. Raises ScriptFailed."""
    settings = [f"{name}={value}" for name, value in given.environment.items()]
    command = [
        *as_root(),
        *("setpriv", "--pdeathsig", "KILL"),
        *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
        *("env", *settings, "sh", str(script)),
    ]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        given.running.write_text(f"{process.pid} {script}", encoding="utf-8")
        last_lines = _listen(process, given.log, heard)
        code = process.wait()
    finally:
        if process.poll() is None:
            _end(process.pid)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        given.running.unlink(missing_ok=True)
    if code:
        raise ScriptFailed(code, last_lines)


def end_leftover(running: Path) -> None:
    """End what a killed build left running (only possible where sudo stands between it and us)."""
    if not running.exists():
        return
    process, _, script = running.read_text(encoding="utf-8").partition(" ")
    command_line = Path(f"/proc/{process}/cmdline")
    if process and command_line.exists() and script.encode() in command_line.read_bytes():
        _end(int(process))
    running.unlink()


def _listen(
    process: "subprocess.Popen[str]", log: Path, heard: Callable[[str], None]
) -> tuple[str, ...]:
    last_lines: deque[str] = deque(maxlen=_LAST_LINES)
    with log.open("a", encoding="utf-8") as written:
        for line in process.stdout or ():
            written.write(line)
            written.flush()
            last_lines.append(line.rstrip("\n"))
            heard(last_lines[-1])
    return tuple(last_lines)


def _end(group: int) -> None:
    """The first process of the namespaces dies with unshare, and all others with it."""
    subprocess.run(
        [*as_root(), "kill", "-KILL", "--", f"-{group}"], capture_output=True, check=False
    )
