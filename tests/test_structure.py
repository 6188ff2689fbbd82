"""Rules that hold over the whole tree: sizes, names, layers, and nothing of one machine."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from labs.checks.registry import CHECKS

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("labs", "cluster", "notebooks", "grader", "tui")
SOURCES = {".py", ".sh", ".go"}
MOST_LINES = 500
MOST_LINES_OF_A_FUNCTION = 60
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
SHELL = re.compile(rb"#!\s?/(usr/)?bin/(env )?(ba|da)?sh\b")


def tracked() -> list[Path]:
    """Every file of the tree that git knows, or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


FILES = tracked()


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def python_files() -> list[Path]:
    return [path for path in FILES if path.suffix == ".py"]


def shell_files() -> list[Path]:
    return [
        path
        for path in FILES
        if path.suffix == ".sh" or (not path.suffix and SHELL.match(path.read_bytes()[:40]))
    ]


def long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_LINES_OF_A_FUNCTION:
                yield f"{name_of(path)}:{node.lineno} {node.name}: {length} lines"


def registry_hosts() -> set[str]:
    """Hosts that this machine configures for apt, pip and npm, the public ones left out."""
    files = [*Path("/etc/apt").glob("sources.list*"), *Path("/etc/apt").glob("sources.list.d/*")]
    files += [Path("/etc/pip.conf"), Path.home() / ".npmrc", Path.home() / ".config/pip/pip.conf"]
    files += [Path.home() / ".pip/pip.conf", Path("/etc/pip/pip.conf")]
    texts = [path.read_text(errors="replace") for path in files if path.is_file()]
    tools = ("PIP_", "UV_", "NPM_CONFIG_", "GOPROXY")
    text = "\n".join([*texts, *(os.environ[n] for n in os.environ if n.upper().startswith(tools))])
    hosts = set(re.findall(r"https?://(?:[^/@\s]*@)?([a-z0-9.-]+\.[a-z0-9-]+)", text))
    public = ("debian.org", "ubuntu.com", "pypi.org", "pythonhosted.org", "npmjs.org")
    return {host for host in hosts if not host.endswith(public)}


def mentions(words: set[str]) -> list[str]:
    pattern = re.compile(b"|".join(re.escape(word.encode()) for word in sorted(words)))
    return [name_of(path) for path in FILES if words and pattern.search(path.read_bytes())]


def test_no_source_file_is_over_the_hard_limit() -> None:
    long = {
        name_of(path): lines_of(path)
        for path in [*shell_files(), *(path for path in FILES if path.suffix in SOURCES)]
        if lines_of(path) > MOST_LINES
    }
    assert long == {}


def test_no_function_is_far_over_forty_lines() -> None:
    assert [found for path in python_files() for found in long_functions(path)] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [name_of(path) for path in FILES if VAGUE_NAMES & {path.stem, *path.parent.parts}]
    assert vague == []


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_is_a_package(layer: str) -> None:
    assert (ROOT / layer / "__init__.py").is_file()


def test_every_module_says_why_it_exists() -> None:
    modules = [path for path in python_files() if name_of(path).partition("/")[0] in LAYERS]
    silent = [
        name_of(path)
        for path in modules
        if path.stem != "__init__" and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


@pytest.mark.parametrize("path", shell_files(), ids=name_of)
def test_shell_files_are_well_formed(path: Path) -> None:
    shell = "bash" if b"bash" in path.read_bytes()[:60] else "sh"
    done = subprocess.run([shell, "-n", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_programs_are_executable() -> None:
    for name in ("seatrial", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111


def test_no_registry_of_the_machine_is_named() -> None:
    assert mentions(registry_hosts()) == []


def test_no_path_of_the_machine_is_named() -> None:
    assert mentions({f"{ROOT}/", f"{Path.home()}/"} - {"/root/"}) == []


def test_every_check_has_an_evaluation() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "grader" / "checks").glob("*.py"))
    without = [model.__name__ for model in CHECKS.values() if model.__name__ not in text]
    assert without == []
