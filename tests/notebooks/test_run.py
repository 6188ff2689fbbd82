"""Cells through a real kernel process, on local shells: what a screen and CI see of them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from labs import paths
from labs.course import load_lab
from labs.deadline import Deadline
from notebooks.book import Cell, Notebook
from notebooks.run import KernelLost, NotebookSession, run_solution_cells

HERE = Path(__file__).parent
GOOD = HERE.parent / "labs" / "good"
LOCAL = "local_shells:LocalShells"
SECONDS = 60.0
"""A limit for a busy machine; nothing here takes more than one or two."""
T = TypeVar("T")


@pytest.fixture(autouse=True)
def local_shells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(HERE))


@pytest.fixture
async def session() -> AsyncIterator[NotebookSession]:
    async with NotebookSession("1/moorings", Notebook("1/moorings", ()), LOCAL) as started:
        yield started


def cell(source: str) -> Cell:
    return Cell("", "look", "", source, 0, True)


async def test_cells_run_on_their_node_and_keep_its_state(session: NotebookSession) -> None:
    await session.run(cell("cd /usr; echo"))
    await session.run(cell("%node k8s-node1\ncd /etc"))
    here = await session.run(cell("echo $NODE $PWD"))
    there = await session.run(cell("%node k8s-node1\necho $NODE $PWD"))
    assert (here.ok, here.output) == (True, "k8s-master /usr\n")
    assert (there.ok, there.output) == (True, "k8s-node1 /etc\n")


async def test_a_failing_cell_has_its_output_and_its_exit_code(session: NotebookSession) -> None:
    result = await session.run(cell("echo before; (exit 4)"))
    assert (result.ok, result.output, result.error) == (False, "before\n", "exit code 4")


async def test_an_unknown_node_is_told_with_those_there_are(session: NotebookSession) -> None:
    result = await session.run(cell("%node k8s-node7\ntrue"))
    assert result.error == "There is no node 'k8s-node7' in this lab. It has k8s-master, k8s-node1."


async def test_a_lost_shell_is_replaced_by_the_next_cell(session: NotebookSession) -> None:
    lost = await session.run(cell("x=1; exit 3"))
    assert "exit code 3" in lost.error
    assert (await session.run(cell("echo [$x]"))).output == "[]\n"


async def test_output_arrives_before_the_cell_ends_and_it_can_be_interrupted(
    session: NotebookSession,
) -> None:
    printed = asyncio.Event()
    running = asyncio.create_task(
        session.run(cell("echo first; sleep 60"), lambda text: printed.set())
    )
    await within(SECONDS, printed.wait())
    await session.interrupt()
    result = await within(SECONDS, running)
    assert (result.ok, result.output, result.error) == (False, "first\n", "interrupted")
    assert (await session.run(cell("echo alive"))).output == "alive\n"


async def test_restarting_forgets_the_state_of_the_shells(session: NotebookSession) -> None:
    await session.run(cell("x=1"))
    await session.restart()
    assert (await session.run(cell("echo [$x]"))).output == "[]\n"


async def test_closing_while_a_cell_runs_ends_that_cell(session: NotebookSession) -> None:
    printed = asyncio.Event()
    running = asyncio.create_task(session.run(cell("echo go; sleep 60"), lambda _: printed.set()))
    await within(SECONDS, printed.wait())
    await session.close()
    assert (await within(SECONDS, running)).error == "interrupted"


async def test_a_kernel_that_dies_is_told_and_replaced(session: NotebookSession) -> None:
    with pytest.raises(KernelLost, match="died"):
        # The shell is a child of the kernel.
        await session.run(cell("kill -9 $PPID; sleep 60"))
    assert (await session.run(cell("echo again"))).output == "again\n"


CALLER = """
import asyncio
import sys
from notebooks.book import Cell, Notebook
from notebooks.run import NotebookSession
def tell(text):
    print(text, flush=True)
async def main():
    async with NotebookSession("1/moorings", Notebook("1/moorings", ()), sys.argv[1]) as session:
        await session.run(Cell("", "look", "", "echo $PPID $$; sleep 60", 0, True), tell)
asyncio.run(main())
"""


def test_kernel_and_shell_end_when_their_caller_is_killed(running: Callable[[int], bool]) -> None:
    environment = os.environ | {"PYTHONPATH": f"{paths.SOURCE}{os.pathsep}{HERE}"}
    command = [sys.executable, "-c", CALLER, LOCAL]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdout=pipe, text=True) as caller:
        assert caller.stdout
        pids = [int(pid) for pid in caller.stdout.readline().split()]
        caller.send_signal(signal.SIGKILL)
    ended = Deadline.after(SECONDS).poll(lambda: not any(map(running, pids)) or None, every=0.1)
    assert ended, f"one of {pids} still runs"


async def test_signal_handlers_stay_as_they_were() -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: None)
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with NotebookSession("1/moorings", Notebook("1/moorings", ()), LOCAL) as session:
        await session.run(cell("true"))
        during = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert before == during
    assert loop.remove_signal_handler(signal.SIGTERM)


async def test_a_lab_that_does_not_run_is_said_so_in_the_cell() -> None:
    async with NotebookSession("0/stopped", Notebook("0/stopped", ()), LOCAL) as session:
        result = await session.run(cell("true"))
    assert result.error == "The lab 0/stopped does not run. Start it: `seatrial up`."


async def test_a_cell_can_be_interrupted_while_its_shell_still_opens(tmp_path: Path) -> None:
    lab_id = str(tmp_path)
    async with NotebookSession(lab_id, Notebook(lab_id, ()), LOCAL) as session:
        running = asyncio.create_task(session.run(cell("true")))
        opening = (tmp_path / "opening").exists
        assert await asyncio.to_thread(
            Deadline.after(SECONDS).poll, lambda: opening() or None, 0.05
        )
        await session.interrupt()
        assert (await within(SECONDS, running)).error == "interrupted"


async def test_the_solution_cells_of_a_step_run_in_order_until_one_fails(tmp_path: Path) -> None:
    sources = ["echo a >&2; cd /usr", "pwd; false", "echo never"]
    solution = {"step": "knot", "role": "solution"}
    written = [
        {"cell_type": "code", "source": text, "metadata": {"seatrial": solution}}
        for text in sources
    ]
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps({"cells": written}))
    lab = replace(load_lab("1/moorings", root=GOOD), notebook=path)
    results = await run_solution_cells(lab, "knot", None, LOCAL)
    assert [(result.ok, result.output) for result in results] == [(True, "a\n"), (False, "/usr\n")]


async def within(seconds: float, work: Awaitable[T]) -> T:
    return await asyncio.wait_for(work, seconds)
