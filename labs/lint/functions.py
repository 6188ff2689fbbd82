"""Rules on a lab's own functions: they are there, take two parameters, and only judge."""

import ast
from collections.abc import Iterator

from labs.check_arguments import check_fields
from labs.checks.function import FILE
from labs.document import Document, Field, closest
from labs.lab_file import LabFile

_MODULES = frozenset(
    {"grader", "labs", "base64", "collections", "dataclasses", "datetime", "decimal", "enum"}
    | {"fractions", "functools", "hashlib", "ipaddress", "itertools", "json", "math", "operator"}
    | {"re", "statistics", "string", "textwrap", "typing", "urllib.parse", "yaml", "__future__"}
)
"""What reads no file, no clock and no network by itself."""
_CALLS = frozenset({"open", "exec", "eval", "compile", "input", "print", "__import__"})
_PARAMETERS = 2


def check_functions(file: LabFile) -> None:
    named = [name for field in check_fields(file) for name in _names(field)]
    path = file.place.folder / FILE
    if not named:
        return
    shown = file.document.shown.rpartition("/")[0] + f"/{FILE}"
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        named[0].complain(f"there is no text file {FILE!r}.", "Write the function there.")
        return
    except SyntaxError as error:
        document = Document(shown, file.document.problems)
        document.complain(error.lineno or 1, "", f"is no Python: {error.msg}.", "Correct it.")
        return
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for field in named:
        _check_function(field, functions)
    _check_code(tree, Document(shown, file.document.problems))


def _names(check: Field) -> Iterator[Field]:
    arguments = check.entries().get("function")
    if arguments is not None and "name" in arguments.entries():
        yield arguments.entries()["name"]


def _check_function(field: Field, functions: dict[str, ast.FunctionDef]) -> None:
    name = field.string()
    function = functions.get(name)
    if function is None:
        field.complain(f"{FILE} has no function {name!r}.", closest(name, list(functions)))
        return
    given = function.args
    required = len(given.posonlyargs) + len(given.args) - len(given.defaults)
    most = len(given.posonlyargs) + len(given.args)
    further = None in given.kw_defaults
    fits = required <= _PARAMETERS <= most or (given.vararg and required <= _PARAMETERS)
    if not fits or further:
        field.complain(f"{name} does not take two parameters.", f"Write `def {name}(args, view):`.")


def _check_code(tree: ast.Module, document: Document) -> None:
    for node in ast.walk(tree):
        for module in _imported(node):
            if module not in _MODULES and module.partition(".")[0] not in _MODULES:
                document.complain(
                    getattr(node, "lineno", 1),
                    "",
                    f"a check asks nothing but its view, so not {module}.",
                    "Read by `view`, and leave the import out.",
                )
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in _CALLS:
            document.complain(
                called.lineno, "", f"a check does not call {called.id}.", "Read by `view`."
            )


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."] if isinstance(node, ast.ImportFrom) else []
