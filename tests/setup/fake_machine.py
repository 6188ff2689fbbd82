"""A machine of pretended programs for the launcher: a checkout in a folder, and what it called."""

import os
import pty
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent
END = b"\x04"
"""Written to a terminal after all else, so that everything before it is read."""

LOCKS = ("requirements.lock", "requirements-libvirt.lock", "requirements-test.lock")

CALL = '#!/bin/bash\nprintf "%s\\n" "${0##*/} $*" >>"$CALLS"\n'
INSTALLED = CALL + 'for name; do [[ $name == -* || $name == *{* || $MISSING == *" $name "* ]] ||\n'
PROGRAMS = {
    "dpkg-query": INSTALLED + "printf '%s installed\\n' \"$name\"; done\n",
    "apt-get": CALL + '[[ $* != *--simulate* ]] || echo "Inst libdependency (1 Debian)"\n',
    "apt-cache": CALL,
    "sudo": '#!/bin/bash\nexec "$@"\n',
    "id": "#!/bin/sh\necho libvirt\n",
    "python-of-distribution": CALL
    + "[[ $2 == venv ]] || exit 0\n"
    + 'mkdir -p "$3/bin" "$3/lib/python3.11/site-packages"; cp "$0" "$3/bin/python"\n',
} | {
    name: CALL
    for name in ("systemctl", "libvirtd", "virtlogd", "chgrp", "chmod", "usermod", "sg", "tmux")
}

# What the launcher asks of the real machine by other ways than PATH.
PRETENDED = """
find_python() { python=python-of-distribution; }
need_platform() { :; }
need_kvm_owner() { :; }
need_modest_machines() { :; }
systemd_runs() { return 1; }
daemon_runs() { return 0; }
daemon_answers() { return 0; }
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the launcher did."""

    code: int
    output: str
    calls: tuple[str, ...]

    def called(self, program: str) -> list[str]:
        """The calls of one program, whole."""
        return [call for call in self.calls if call.split(" ", 1)[0] == program]


@dataclass(frozen=True, slots=True)
class Machine:
    folder: Path

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    def pretend(self, program: str, script: str) -> None:
        """Put a program in front of the machine's own; it is not recorded in `calls`."""
        path = self.folder / "bin" / program
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, *arguments: str, missing: str = "", answer: str | None = None) -> Ran:
        """Run ./seatrial. `missing`: packages not installed. `answer`: typed at a terminal."""
        return self._call([str(self.checkout / "seatrial"), *arguments], missing, answer)

    def part(self, script: str, *, missing: str = "", answer: str | None = None) -> Ran:
        """Run a few lines of Bash with every part of the set-up loaded, and nothing yet done."""
        head, _, _ = (self.checkout / "seatrial").read_text().partition("as_typed=")
        (self.checkout / "part").write_text(head + script)
        return self._call(["bash", str(self.checkout / "part")], missing, answer)

    def _call(self, argv: list[str], missing: str, answer: str | None) -> Ran:
        calls = self.folder / "calls"
        calls.write_text("")
        environment = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "CALLS": str(calls),
            "MISSING": f" {missing} ",
            "HOME": str(self.folder),
        }
        code, output = _run(argv, environment, answer)
        return Ran(code, output, tuple(calls.read_text().splitlines()))


def build(folder: Path) -> Machine:
    """A new machine in an empty folder: everything is installed, and no Python environment made."""
    machine = Machine(folder)
    shutil.copytree(SOURCE / "setup", machine.checkout / "setup")
    shutil.copy(SOURCE / "seatrial", machine.checkout)
    for lock in LOCKS:
        (machine.checkout / lock).write_text(f"# {lock}\n")
    with (machine.checkout / "setup" / "terminal.sh").open("a") as last_part:
        last_part.write(PRETENDED)
    (folder / "bin").mkdir()
    for name, text in PROGRAMS.items():
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    return machine


def _run(argv: list[str], environment: Mapping[str, str], answer: str | None) -> tuple[int, str]:
    """Exit code and output; with an answer, at a terminal on which it is typed."""
    if answer is None:
        done = subprocess.run(
            argv,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout
    person, terminal = pty.openpty()
    try:
        os.write(person, f"{answer}\n".encode())
        code = subprocess.run(
            argv, env=environment, stdin=terminal, stdout=terminal, stderr=terminal, check=False
        ).returncode
        os.write(terminal, END)
        seen = b""
        while not seen.endswith(END):
            seen += os.read(person, 4096)
        return code, seen.removesuffix(END).decode().replace("\r\n", "\n")
    finally:
        os.close(person)
        os.close(terminal)
