"""Writing by the grader's path language, which itself only reads."""

from collections.abc import Callable
from typing import Any

from grader.meaning.path import EveryItem, Key, Part, Where, parse_path


class NoSuchPlace(ValueError):
    """A change names a place that is not there."""


def assign(document: Any, path: str, value: Any) -> None:
    """Sets every place of the path; mappings on the way are made. Raises NoSuchPlace."""
    _at_end(document, path, lambda holder, key: holder.__setitem__(key, value), make=True)


def remove(document: Any, path: str) -> None:
    """Raises NoSuchPlace."""
    _at_end(document, path, lambda holder, key: holder.__delitem__(key), make=False)


def insert(document: Any, path: str, item: Any, *, first: bool) -> None:
    """Adds an item at an end of the list at the path, which is made if it is not there."""

    def put(holder: Any, key: Any) -> None:
        items = holder.setdefault(key, []) if isinstance(holder, dict) else holder[key]
        items.insert(0 if first else len(items), item)

    _at_end(document, path, put, make=True)


def _at_end(document: Any, path: str, act: Callable[[Any, Any], None], *, make: bool) -> None:
    *way, last = parse_path(path)
    holders = [document]
    for at, part in enumerate(way):
        following = (*way, last)[at + 1]
        holders = [
            holder[key]
            for holder in holders
            for key in _keys(holder, part, path, make and isinstance(following, Key))
        ]
    for holder in holders:
        for key in sorted(_ends(holder, last, path, make), reverse=True, key=str):
            act(holder, key)


def _ends(holder: Any, part: Part, path: str, make: bool) -> list[Any]:
    if isinstance(part, Key):
        if not isinstance(holder, dict) or (not make and part.name not in holder):
            raise NoSuchPlace(f"{path}: {part.name} is not there")
        return [part.name]
    return _keys(holder, part, path, make)


def _keys(holder: Any, part: Part, path: str, make: bool) -> list[Any]:
    if isinstance(part, Key):
        if not isinstance(holder, dict):
            raise NoSuchPlace(f"{path}: nothing can hold {part.name}")
        if part.name not in holder and make:
            holder[part.name] = {}
        if part.name not in holder:
            raise NoSuchPlace(f"{path}: {part.name} is not there")
        return [part.name]
    if not isinstance(holder, list):
        raise NoSuchPlace(f"{path}: not a list")
    found = [at for at, item in enumerate(holder) if _fits(item, part)]
    if not found:
        raise NoSuchPlace(f"{path}: no such item")
    return found


def _fits(item: Any, part: Part) -> bool:
    if isinstance(part, EveryItem):
        return True
    assert isinstance(part, Where)
    return all(isinstance(item, dict) and str(item.get(key)) == text for key, text in part.fields)
