"""The part of docs/lab-format.md that comes from code: every check with its fields, as Markdown."""

from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from labs import paths
from labs.checks.model import EXPECTATIONS, EXPECTED, CheckModel
from labs.checks.registry import CHECKS

PAGE = paths.SOURCE / "docs" / "lab-format.md"
BEGIN, END = "<!-- checks: written by labs/reference.py -->\n", "<!-- end of checks -->\n"

_TYPES = {
    "str": "text",
    "int": "number",
    "bool": "true or false",
    "list[str]": "list of texts",
    "dict[str, str]": "texts by key",
    "dict[str, int]": "numbers by key",
    "dict[str, str | int]": "values by key",
}


def checks_markdown() -> str:
    """One section per check, in the order of `CHECKS`."""
    return "\n".join(_section(name, model) for name, model in CHECKS.items())


def write_reference(page: Path = PAGE) -> None:
    """Put the checks in their place on the page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}{checks_markdown()}{END}{after}", encoding="utf-8")


def _section(name: str, model: type[CheckModel]) -> str:
    about = " ".join((model.__doc__ or "").split())
    rows = [_row(field, info) for field, info in model.model_fields.items()]
    head = "| field | value | default | |\n| --- | --- | --- | --- |"
    wrong = ["", "Does not pass:", *(f"- {mistake}" for mistake in model.catches)]
    example = ["", "```yaml", f"{name}:", *(f"  {line}" for line in _lines(model.example)), "```"]
    return "\n".join((f"### {name}\n\n{about}\n", head, *rows, *wrong, *example)) + "\n"


def _lines(example: str) -> list[str]:
    return example.strip().splitlines()


def _row(field: str, info: FieldInfo) -> str:
    about = " ".join((info.description or "").split())
    default = "required" if info.is_required() else _default(info.default)
    return f"| `{info.alias or field}` | {_type(info)} | {default} | {about} |"


def _type(info: FieldInfo) -> str:
    for mark in (EXPECTED, EXPECTATIONS):
        if mark in info.metadata:
            return mark
    if get_origin(info.annotation) is Literal:
        return "one of " + ", ".join(f"`{word}`" for word in get_args(info.annotation))
    written = getattr(info.annotation, "__name__", "") if isinstance(info.annotation, type) else ""
    written = written or str(info.annotation).replace("typing.", "").removesuffix(" | None")
    return _TYPES.get(written, "mapping")


def _default(value: object) -> str:
    if value is None or value in ("", {}, []) or value == {}:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
