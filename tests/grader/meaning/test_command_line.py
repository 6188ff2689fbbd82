import subprocess
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.command_line import Program, parse_command
from grader.meaning.compare import compare
from grader.meaning.shell_script import normal_script

LOOP = "while true; do date; sleep 1; done"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["sleep", "3600"], ["sleep", "3600"]),
        (["sleep", "3600"], ["sh", "-c", "sleep 3600"]),
        (["sleep", "3600"], ["/bin/sh", "-c", "sleep 3600"]),
        (["sleep", "3600"], ["/bin/sh", "-ec", "exec sleep 3600;"]),
        (["sleep", "3600"], ["bash", "-e", "-c", " sleep  '3600' \n"]),
        (["sleep", "3600"], ["/bin/sleep", "3600"]),
        (["sleep", "3600"], "sleep 3600"),
        ("sleep 3600", ["sleep", "3600"]),
        ("sleep 3600", ["sleep", 3600]),
        ("sh -c 'sleep 3600'", ["sleep", "3600"]),
        (["sleep", "3600"], ["sh", "-c", "sh -c 'sleep 3600'"]),
        (["echo", "a b"], ["sh", "-c", 'echo "a b"']),
        (["nginx", "-g", "daemon off;"], ["sh", "-c", "exec nginx -g 'daemon off;'"]),
        (LOOP, ["sh", "-c", LOOP]),
        (LOOP, ["/bin/bash", "-c", "while true\ndo\n  date\n  sleep 1\ndone\n"]),
        (["sh", "-c", LOOP], ["/bin/sh", "-c", "while true; do\n  date ;\n  sleep 1;\ndone"]),
        (["sh", "-c", 'date>>/log; echo "x y"'], ["sh", "-c", "date>>/log;echo 'x y'"]),
        (["sh", "-c", "a|b&&c"], ["sh", "-c", "a | b &&\nc"]),
    ],
)
def test_commands_that_run_the_same_are_equal(wanted: Any, found: Any) -> None:
    assert compare({"argv": wanted}, found, "x") is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["sleep", "3600"], ["sleep", "360"]),
        (["sleep", "3600"], ["sleep 3600"]),
        (["sleep", "3600"], ["sh", "-c", "sleep", "3600"]),
        (["sleep", "3600"], ["sh", "-c", "sleep 3600 && reboot"]),
        (["sleep", "3600"], ["sh", "sleep", "3600"]),
        (["sleep", "3600"], ["sh", "-nc", "sleep 3600"]),
        (["sleep", "3600"], ["sh", "-lc", "sleep 3600"]),
        (["sleep", "3600"], ["/opt/bin/sleep", "3600"]),
        (["sleep", "3600"], ["X=1", "sleep", "3600"]),
        (["sleep", "3600"], ["sh", "-c", "X=1 sleep 3600"]),
        (["tail", "-f", "/x"], ["tail", "-F", "/x"]),
        (["ls", "*"], ["sh", "-c", "ls *"]),
        (["echo", "$HOME"], ["sh", "-c", "echo $HOME"]),
        (["echo", "-e", "x"], ["sh", "-c", "echo -e x"]),
        (["echo", "a", "b"], ["echo", "a b"]),
        (["kill", "1"], ["sh", "-c", "kill 1"]),
        (["sh", "-c", "a; b"], ["sh", "-c", "b; a"]),
        (["sh", "-c", "echo 2 >x"], ["sh", "-c", "echo 2>x"]),
        (["sh", "-c", "echo 'a  b' | cat"], ["sh", "-c", "echo 'a b' | cat"]),
        (["sh", "-c", 'echo "$(echo "a  b")"'], ["sh", "-c", 'echo "$(echo "a b")"']),
        (["sh", "-c", "echo ${x:-a;b}"], ["sh", "-c", "echo ${x:-a; b}"]),
        (["sh", "-c", "echo a\\  b; c"], ["sh", "-c", "echo a\\ b; c"]),
        (["sh", "-c", "echo do\nls"], ["sh", "-c", "echo do ls"]),
        (["sh", "-c", "echo {\nls"], ["sh", "-c", "echo { ls"]),
        (["sh", "-c", "cat <<E\na  b\nE"], ["sh", "-c", "cat <<E\na b\nE"]),
        (["sh", "-c", LOOP], ["bash", "-c", LOOP]),
        (LOOP, ["sh", "-ec", LOOP]),
        (LOOP, LOOP.replace("date", "date # ")),
    ],
)
def test_commands_that_run_something_else_differ(wanted: Any, found: Any) -> None:
    mismatch = compare({"argv": wanted}, found, "x")
    assert mismatch is not None and mismatch.why.startswith("x is ")


