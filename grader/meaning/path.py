"""The path language of `expect`: keys, list items by key, `[]` every item, `[any]` some item."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from labs.errors import SeatrialError


class PathError(SeatrialError):
    """A path in a check cannot be read: the lab's author made a mistake."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing is at the path. `omitted`: left out of an existing object; a default may hold."""

    why: str
    omitted: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    name: str


@dataclass(frozen=True, slots=True)
class Where:
    """Items of a list whose fields (dotted names) have these values, compared as text."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EveryItem:
    pass


@dataclass(frozen=True, slots=True)
class AnyItem:
    """At least one item; which of them will do, `grader.meaning.compare` finds out."""


Part = Key | Where | EveryItem | AnyItem


@dataclass(frozen=True, slots=True)
class Place:
    """One value that a path leads to, with the path as it was walked."""

    path: str
    value: Any


_TOKEN = re.compile(
    r'\.?"(?P<quoted>(?:[^"\\]|\\.)*)"|\[(?P<inside>(?:[^\]"]|"[^"]*")*)\]|\.?(?P<key>[^.\[\]"]+)'
)
_CONDITION = re.compile(r'\s*(?P<name>"[^"]*"|[^=,"]+?)\s*=\s*(?P<value>"[^"]*"|[^,"]*?)\s*(?:,|$)')


@lru_cache(maxsize=4096)
def parse_path(text: str) -> tuple[Part, ...]:
    """The parts of a path; `""` is the whole document. Raises PathError."""
    parts: list[Part] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or (at == 0 and text.startswith(".")):
            raise PathError(f"The path {text!r} cannot be read.", 'Quote keys with dots: a."b.c".d')
        if found["key"] is not None:
            parts.append(Key(found["key"]))
        elif found["quoted"] is not None:
            parts.append(Key(re.sub(r"\\(.)", r"\1", found["quoted"])))
        else:
            parts.append(_bracket(found["inside"], text))
        at = found.end()
    return tuple(parts)


def _bracket(inside: str, text: str) -> Part:
    if not inside.strip():
        return EveryItem()
    if inside.strip() == "any":
        return AnyItem()
    conditions, at = [], 0
    while at < len(inside):
        found = _CONDITION.match(inside, at)
        if found is None:
            raise PathError(
                f"[{inside}] in the path {text!r} does not choose by a key.",
                "Write [name=web]; positions such as [0] are not allowed.",
            )
        conditions.append((found["name"].strip('"'), found["value"].strip('"')))
        at = found.end()
    return Where(tuple(conditions))


def walk(document: Any, text: str) -> list[Place]:
    """Every place the path leads to: at least one, whose value is Missing when nothing is there.

    `[any]` leads to every item, too.
    """
    return walk_parts(Place("", document), parse_path(text))


def walk_parts(start: Place, parts: Sequence[Part]) -> list[Place]:
    """As `walk`, from a place within a document."""
    places = [start]
    for part in parts:
        places = [further for place in places for further in _follow(place, part)]
    return places


def _follow(place: Place, part: Part) -> Iterator[Place]:
    value, path = place.value, place.path
    if isinstance(part, Key):
        name = f'"{part.name}"' if "." in part.name else part.name
        yield Place(f"{path}.{name}" if path else name, _child(value, part.name, path))
    elif isinstance(part, Where):
        yield from _chosen(value, path, part)
    else:
        yield from _every(value, path)


def _child(value: Any, name: str, path: str) -> Any:
    if isinstance(value, Missing):
        return value
    if isinstance(value, Mapping):
        found = value.get(name)
        return Missing(f"{name} is not set", omitted=True) if found is None else found
    if isinstance(value, list):
        return Missing(f"{path or 'it'} is a list, so it has no {name}")
    return Missing(f"{path or 'it'} is a plain value, so it has no {name}")


def _every(value: Any, path: str) -> Iterator[Place]:
    if isinstance(value, list) and value:
        for item in value:
            yield Place(f"{path}[{_item_name(item)}]", item)
    elif isinstance(value, Missing):
        yield Place(f"{path}[]", Missing(value.why))
    else:
        what = "an empty list" if isinstance(value, list) else "not a list"
        yield Place(f"{path}[]", Missing(f"{path or 'it'} is {what}"))


def _chosen(value: Any, path: str, part: Where) -> Iterator[Place]:
    wanted = ",".join(f"{name}={text}" for name, text in part.fields)
    here = f"{path}[{wanted}]"
    if isinstance(value, Missing):
        yield Place(here, Missing(value.why))
        return
    items = value if isinstance(value, list) else []
    found = [item for item in items if _fits(item, part)]
    for item in found:
        yield Place(here, item)
    if not found:
        name = path.rpartition(".")[2] or "list"
        there = ", ".join(_item_name(item) for item in items[:6]) or "none"
        yield Place(here, Missing(f"no item of {name} has {wanted}; there: {there}"))


def _fits(item: Any, part: Where) -> bool:
    return all(_text(_dig(item, name)) == text for name, text in part.fields)


def _dig(item: Any, name: str) -> Any:
    if isinstance(item, Mapping) and name in item:
        return item[name]
    for key in name.split("."):
        item = item.get(key) if isinstance(item, Mapping) else None
    return item


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _item_name(item: Any) -> str:
    if isinstance(item, Mapping):
        for key in ("name", "type", "key", "port", "containerPort", "ip", "kind"):
            if key in item:
                return f"{key}={item[key]}"
        return "{…}"
    return str(item)[:40]
