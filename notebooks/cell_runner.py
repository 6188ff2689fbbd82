"""Runs notebook cells for callers that are threads: one event loop, one kernel per lab."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from labs.model import Lab
from notebooks.book import load_notebook
from notebooks.run import CellResult, NotebookSession, OnOutput

T = TypeVar("T")


class CellRunner:
    """Kernels start with their first cell, end with `close`. Any thread may call; calls block."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._sessions: dict[str, NotebookSession] = {}
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def run(self, lab: Lab, index: int, on_output: OnOutput) -> CellResult:
        """Run the cell at `index` of the lab's notebook. Raises KernelLost."""
        session = self._session(lab)
        return self._wait(session.run(session.notebook.cells[index], on_output))

    def interrupt(self, lab_id: str) -> None:
        """Interrupt the cell that runs now, if any."""
        session = self._sessions.get(lab_id)
        if session:
            self._wait(session.interrupt())

    def end(self, lab_id: str) -> None:
        """End the lab's kernel, if it has one."""
        session = self._sessions.pop(lab_id, None)
        if session:
            self._wait(session.close())

    def close(self) -> None:
        """End every kernel and the loop."""
        for lab_id in list(self._sessions):
            self.end(lab_id)
        if self._thread:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    def _session(self, lab: Lab) -> NotebookSession:
        with self._starting:
            if lab.id not in self._sessions:
                self._sessions[lab.id] = NotebookSession(lab.id, load_notebook(lab))
            return self._sessions[lab.id]

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="notebooks", daemon=True
                )
                self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
