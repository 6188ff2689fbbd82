"""A program that never outlives us, however we end: a small shell holds it and hears of it."""

import os
import signal
import subprocess
from pathlib import Path

_KEEPER = """
folder=$1 log=$2
shift 2
setpriv --pdeathsig KILL "$@" </dev/null >>"$log" 2>&1 &
child=$!
echo "$child"
told=
read -r told
kill -KILL "$child" 2>/dev/null
wait "$child"
[ "$told" ] || rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }
"""
"""When we end without a word, the pipe closes, and the folder goes with the program. When the
keeper is killed, the kernel kills the program (a death signal of our own would come when the
thread ends that started it)."""


class KeptProcess:
    """One program, running from the beginning until `end`."""

    def __init__(self, argv: list[str], folder: Path, log: Path) -> None:
        self._keeper = subprocess.Popen(
            ["sh", "-c", _KEEPER, "keeper", str(folder), str(log), *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        assert self._keeper.stdout is not None
        self.pid = int(self._keeper.stdout.readline())

    @property
    def runs(self) -> bool:
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state not in "ZX"

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> None:
        """Kill it and wait until it is gone. Idempotent."""
        if self._keeper.poll() is None:
            self._keeper.communicate(b"end\n")
