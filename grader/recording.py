"""What one look asked and was answered, kept with its verdict so that it can be judged again."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from grader.question import TROUBLES, Question, key_of
from labs.errors import SeatrialError


class NotRecorded(SeatrialError):
    """The recording holds no answer to a question: the check asks for more than it did."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The world of one look. JSON values only."""

    answers: Mapping[str, Any]
    """By `key_of` the question: `{answer: …}`, or `{trouble: …, message: …, remedy: …}`."""
    memory: Mapping[str, Any] = field(default_factory=dict)
    """What earlier looks of the same judgement had remembered."""
    steady: Mapping[str, int] = field(default_factory=dict)
    """The counters of the first look of a holding, "" when it was not held."""
    time_scale: float = 1.0
    patient: bool = True

    def pack(self) -> bytes:
        """Compact; equal recordings are equal bytes."""
        facts = {
            "answers": dict(self.answers),
            "memory": dict(self.memory),
            "steady": dict(self.steady),
            "time_scale": self.time_scale,
            "patient": self.patient,
        }
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return zlib.compress(text.encode(), 6)

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        return cls(**json.loads(zlib.decompress(data)))


def record_answers(asked: Mapping[Question, Any]) -> dict[str, Any]:
    """What was asked through a view of a round, as `Recording.answers`."""
    return {key_of(question): _as_json(answer) for question, answer in asked.items()}


def _as_json(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, SeatrialError):
        return {"answer": answer}
    name = type(answer).__name__
    return {"trouble": name, "message": answer.message, "remedy": answer.remedy}


class RecordedSource:
    """`grader.round.Source` from answers that were recorded. Asks nobody."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def answer(self, question: Question) -> Any:
        """Raises NotRecorded, and the troubles that were recorded."""
        key = key_of(question)
        found = self._answers.get(key)
        if found is None:
            raise NotRecorded(f"what was seen holds no answer to {key[:120]}", "")
        if "trouble" in found:
            trouble = TROUBLES.get(found["trouble"], SeatrialError)
            raise trouble(found["message"], found["remedy"])
        return found["answer"]
