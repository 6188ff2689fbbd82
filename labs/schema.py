"""The JSON Schema of lab.yaml, for editors. Its checks come from `labs/checks/`.

The loader and the linter know more; the schema helps while typing.
"""

import json
from pathlib import Path
from typing import Any

from labs import lab_file, paths
from labs.checks.registry import CHECKS
from labs.variables import PLACEHOLDER

SCHEMA_FILE = paths.SOURCE / "labs" / "lab.schema.json"

Schema = dict[str, Any]

_TEXT: Schema = {
    "description": "English, or a mapping of languages in which `en` is always there.",
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["en"],
            "patternProperties": {"^[a-z]{2,3}(-[A-Za-z]+)?$": {"type": "string", "minLength": 1}},
            "additionalProperties": False,
        },
    ],
}
_ID: Schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_DURATION: Schema = {"type": "string", "pattern": r"^\d+(ms|s|m|h)$", "examples": ["10s", "500ms"]}
_PLACEHOLDER: Schema = {"type": "string", "pattern": f"^{PLACEHOLDER.pattern}$"}


def json_schema() -> Schema:
    """Draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Seatrial lab (lab.yaml)",
        **_object(_LAB, lab_file.LAB_REQUIRED),
        "$defs": {
            "text": _TEXT,
            "duration": _DURATION,
            "script": _object({"node": {"type": "string"}, "run": _PATH}, ("node", "run")),
            "scripts": {"type": "array", "items": _ref("script")},
            "variable": _VARIABLE,
            "criterion": _object(_CRITERION, ("id", "check")),
            "step": _object(_STEP, lab_file.STEP_REQUIRED),
            "solution": _object(_SOLUTION, tuple(_SOLUTION)),
            "wrong": _object(_WRONG, tuple(_WRONG)),
            "check": _check(),
            **{f"check-{name}": _check_arguments(name) for name in CHECKS},
        },
    }


def schema_text() -> str:
    """As it is committed to `SCHEMA_FILE`."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def write_schema(path: Path = SCHEMA_FILE) -> None:
    path.write_text(schema_text(), encoding="utf-8")


def _object(properties: Schema, required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(name: str, least: int = 0) -> Schema:
    return {"type": "array", "items": _ref(name), "minItems": least}


def _check() -> Schema:
    return {
        "description": "One check by its name, with its fields.",
        **_object({name: _ref(f"check-{name}") for name in CHECKS}, ()),
        "minProperties": 1,
        "maxProperties": 1,
    }


def _check_arguments(name: str) -> Schema:
    parts = f"#/$defs/check-{name}/$defs/{{model}}"
    schema = CHECKS[name].model_json_schema(by_alias=True, ref_template=parts)
    placed: Schema = _with_placeholders(schema)
    return placed


def _with_placeholders(part: Any) -> Any:
    """Where a number is asked for, a variable's placeholder may stand; titles only repeat names."""
    if isinstance(part, list):
        return [_with_placeholders(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "integer":
        rest = {key: value for key, value in part.items() if key not in ("title", "type")}
        return {**rest, "anyOf": [{"type": "integer"}, _PLACEHOLDER]}
    return {
        key: {name: _with_placeholders(field) for name, field in value.items()}
        if key == "properties"
        else _with_placeholders(value)
        for key, value in part.items()
        if key != "title"
    }


_PATH: Schema = {"type": "string", "description": "A script, as a path in the lab's folder."}
_VARIABLE: Schema = {
    "description": "A value, or a rule by which every attempt draws one.",
    "anyOf": [
        {"type": ["string", "integer"]},
        _object({"pick": {"type": "array", "minItems": 1}}, ("pick",)),
        _object({"token": {"type": "integer", "minimum": 1, "maximum": 40}}, ("token",)),
        _object(
            {
                "range": {
                    "type": "array",
                    "items": {"type": "integer"},
                    "minItems": 2,
                    "maxItems": 2,
                }
            },
            ("range",),
        ),
    ],
}
_CRITERION: Schema = {
    "id": _ID,
    "req": {
        "description": "The requirements that it proves.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    },
    "points": {"type": "integer", "minimum": 0},
    "guard": {"type": "boolean", "description": "Earns nothing; violated, it costs the step."},
    "keep": {
        "enum": ["once", "still"],
        "description": "once: a pass counts for ever. still (default): it must hold when graded.",
    },
    "eventually": {**_ref("duration"), "description": "In which it may converge."},
    "stable": {**_ref("duration"), "description": "For which it must then hold."},
    "needs": {
        "description": "Criteria of the step without which this one is blocked, not failed.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    },
    "check": _ref("check"),
}
_STEP: Schema = {
    "id": _ID,
    "title": _ref("text"),
    "text": {**_ref("text"), "description": "What the learner reads: a few sentences."},
    "requirements": {
        "type": "object",
        "patternProperties": {"^R[1-9][0-9]*$": _ref("text")},
        "additionalProperties": False,
        "minProperties": 1,
    },
    "criteria": _list("criterion", 1),
    "hints": {**_list("text", 1), "maxItems": 4},
    "debrief": {**_ref("text"), "description": "Read after the step is passed."},
}
_SOLUTION: Schema = {
    "id": _ID,
    "title": _ref("text"),
    "steps": {"type": "object", "additionalProperties": _ref("scripts")},
}
_WRONG: Schema = {
    "id": _ID,
    "title": _ref("text"),
    "step": {"type": "string"},
    "run": _ref("scripts"),
    "expect": {
        "type": "object",
        "description": "Criterion to verdict; those that are not listed must be PASSED.",
        "additionalProperties": {"enum": ["PASSED", "FAILED", "UNKNOWN"]},
    },
}
_LAB: Schema = {
    "id": _ID,
    "title": _ref("text"),
    "summary": _ref("text"),
    "source": {"type": "string", "description": "Where the course's documents treat it."},
    "supports": {"type": "object"},
    "cluster": _object({"profile": {"type": "string"}}, ("profile",)),
    "target_seconds": {"type": "integer", "minimum": 1},
    "stand_ins": _ref("text"),
    "vars": {"type": "object", "additionalProperties": _ref("variable")},
    "setup": _ref("scripts"),
    "ready": _list("criterion"),
    "cleanup": _ref("scripts"),
    "steps": _list("step", 1),
    "solutions": _list("solution", 1),
    "wrong": _list("wrong"),
}
