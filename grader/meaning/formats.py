"""Text in a known format (YAML, JSON, TOML, INI) as a document that paths can walk."""

import configparser
import json
import tomllib
from collections.abc import Callable
from typing import Any

import yaml

from labs.errors import SeatrialError


class NotInFormat(SeatrialError):
    """The text cannot be read in the format: what the learner wrote is broken."""


def read_yaml(text: str) -> Any:
    """One document, or the list of them when there are several (choose by `[kind=…]`)."""
    try:
        documents = [item for item in yaml.safe_load_all(text) if item is not None]
    except yaml.YAMLError as error:
        raise NotInFormat(f"it is not YAML: {_first_line(error)}", "") from error
    return documents[0] if len(documents) == 1 else documents


def read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise NotInFormat(f"it is not JSON: {_first_line(error)}", "") from error


def read_toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotInFormat(f"it is not TOML: {_first_line(error)}", "") from error


def read_ini(text: str) -> Any:
    """Sections as mappings; lines before any section as keys of the document itself."""
    parser = configparser.ConfigParser(
        strict=False, interpolation=None, allow_no_value=True, default_section="\0default"
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string("[\0top]\n" + text)
    except configparser.Error as error:
        raise NotInFormat(f"it is not INI: {_first_line(error)}", "") from error
    document: dict[str, Any] = dict(parser["\0top"])
    for section in parser.sections():
        if section != "\0top":
            document[section] = {key: value or "" for key, value in parser[section].items()}
    return document


FORMATS: dict[str, Callable[[str], Any]] = {
    "yaml": read_yaml,
    "json": read_json,
    "toml": read_toml,
    "ini": read_ini,
}


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
