"""nbclient's client, changed to pass output on while a cell still runs. Heavy: import it late."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook


class CellClient(NotebookClient):
    """Runs one source text at a time."""

    _on_output: Callable[[str], None] | None = None

    async def run(self, source: str, on_output: Callable[[str], None] | None) -> tuple[str, str]:
        """All output as one text, and the error: "" or what the kernel said."""
        cell = new_code_cell(source)  # type: ignore[no-untyped-call]
        self.nb.cells = [cell]
        self._on_output = on_output
        error = ""
        try:
            await self.async_execute_cell(cell, 0, store_history=False)
        except CellExecutionError as failed:
            error = failed.evalue
        streams = [out.text for out in cell.outputs if out.output_type == "stream"]
        return "".join(streams), error

    def output(
        self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> Any:
        """nbclient calls this for every message with output."""
        if self._on_output and msg["msg_type"] == "stream":
            self._on_output(msg["content"]["text"])
        return super().output(outs, msg, display_id, cell_index)

    async def interrupt(self) -> None:
        if self.km is not None:
            await ensure_async(self.km.interrupt_kernel())

    async def end(self) -> None:
        """Kill the kernel (its shells end with it) and stop the channels to it."""
        if self.km is not None:
            await self._async_cleanup_kernel()


def make_client(folder: Path, kernel: str, seconds_to_start: int) -> CellClient:
    """A client with a kernel manager of our own, whose files all lie in `folder`."""
    specs = KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False)
    manager = AsyncKernelManager(
        kernel_name=kernel,
        kernel_spec_manager=specs,
        transport="ipc",
        ip=str(folder / "socket"),
        connection_file=str(folder / "kernel.json"),
    )
    return CellClient(
        new_notebook(),  # type: ignore[no-untyped-call]
        km=manager,
        timeout=None,
        startup_timeout=seconds_to_start,
        interrupt_on_timeout=False,
        shutdown_kernel="immediate",
    )
