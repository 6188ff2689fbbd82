"""The probe's frames, through a real local shell."""

import os
import selectors
import subprocess
import time
from collections.abc import Iterator
from typing import IO

import pytest

from cluster.probe import SHELL, CommandTimedOut, ProbeShell, ShellLost


class LocalShell:
    """The command that runs on a node, here as a child process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["sh", "-c", SHELL],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def send(self, data: bytes, timeout: float) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise ShellLost("gone") from error

    def read_stdout(self, timeout: float) -> bytes:
        return self._read(self.process.stdout, timeout)

    def read_stderr(self, timeout: float) -> bytes:
        return self._read(self.process.stderr, timeout)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()

    @staticmethod
    def _read(pipe: IO[bytes] | None, timeout: float) -> bytes:
        assert pipe is not None
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            if not selector.select(timeout):
                raise ShellLost("no answer in time")
        data = os.read(pipe.fileno(), 1 << 16)
        if not data:
            raise ShellLost("ended")
        return data


@pytest.fixture
def local() -> Iterator[LocalShell]:
    shell = LocalShell()
    yield shell
    shell.close()


@pytest.fixture
def shell(local: LocalShell) -> ProbeShell:
    return ProbeShell(local)


def test_streams_and_exit_code_come_apart(shell: ProbeShell) -> None:
    found = shell.run(["sh", "-c", "echo out; echo err >&2; exit 3"], "", 10)
    assert (found.code, found.stdout, found.stderr) == (3, "out\n", "err\n")


def test_output_without_a_final_newline_is_exact(shell: ProbeShell) -> None:
    assert shell.run(["printf", "%s", "no newline"], "", 10).stdout == "no newline"
    assert shell.run(["printf", "two\n\n"], "", 10).stdout == "two\n\n"
    assert shell.run(["true"], "", 10).stdout == ""


def test_words_reach_the_command_unchanged(shell: ProbeShell) -> None:
    words = ["a b", "$HOME", "`id`", "it's", "*", "", "é\n"]
    found = shell.run(["printf", "%s|", *words], "", 10)
    assert found.stdout == "".join(f"{word}|" for word in words)


def test_standard_input_reaches_the_command_unchanged(shell: ProbeShell) -> None:
    text = "$HOME `id` 'quoted' \\ é\nEOF\n\nend\n"
    assert shell.run(["cat"], text, 10).stdout == text


def test_a_script_over_standard_input_runs_and_its_exit_code_counts(shell: ProbeShell) -> None:
    found = shell.run(["sh", "-eu"], "echo before\nfalse\necho after\n", 10)
    assert (found.code, found.stdout) == (1, "before\n")


def test_a_megabyte_of_output_arrives_whole(shell: ProbeShell) -> None:
    found = shell.run(["sh", "-c", "yes 0123456 | head -c 1048576"], "", 20)
    assert len(found.stdout) == 1 << 20


def test_a_command_that_takes_too_long_is_ended_and_the_shell_goes_on(shell: ProbeShell) -> None:
    with pytest.raises(CommandTimedOut):
        shell.run(["sleep", "60"], "", 0.2)
    assert shell.run(["echo", "still here"], "", 10).stdout == "still here\n"


def test_a_command_that_says_124_by_itself_did_not_time_out(shell: ProbeShell) -> None:
    assert shell.run(["sh", "-c", "exit 124"], "", 10).code == 124


def test_what_a_left_behind_child_writes_is_not_taken_for_an_answer(shell: ProbeShell) -> None:
    shell.run(["sh", "-c", "(sleep 0.1; echo late) & echo first"], "", 10)
    end = time.monotonic() + 0.3
    found = [shell.run(["echo", "mine"], "", 10).stdout]
    while time.monotonic() < end:
        found.append(shell.run(["true"], "", 10).stdout)
    assert found[0] == "mine\n"


def test_the_environment_is_clean_and_the_path_is_fixed(
    monkeypatch: pytest.MonkeyPatch, local: LocalShell
) -> None:
    monkeypatch.setenv("SEATRIAL_LEAK", "1")
    other = LocalShell()
    try:
        found = ProbeShell(other).run(["env"], "", 10).stdout
    finally:
        other.close()
    assert "SEATRIAL_LEAK" not in found
    assert "PATH=/usr/sbin:/usr/bin:/sbin:/bin\n" in found


def test_undecodable_output_is_replaced(shell: ProbeShell) -> None:
    assert shell.run(["printf", r"a\377b"], "", 10).stdout == "a�b"


def test_a_shell_that_was_killed_is_lost(shell: ProbeShell, local: LocalShell) -> None:
    assert shell.answers(5)
    local.process.kill()
    assert not shell.answers(5)
    with pytest.raises(ShellLost):
        shell.run(["true"], "", 5)
