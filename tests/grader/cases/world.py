"""A recorded cluster: its objects, its nodes' files and units, and what it was heard to answer."""

import copy
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

WORLDS = Path(__file__).parent / "worlds"


@dataclass(slots=True)
class RecordedNode:
    """What our scripts find on a node. `files` by path: text, mode, owner, modified, link."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    units: dict[str, dict[str, str]] = field(default_factory=dict)
    """By full name: what `systemctl show` says, and `Enabled`."""
    commands: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the words with a blank between them: code, stdout, stderr."""
    lost: bool = False


@dataclass(slots=True)
class Moment:
    """A cluster at one moment. Everything in it is JSON, and may be changed by a case."""

    time: str
    objects: list[dict[str, Any]] = field(default_factory=list)
    nodes: dict[str, RecordedNode] = field(default_factory=dict)
    execs: list[dict[str, Any]] = field(default_factory=list)
    """namespace, pod (a glob), container ("" for any), argv, and the fields of `ExecOutcome`."""
    web: list[dict[str, Any]] = field(default_factory=list)
    """url (as a check writes it) and answers, taken in turn: status, body, or curl's `exitcode`."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    """method, path, body, user, groups and the answer."""
    logs: list[dict[str, Any]] = field(default_factory=list)
    """namespace, pod (a glob), container, and the stamped text, or status and message."""
    api: str = ""
    """Why the API cannot be asked: the name of a trouble; "" when it can."""

    def copy(self) -> "Moment":
        return copy.deepcopy(self)

    @classmethod
    def load(cls, facts: dict[str, Any]) -> "Moment":
        """Every Node object can be asked, whether anything of its files was kept or not."""
        there = [one["metadata"]["name"] for one in facts["objects"] if one["kind"] == "Node"]
        nodes = {name: RecordedNode() for name in there}
        nodes |= {name: RecordedNode(**node) for name, node in facts["nodes"].items()}
        return cls(**{**facts, "nodes": nodes})


@dataclass(slots=True)
class World:
    recorded_from: str
    now: Moment
    before: Moment | None = None
    """After setup, before the learner's first key; None when nothing compares with it."""


def load_world(name: str, folder: Path = WORLDS) -> World:
    """Raises FileNotFoundError."""
    facts = json.loads((folder / f"{name}.json").read_text())
    before = facts.get("before")
    return World(
        facts["recorded_from"],
        Moment.load(facts["now"]),
        Moment.load(before) if before else None,
    )


def save_world(name: str, world: World, folder: Path = WORLDS) -> None:
    text = json.dumps(asdict(world), indent=1, sort_keys=True, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n")
