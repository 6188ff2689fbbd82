"""The Common Expression Language: which functions and variables an expression has, and whether it
can be read at all. What an expression is judged against is the grader's."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cel_expr_python import cel
from cel_expr_python.ext import ext_math, ext_optional, ext_strings

from labs.errors import SeatrialError

NAME = r"^[a-z][A-Za-z0-9_]*$"
RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in"}
    | {"let", "loop", "namespace", "null", "package", "return", "true", "var", "void", "while"}
    | {"math", "optional", "quantity"}
)

_NUMBERS = ("STRING", "INT", "UINT", "DOUBLE")
"""What `quantity` takes."""
_TOKEN = re.compile(
    r"""(?P<text>[rRbB]{0,2}(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))"""
    r"|(?P<name>[A-Za-z_]\w*)|(?P<number>\d+)|(?P<mark>\S)",
    re.DOTALL,
)


class CelError(SeatrialError):
    """An expression that cannot be read: the author's mistake."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What an expression reads of a variable: `pods`, `object.spec.replicas`."""

    variable: str
    keys: tuple[str | int, ...]

    def __str__(self) -> str:
        path = self.variable
        for key in self.keys:
            if isinstance(key, str):
                path += f".{key}" if key.isidentifier() else f'["{key}"]'
            else:
                path += f"[{key}]"
        return path


@lru_cache(maxsize=256)
def compiled(
    expression: str,
    variables: frozenset[str],
    lists: frozenset[str] = frozenset(),
    quantity: Callable[[object], float] | None = None,
) -> cel.Expression:
    """The expression, ready to be evaluated; those of `lists` are lists of anything.

    Without `quantity` it can be checked, and not be evaluated. Raises CelError.
    """
    types = {name: cel.Type.DYN for name in variables - lists}
    types |= {name: cel.Type.List(cel.Type.DYN) for name in lists}
    overloads = [
        cel.Overload(
            f"quantity_{name.lower()}", cel.Type.DYN, [getattr(cel.Type, name)], impl=quantity
        )
        for name in _NUMBERS
    ]
    try:
        environment = cel.NewEnv(
            variables=types,
            extensions=[
                ext_strings.ExtStrings(),
                ext_optional.ExtOptional(),
                ext_math.ExtMath(),
            ],
            functions=[cel.FunctionDecl("quantity", overloads)],
        )
        found = environment.compile(expression)
    except RuntimeError as error:
        raise CelError(f"is no CEL expression: {_reason(error)}.", _REMEDY) from error
    kind = found.return_type()
    if kind not in (cel.Type.BOOL, cel.Type.DYN):
        raise CelError(f"is not true or false, but {kind.name()}.", "Compare it with something.")
    return found


_REMEDY = "See cel.dev for the language; its variables are `object`, or the names of `inputs`."


def _reason(error: RuntimeError) -> str:
    """`column 6: undeclared reference to 'objec'`: the first of what the compiler says."""
    text = str(error).partition("\n")[0].removeprefix("INVALID_ARGUMENT: ")
    found = re.match(r"ERROR: <input>:(\d+):(\d+): (.*)", text)
    return f"line {found[1]}, column {found[2]}: {found[3]}" if found else text[:150]


def references(expression: str, variables: Mapping[str, object]) -> tuple[Reference, ...]:
    """What the expression reads of its variables, each once, in its order; methods are no keys."""
    tokens = [(found.lastgroup or "", found[0]) for found in _TOKEN.finditer(expression)]
    found = []
    for at, (kind, word) in enumerate(tokens):
        before = tokens[at - 1][1] if at else ""
        if kind == "name" and word in variables and before not in (".", "?"):
            found.append(Reference(word, tuple(_keys(tokens, at + 1))))
    return tuple(dict.fromkeys(found))


def _keys(tokens: list[tuple[str, str]], at: int) -> Iterator[str | int]:
    words = [word for _, word in tokens] + [""] * 4
    kinds = [kind for kind, _ in tokens] + [""] * 4
    while True:
        step = 2 if words[at + 1] == "?" else 1
        kind, word = kinds[at + step], words[at + step]
        if words[at] == "." and kind == "name" and words[at + step + 1] != "(":
            yield word
            at += step + 1
        elif words[at] == "[" and kind in ("text", "number") and words[at + step + 1] == "]":
            yield int(word) if kind == "number" else word.strip("'\"")
            at += step + 2
        else:
            return
