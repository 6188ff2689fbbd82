"""The Jupyter kernel "seatrial": cells are bash and run on the nodes of a lab.

Started by Jupyter as `python -m notebooks.kernel -f CONNECTION_FILE`. A cell fails when its last
command does, as in a shell; that a command before it failed is only seen in the output.
"""

import signal
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

from labs.errors import SeatrialError
from notebooks.book import split_node
from notebooks.shell import INTERRUPTED, Shell, ShellLost
from notebooks.shell_opener import ShellOpener, opener_from_environment


class SeatrialKernel(Kernel):
    """One shell per node, opened when a cell first runs there."""

    implementation = "seatrial"
    implementation_version = "1"
    language_info = {
        "name": "bash",
        "mimetype": "text/x-sh",
        "file_extension": ".sh",
        "codemirror_mode": "shell",
    }
    banner = "Seatrial: cells run on the nodes of your lab. A first line `%node NAME` chooses one."

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._shells: dict[str, Shell] = {}
        self._opener: ShellOpener | None = None

    async def do_execute(  # noqa: PLR0913 (Jupyter's signature)
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        allow_stdin: bool = False,
        *,
        cell_meta: dict[str, Any] | None = None,
        cell_id: str | None = None,
    ) -> dict[str, Any]:
        """Blocks on purpose, as ipykernel's own does: what else the kernel does has threads."""
        try:
            exit_code = self._run(code, silent)
        except SeatrialError as error:
            return self._failed(type(error).__name__, str(error), silent)
        except KeyboardInterrupt:  # while a shell was being opened
            exit_code = INTERRUPTED
        if exit_code == INTERRUPTED:
            return self._failed("KeyboardInterrupt", "interrupted", silent)
        if exit_code:
            return self._failed("ExitCode", f"exit code {exit_code}", silent)
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        for shell in self._shells.values():
            shell.close()
        self._shells.clear()
        return {"status": "ok", "restart": restart}

    def _run(self, code: str, silent: bool) -> int:
        node, commands = split_node(code)
        if not commands.strip():
            return 0
        opener = self._opener = self._opener or opener_from_environment()
        node = node or opener.nodes[0]
        if node not in opener.nodes:
            raise SeatrialError(
                f"There is no node {node!r} in this lab.", f"It has {', '.join(opener.nodes)}."
            )
        if node not in self._shells:
            shell = Shell(opener.command(node))
            shell.open()
            self._shells[node] = shell
        shell = self._shells[node]
        before = signal.signal(signal.SIGINT, lambda *_: shell.interrupt())
        try:
            return shell.run(commands, lambda text: self._print(text, silent))
        except ShellLost:
            self._shells.pop(node).close()
            raise
        finally:
            signal.signal(signal.SIGINT, before)

    def _print(self, text: str, silent: bool) -> None:
        if not silent:
            content = {"name": "stdout", "text": text}
            self._publish("stream", content)

    def _publish(self, kind: str, content: dict[str, Any]) -> None:
        self.send_response(self.iopub_socket, kind, content)  # type: ignore[no-untyped-call]

    def _failed(self, name: str, message: str, silent: bool) -> dict[str, Any]:
        error = {"ename": name, "evalue": message, "traceback": [message]}
        if not silent:
            self._publish("error", error)
        return {"status": "error", "execution_count": self.execution_count, **error}


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=SeatrialKernel)
