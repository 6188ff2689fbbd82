"""What a course, a chapter, a lab and a step are, once loaded and rendered: frozen, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

Text = Mapping[str, str]
"""A text for people by language code; `en` is always there."""


def in_language(text: Text, language: str) -> str:
    """The text in `language`, else in English."""
    return text.get(language) or text["en"]


class Keep(Enum):
    """Whether a criterion must have held once during its step, or must still hold at the end."""

    ONCE = "once"
    STILL = "still"


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A typed probe as written in lab.yaml: the name of a check and its fields, validated."""

    kind: str
    args: Mapping[str, Any]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Criterion:
    """What proves requirements. Carries points, or is a guard (0; violated, it costs the step)."""

    id: str
    check: CheckSpec
    requirements: tuple[str, ...] = ()
    points: int = 0
    guard: bool = False
    keep: Keep = Keep.STILL
    eventually: float = 0.0
    """Seconds (native speed) in which the check may converge."""
    stable: float = 0.0
    """Seconds (native speed) for which it must then hold."""
    needs: tuple[str, ...] = ()
    """Criteria of the step without which this one cannot be judged: it is blocked, not failed."""


@dataclass(frozen=True, slots=True)
class Requirement:
    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class NodeScript:
    """A script to run as root on a node, over standard input of `bash -eu`."""

    node: str
    script: str
    path: Path


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    title: Text
    text: Text
    """What the learner reads in the TUI: a few sentences. The notebook holds the long narrative."""
    requirements: tuple[Requirement, ...]
    criteria: tuple[Criterion, ...]
    hints: tuple[Text, ...]
    debrief: Text

    @property
    def points(self) -> int:
        return sum(criterion.points for criterion in self.criteria)


@dataclass(frozen=True, slots=True)
class Solution:
    """One right way through the whole lab: for every step id, the scripts to run in order."""

    id: str
    title: Text
    steps: Mapping[str, tuple[NodeScript, ...]]


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """What a hurried learner would do in `step`; the first solution did the steps before it."""

    id: str
    title: Text
    step: str
    scripts: tuple[NodeScript, ...]
    expect: Mapping[str, str]
    """Criterion id to verdict name. Criteria of the step that are not listed must be PASSED."""


@dataclass(frozen=True, slots=True)
class Lab:
    id: str
    """`<chapter>/<name>`, as typed on the command line: `8/deployments`."""
    chapter: int
    name: str
    title: Text
    summary: Text
    source: str
    supports: Mapping[str, Any]
    profile: str
    """Name of a cluster profile: node-1, kubeadm-0, kubeadm-1, kubeadm-3."""
    target_seconds: int
    steps: tuple[Step, ...]
    setup: tuple[NodeScript, ...]
    ready: tuple[Criterion, ...]
    """Must all pass after setup, before the learner is let in (for example: the symptom shows)."""
    cleanup: tuple[NodeScript, ...]
    solutions: tuple[Solution, ...]
    wrong: tuple[WrongAnswer, ...]
    notebook: Path
    folder: Path
    stand_ins: Text = field(default_factory=dict)
    """Which parts of the image that this lab uses are stand-ins for the real thing; {} if none."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """The drawn values of `vars`, by name."""
    content_hash: str = ""
    """SHA-256 over the lab's folder and notebook, hexadecimal."""

    @property
    def points(self) -> int:
        return sum(step.points for step in self.steps)

    def step(self, step_id: str) -> Step:
        """The step named `step_id`. Raises KeyError."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)


@dataclass(frozen=True, slots=True)
class Chapter:
    number: int
    title: Text
    summary: Text
    labs: tuple[Lab, ...]


@dataclass(frozen=True, slots=True)
class Course:
    title: Text
    chapters: tuple[Chapter, ...]

    @property
    def labs(self) -> tuple[Lab, ...]:
        return tuple(lab for chapter in self.chapters for lab in chapter.labs)
