"""The persistent shell, on a local bash."""

import threading
from collections.abc import Iterator

import pytest

from notebooks.shell import INTERRUPTED, Shell, ShellLost


@pytest.fixture
def shell() -> Iterator[Shell]:
    opened = Shell(["env"])
    opened.open()
    yield opened
    opened.close()


def run(shell: Shell, code: str) -> tuple[int, str]:
    printed: list[str] = []
    exit_code = shell.run(code, printed.append)
    return exit_code, "".join(printed)


def interrupt_when_printed(shell: Shell, code: str, word: str, times: int = 1) -> tuple[int, str]:
    """Run `code`, and interrupt it when it has printed `word`."""
    printed: list[str] = []

    def on_output(text: str) -> None:
        printed.append(text)
        if word in text:
            for _ in range(times):
                shell.interrupt()

    return shell.run(code, on_output), "".join(printed)


def test_cells_share_directory_variables_and_functions(shell: Shell) -> None:
    run(shell, "cd /usr; declare -A m; m[a]=1; x='two words'; f() { echo f; }")
    assert run(shell, 'echo "$PWD ${m[a]} $x"; f') == (0, "/usr 1 two words\nf\n")


def test_the_exit_code_is_that_of_the_last_command(shell: Shell) -> None:
    assert run(shell, "false\necho on")[0] == 0
    assert run(shell, "echo on\nfalse")[0] == 1
    assert run(shell, "(exit 42)")[0] == 42
    assert run(shell, "no-such-command")[0] == 127


def test_both_streams_arrive_in_their_order(shell: Shell) -> None:
    assert run(shell, "echo 1; echo 2 >&2; echo 3") == (0, "1\n2\n3\n")


def test_output_without_a_last_newline_and_odd_bytes_come_through(shell: Shell) -> None:
    assert run(shell, "printf '没有'") == (0, "没有")
    assert run(shell, r"printf 'a\036b\377c'") == (0, "a\x1eb\ufffdc")


def test_quotes_heredocs_and_many_lines_arrive_as_they_are(shell: Shell) -> None:
    code = "cat <<'END'\n$HOME `x` \"'\\\nEND\n" + "# comment\n" * 20_000 + "echo end"
    assert run(shell, code) == (0, "$HOME `x` \"'\\\nend\n")


def test_a_cell_that_reads_finds_the_end_of_its_input(shell: Shell) -> None:
    assert run(shell, "read x || echo nothing") == (0, "nothing\n")


def test_a_syntax_error_is_told_with_its_line_and_the_shell_lives(shell: Shell) -> None:
    code, output = run(shell, "echo one\nif ((")
    assert code != 0 and "line 2" in output
    assert run(shell, "echo alive") == (0, "alive\n")


def test_lines_arrive_while_the_cell_still_runs(shell: Shell) -> None:
    assert interrupt_when_printed(shell, "echo first; sleep 60; echo last", "first") == (
        INTERRUPTED,
        "first\n",
    )


def test_an_unfinished_line_is_shown_after_a_moment(shell: Shell) -> None:
    code, output = interrupt_when_printed(shell, "printf 'Password: '; sleep 60", "word:")
    assert (code, output) == (INTERRUPTED, "Password: ")


@pytest.mark.parametrize(
    "code",
    [
        "echo go; while :; do :; done; echo after",
        "echo go; sleep 60 | cat; echo after",
        "(echo go; sleep 60); echo after",
        "echo go; x=$(sleep 60); echo after",
    ],
)
def test_an_interrupt_ends_the_cell_and_keeps_the_shell(shell: Shell, code: str) -> None:
    run(shell, "kept=yes")
    assert interrupt_when_printed(shell, code, "go") == (INTERRUPTED, "go\n")
    assert run(shell, "echo $kept") == (0, "yes\n")


def test_a_second_interrupt_ends_what_ignores_the_first(shell: Shell) -> None:
    with pytest.raises(ShellLost):
        interrupt_when_printed(shell, "trap '' INT; echo go; sleep 60", "go", times=2)


def test_exit_in_a_cell_is_told_with_its_code(shell: Shell) -> None:
    with pytest.raises(ShellLost, match="exit code 3") as raised:
        run(shell, "echo bye; exit 3")
    assert raised.value.code == 3


def test_a_shell_that_does_not_open_says_what_it_said() -> None:
    shell = Shell(["sh", "-c", "echo Connection refused; exit 255"])
    with pytest.raises(ShellLost, match="gives no shell: Connection refused"):
        shell.open()


def test_closing_ends_the_shell() -> None:
    shell = Shell(["env"])
    shell.open()
    shell.close()
    assert shell.process.returncode == 0


def test_two_shells_run_side_by_side(shell: Shell) -> None:
    other = Shell(["env", "WHO=other"])
    other.open()
    results: list[tuple[int, str]] = []
    thread = threading.Thread(target=lambda: results.append(run(other, "echo $WHO")))
    thread.start()
    assert run(shell, "echo ${WHO-none}") == (0, "none\n")
    thread.join()
    other.close()
    assert results == [(0, "other\n")]
