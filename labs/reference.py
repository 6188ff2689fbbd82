"""The page docs/checks.md comes from code: every check with its fields, example and mistakes."""

import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from labs import paths
from labs.checks.model import EXPECTATIONS, EXPECTED, CheckModel
from labs.checks.registry import CHECKS

PAGE = paths.SOURCE / "docs" / "checks.md"

_HEAD = """# Checks

Every check that a criterion can name, with its fields, an example, and wrong work that it does not
pass. Written by `labs/reference.py` from `labs/checks/`; what *expected values*, *expectations* and
paths are, [the lab format](lab-format.md#expected-values-and-paths) says.
"""

_PLAIN = {str: "text", int: "number", float: "number", bool: "true or false", Any: "anything"}
_MANY = {"text": "texts", "number": "numbers", "anything": "values", "true or false": "flags"}


def page_text() -> str:
    """The whole page: checks in the order of the alphabet."""
    names = sorted(CHECKS)
    index = " · ".join(f"[{name}](#{name})" for name in names)
    return "\n".join([_HEAD, index, "", *(_section(name, CHECKS[name]) for name in names)])


def write_page(page: Path = PAGE) -> None:
    page.write_text(page_text(), encoding="utf-8")


def _section(name: str, model: type[CheckModel]) -> str:
    lines = [f"## {name}", "", _about(model), "", *_table(model)]
    for nested in dict.fromkeys(_nested(model)):
        lines += ["", f"**{_title(nested)}**: {_about(nested)}", "", *_table(nested)]
    lines += ["", "Does not pass:", "", *(f"- {mistake}" for mistake in model.catches)]
    example = (f"  {line}".rstrip() for line in model.example.strip().splitlines())
    return "\n".join([*lines, "", "```yaml", f"{name}:", *example, "```", ""])


def _about(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _table(model: type[BaseModel]) -> list[str]:
    head = ["| field | value | default | |", "| --- | --- | --- | --- |"]
    return head + [_row(field, info) for field, info in model.model_fields.items()]


def _row(field: str, info: FieldInfo) -> str:
    about = " ".join((info.description or "").split())
    default = "required" if info.is_required() else _default(info.get_default())
    return f"| `{info.alias or field}` | {_type(info)} | {default} | {about} |"


def _type(info: FieldInfo) -> str:
    for mark in (EXPECTED, EXPECTATIONS):
        if mark in info.metadata:
            return mark
    return _name(info.annotation)


def _name(kind: Any) -> str:
    """A type in words."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if origin is Literal:
        return "one of " + ", ".join(f"`{_word(word)}`" for word in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(_name(one) for one in inner if one is not type(None))
    if origin in (list, tuple):
        return f"list of {_plural(inner[0])}"
    if origin is dict:
        return f"{_plural(inner[1])} by key"
    if origin is not None and hasattr(kind, "__metadata__"):
        return _name(inner[0])
    return _title(kind)


def _plural(kind: Any) -> str:
    name = _name(kind)
    return _MANY.get(name, name)


def _title(model: type[Any]) -> str:
    """`ContainerName` as `container name`."""
    words = "".join(f" {char.lower()}" if char.isupper() else char for char in model.__name__)
    return words.strip()


def _nested(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The mappings with fields of their own, wherever they stand in a field's type."""
    for info in model.model_fields.values():
        waiting = [info.annotation]
        while waiting:
            kind: Any = waiting.pop()
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield kind
                yield from _nested(kind)
            waiting.extend(get_args(kind) if get_origin(kind) is not Literal else ())


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _default(value: object) -> str:
    if value is None or value in ("", [], (), {}):
        return ""
    return "" if isinstance(value, BaseModel) else f"`{_word(value)}`"
