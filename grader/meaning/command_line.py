"""Commands by what they run: `["sh", "-c", "sleep 3600"]` is `["sleep", "3600"]`.

Different commands are never called equal; so what a shell makes of a line is only worked out where
nothing is left to the shell: plain and quoted words, without variables, patterns or redirections.
"""

import re
from dataclasses import dataclass

from grader.meaning.shell_script import normal_script

_FOLDERS = ("", "/bin/", "/usr/bin/")
_SHELLS = ("sh", "bash", "ash", "dash")
_EVERYWHERE = frozenset(
    (
        *("sh", "bash", "ash", "dash", "sleep", "echo", "cat", "tail", "head", "date", "ls"),
        *("touch", "true", "false", "test", "printf", "env", "grep", "sed", "awk", "cp", "mv"),
        *("rm", "mkdir", "chmod", "chown", "dd", "df", "du", "find", "hostname", "id", "ln"),
        *("seq", "sort", "sync", "tee", "tr", "uname", "wc", "yes", "nc", "wget", "tar", "gzip"),
        *("stat", "sha256sum", "base64", "watch", "ping", "nslookup", "vi"),
    )
)
"""Programs of coreutils and busybox: `/bin/sleep` is the same as `sleep`."""
_OF_THE_SHELL = frozenset(
    (
        *(".", ":", "[", "[[", "!", "{", "}", "alias", "bg", "break", "builtin", "case", "cd"),
        *("command", "continue", "declare", "do", "done", "elif", "else", "esac", "eval", "exec"),
        *("exit", "export", "fg", "fi", "for", "function", "getopts", "hash", "if", "in", "jobs"),
        *("kill", "let", "local", "read", "readonly", "return", "select", "set", "shift"),
        *("source", "then", "time", "times", "trap", "type", "typeset", "ulimit", "umask"),
        *("unalias", "unset", "until", "wait", "while"),
    )
)
"""Words that are no programs, or not the same ones, at the beginning of a shell's line."""
_WORD = re.compile(r"""(?:[\w./:,=@%+-]|'[^']*'|"[^"$`\\!]*")+""", re.ASCII)
_PIECE = re.compile(r"""'([^']*)'|"([^"]*)"|([^'"]+)""")
_HARMLESS = frozenset("eu")
"""Options of a shell that make no difference to one plain command."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program and its arguments, as execve takes them."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """What only a shell can run. `shell` is "" where any shell will do."""

    shell: str
    options: frozenset[str]
    text: str
    parameters: tuple[str, ...] = ()


Command = Program | Script


def parse_command(value: object) -> Command | None:
    """Of a list as in a container's `command`, or of a line as one types it; None if neither."""
    if isinstance(value, str):
        return _line(value)
    if not isinstance(value, list | tuple) or not value:
        return None
    if any(isinstance(word, bool) or not isinstance(word, str | int | float) for word in value):
        return None
    return _words(tuple(map(str, value)))


def same_command(wanted: Command, found: Command) -> bool:
    """`wanted` may leave open which shell runs it, and where a usual program lies."""
    if isinstance(wanted, Program) and isinstance(found, Program):
        return _same_program(wanted.argv[0], found.argv[0]) and wanted.argv[1:] == found.argv[1:]
    if isinstance(wanted, Script) and isinstance(found, Script):
        same_shell = wanted.shell in ("", found.shell)
        rest = (wanted.options, wanted.text, wanted.parameters)
        return same_shell and rest == (found.options, found.text, found.parameters)
    return False


def _line(text: str) -> Command | None:
    words = _plain_words(text)
    if words:
        return _words(words)
    return Script("", frozenset(), normal_script(text)) if text.strip() else None


def _words(words: tuple[str, ...]) -> Command:
    if _bare(words[0]) not in _SHELLS:
        return Program(words)
    options: set[str] = set()
    for at, word in enumerate(words[1:], 1):
        if not re.fullmatch(r"-[a-zA-Z]+", word):
            break
        options.update(word[1:])
        if "c" in word and at + 1 < len(words):
            return _script(_bare(words[0]), frozenset(options - {"c"}), words[at + 1 :])
    return Program(words)


def _script(shell: str, options: frozenset[str], words: tuple[str, ...]) -> Command:
    plain = _plain_words(words[0])
    if plain and options <= _HARMLESS:
        return _words(plain)
    return Script(shell, options, normal_script(words[0]), words[1:])


def _plain_words(line: str) -> tuple[str, ...]:
    """The words of a line in which a shell has nothing to do; () where it has."""
    line = line.strip().removesuffix(";").rstrip()
    words, at = [], 0
    while at < len(line):
        found = _WORD.match(line, at)
        if found is None:
            return ()
        words.append(found[0])
        at = found.end()
        blank = re.compile(r"[ \t]+").match(line, at)
        if at < len(line) and blank is None:
            return ()
        at = blank.end() if blank else at
    if words[:1] == ["exec"]:
        words = words[1:]
    if not words or words[0] in _OF_THE_SHELL or "=" in words[0]:
        return ()
    plain = tuple("".join(map("".join, _PIECE.findall(word))) for word in words)
    return () if plain[0] == "echo" and _echo_differs(plain[1:]) else plain


def _echo_differs(arguments: tuple[str, ...]) -> bool:
    """Shells and the program disagree on options and backslashes of `echo`."""
    return any(word.startswith("-") or "\\" in word for word in arguments)


def _bare(program: str) -> str:
    """The name alone of a usual program in a usual folder, else the program as it is written."""
    folder, name = program[: program.rfind("/") + 1], program[program.rfind("/") + 1 :]
    return name if folder in _FOLDERS and name in _EVERYWHERE else program


def _same_program(wanted: str, found: str) -> bool:
    return wanted == found or _bare(wanted) == _bare(found)
