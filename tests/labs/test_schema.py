"""The JSON Schema for editors: current, valid, and of one mind with the loader."""

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from labs.checks.registry import CHECKS
from labs.course import lab_places
from labs.schema import SCHEMA_FILE, json_schema, schema_text

GOOD = Path(__file__).parent / "good"
LABS = [place.folder / "lab.yaml" for place in (*lab_places(), *lab_places(GOOD))]


def problems(lab: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(json_schema())
    return [error.message for error in validator.iter_errors(lab)]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_committed_schema_is_current() -> None:
    """Otherwise: `.venv/bin/python -c "from labs.schema import write_schema; write_schema()"`."""
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_a_schema_and_knows_every_check() -> None:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["$defs"]["check"]["properties"]) == set(CHECKS)


@pytest.mark.parametrize("path", LABS, ids=lambda path: path.parent.name)
def test_every_lab_fits_the_schema_and_names_it_for_editors(path: Path) -> None:
    assert problems(read(path)) == []
    first = path.read_text(encoding="utf-8").splitlines()[0]
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    assert (path.parent / first.removeprefix(prefix)).resolve() == SCHEMA_FILE


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("steps", 0, "criteria", 0, "check", "rollout", "replicas"), "three"),
        (("steps", 0, "criteria", 0, "check", "rollout", "replica"), 3),
        (("steps", 0, "criteria", 0, "eventually"), "soon"),
        (("steps", 0, "hints"), []),
        (("title",), {"zh": "系泊"}),
        (("title",), {"en": "a", "and b": None}),
        (("vars", "snap"), {"tokens": 6}),
        (("wrong", 0, "expect", "scaled"), "FAIL"),
        (("colour",), "blue"),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(
    place: tuple[str | int, ...], value: object
) -> None:
    lab = read(GOOD / "labs/1-harbour/moorings/lab.yaml")
    holder = lab
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    assert len(problems(lab)) == 1