def test_what_is_no_command_is_named() -> None:
    for nothing in ([], {"a": 1}, 3, [["a"]], "  "):
        mismatch = compare({"argv": "sleep 1"}, nothing, "x")
        assert mismatch is not None and mismatch.why.endswith("which is not a command")


WORDS = st.lists(st.text("ab1-./ '*$;=", min_size=1, max_size=6), min_size=1, max_size=4)


def quote(word: str, choose: Random) -> str:
    """One way to write a word for a shell."""
    plain = all(letter.isalnum() or letter in "-./" for letter in word)
    forms = [word] if plain else []
    if "'" not in word:
        forms.append(f"'{word}'")
    if not set(word) & set("$"):
        forms.append(f'"{word}"')
    return choose.choice(forms) if forms else ""


@given(WORDS, st.randoms(use_true_random=False))
def test_however_a_shell_is_told_the_words_they_are_the_same(
    words: list[str], choose: Random
) -> None:
    argv = ["run", *words]
    written = [quote(word, choose) for word in argv]
    if not all(written):
        return
    line = choose.choice([" ", "  "]).join(written) + choose.choice(["", ";", "\n"])
    shell = [choose.choice(["sh", "/bin/sh", "bash"]), "-c", line]
    assert parse_command(shell) == parse_command(argv) == Program(tuple(argv))


@given(st.text("ab '\"$;-*\n\t=\\#&|<>(){}~!", max_size=14))
def test_words_are_only_read_out_of_a_line_as_a_shell_reads_them(line: str) -> None:
    found = parse_command(["sh", "-c", f"printargs {line}"])
    if not isinstance(found, Program):
        return
    script = f'printargs() {{ for one; do printf "%s\\0" "$one"; done; }}; printargs {line}'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    if done.returncode and "yntax error" in done.stderr:
        return  # no shell runs it, so there is nothing to be taken for it
    assert done.stdout.split("\0")[:-1] == list(found.argv[1:])


@given(WORDS, st.data())
def test_a_word_more_or_fewer_is_another_command(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    fewer = ["run", *words[:at], *words[at + 1 :]]
    assert compare({"argv": ["run", *words]}, fewer) is not None
    assert compare({"argv": fewer}, ["run", *words]) is not None


TOKENS = st.sampled_from(
    [
        "echo",
        "a",
        "'x  y'",
        '"p  q"',
        '"$i"',
        "$i  z",
        "i=3",
        "for i in 1 2",
        "do",
        "done",
        "{",
        "}",
        "(",
        ")",
        ";",
        "|",
        "&&",
        "||",
        "2",
        ">f",
        ">&2",
        "!",
        "if true;",
        "then",
        "fi",
        "$((1+2))",
    ]
)
GAPS = st.sampled_from(["", "", " ", "  ", "\n", " \n "])


def behaviour(script: str) -> tuple[int, str]:
    """What a shell that has no programs says to it."""
    done = subprocess.run(
        ["/bin/sh", "-c", f"cd /proc/self/fd || exit; {{ {script}\n}}"],
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return (done.returncode, done.stdout)


@given(st.lists(st.tuples(TOKENS, GAPS, GAPS), min_size=2, max_size=8))
def test_scripts_of_one_spelling_do_the_same(parts: list[tuple[str, str, str]]) -> None:
    one = "".join(token + gap for token, gap, _ in parts)
    other = "".join(token + gap for token, _, gap in parts)
    if one != other and normal_script(one) == normal_script(other):
        assert behaviour(one) == behaviour(other)
