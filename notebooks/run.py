"""Runs the cells of a lab's notebook in its kernel, from a screen or headless.

Owns the kernel manager and the client: no signal handler of nbclient's is ever installed, nothing
that the kernel prints reaches the terminal, and its sockets are files, not ports.
"""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from labs.errors import SeatrialError
from labs.model import Lab
from notebooks.book import Cell, Notebook, load_notebook
from notebooks.kernel_spec import NAME, write_kernel_spec
from notebooks.shell_opener import LAB_SHELLS

if TYPE_CHECKING:
    from notebooks.cell_client import CellClient

SECONDS_TO_START = 60
SECONDS_TO_INTERRUPT = 5.0

OnOutput = Callable[[str], None]
"""Called in the event loop with text as it comes: from outside, never markup."""


class KernelLost(SeatrialError):
    """The kernel did not start, or died."""


@dataclass(frozen=True, slots=True)
class CellResult:
    """What a cell did. `error` is "" or, for example, `exit code 1`, `interrupted`."""

    ok: bool
    output: str
    error: str


@dataclass(slots=True)
class NotebookSession:
    """One kernel for one lab. `start` it, `run` cells one at a time, `close` it."""

    lab_id: str
    notebook: Notebook
    shells: str = LAB_SHELLS
    _folder: Path | None = None
    _client: "CellClient | None" = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the kernel, which opens no shell yet. Raises KernelLost."""
        if self._client is None:
            self._folder = await asyncio.to_thread(self._prepare)
            self._client = await asyncio.to_thread(self._make_client, self._folder)
            await self._boot(self._client)

    async def run(self, cell: Cell, on_output: OnOutput | None = None) -> CellResult:
        """Run a code cell; further calls wait for their turn. Raises KernelLost."""
        from nbclient.exceptions import DeadKernelError

        await self.start()
        assert self._client
        try:
            async with self._turn:
                output, error = await self._client.run(cell.source, on_output)
        except DeadKernelError as dead:
            await self.close()
            raise KernelLost("The notebook's kernel died.", "Run the cell again.") from dead
        return CellResult(not error, output, error)

    async def interrupt(self) -> None:
        """Interrupt the cell that runs; a second time, its shell is ended."""
        if self._client:
            await self._client.interrupt()

    async def restart(self) -> None:
        """A new kernel with new shells: directory and variables are as at first."""
        await self.close()
        await self.start()

    async def close(self) -> None:
        """Interrupt the cell that runs, end kernel and shells. Background jobs on nodes go on."""
        client, self._client = self._client, None
        folder, self._folder = self._folder, None
        if client and self._turn.locked():
            await client.interrupt()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._free(), SECONDS_TO_INTERRUPT)
        if client:
            await client.end()
        if folder:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _free(self) -> None:
        async with self._turn:
            pass

    def _prepare(self) -> Path:
        """A short path: names of sockets have at most 107 bytes."""
        folder = Path(tempfile.mkdtemp(prefix="seatrial-"))
        write_kernel_spec(folder, self.lab_id, self.shells)
        return folder

    def _make_client(self, folder: Path) -> "CellClient":
        """In a thread, because importing Jupyter takes half a second."""
        from notebooks.cell_client import make_client

        return make_client(folder, NAME, SECONDS_TO_START)

    async def _boot(self, client: "CellClient") -> None:
        try:
            quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            await client.async_start_new_kernel(**quiet)
            await client.async_start_new_kernel_client()
        except (RuntimeError, OSError) as error:
            await self.close()
            remedy = "See `seatrial doctor`; is the virtual environment complete?"
            raise KernelLost(f"The notebook's kernel does not start: {error}.", remedy) from error


async def run_solution_cells(
    lab: Lab, step_id: str, on_output: OnOutput | None = None, shells: str = LAB_SHELLS
) -> list[CellResult]:
    """Run the solution cells of a step verbatim and in order; ends at the first that fails."""
    results: list[CellResult] = []
    notebook = load_notebook(lab)
    async with NotebookSession(lab.id, notebook, shells) as session:
        for cell in notebook.solution_of(step_id):
            results.append(await session.run(cell, on_output))
            if not results[-1].ok:
                break
    return results
