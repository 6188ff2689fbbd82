"""Grading for an author at work: what each check asked, and every value that it compared."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from grader.baseline import capture
from grader.grade import Grader
from grader.judgement import Case
from grader.live_source import ApiLink
from grader.meaning.trace import Reading, tracing
from grader.question import AskNonce, key_of
from grader.recording import Recording
from grader.regrade import look_again
from grader.verdict import Baseline, CriterionResult
from grader.wording import clip
from labs.model import Lab

_NONCE = key_of(AskNonce())


@dataclass(frozen=True, slots=True)
class Tried:
    """One criterion, with what it asked, and the comparisons that made its verdict."""

    result: CriterionResult
    questions: tuple[str, ...]
    """A question and its answer, in one line each."""
    readings: tuple[Reading, ...]


class Trial:
    """Tries a lab on a running cluster, whatever has become of its files since the last time."""

    def __init__(self, link: ApiLink, baseline: Baseline) -> None:
        self._link = link
        self._baseline = dict(baseline)

    def judge(self, lab: Lab, step_ids: list[str] | None) -> Iterator[Tried]:
        """One quick look at every criterion. What a criterion asks to be remembered and nobody
        remembered after setup, since it was not there yet, is taken now. Raises as Grader."""
        new = {f"{s.id}/{c.id}" for s in lab.steps for c in s.criteria} - set(self._baseline)
        if new:
            now = capture(lab, self._link.cluster, self._link)
            self._baseline |= {key: value for key, value in now.items() if key in new}
        grader = Grader(lab, self._link.cluster, self._baseline, link=self._link)
        report = grader.grade(step_ids, quick=True)
        cases = {case.key: case for step in lab.steps for case in grader.cases(step)}
        for step in report.steps:
            for result in step.results:
                yield _tried(cases[f"{result.step_id}/{result.criterion_id}"], result)


def _tried(case: Case, result: CriterionResult) -> Tried:
    if result.seen is None:
        return Tried(result, (), ())
    with tracing() as readings:
        look_again(case, result.seen)
    return Tried(result, tuple(_questions(result.seen)), tuple(readings))


def _questions(seen: Recording) -> Iterator[str]:
    """Without the round's token, which would make every line of every round another one."""
    nonce = str(seen.answers.get(_NONCE, {}).get("answer", ""))
    for key, answer in seen.answers.items():
        if key != _NONCE:
            line = _line(key, answer)
            yield line.replace(nonce, "NONCE") if nonce else line


def _line(key: str, answer: dict[str, object]) -> str:
    kind, *words = json.loads(key)
    question = " ".join([kind, *(_word(word) for word in words if word not in ("", []))])
    if "trouble" in answer:
        return f"{clip(question, 90)} → {answer['message']}"
    return f"{clip(question, 90)} → {_brief(answer['answer'])}"


def _word(word: object) -> str:
    return " ".join(map(str, word)) if isinstance(word, list) else str(word)


def _brief(answer: object) -> str:
    """Objects by their names; everything else as it is, cut."""
    if isinstance(answer, list) and answer and all(isinstance(item, dict) for item in answer):
        names = ", ".join(str(item.get("metadata", {}).get("name", "?")) for item in answer)
        return clip(f"{len(answer)}: {names}", 100)
    if isinstance(answer, dict) and "metadata" in answer:
        return f"version {answer['metadata'].get('resourceVersion', '?')}"
    if answer == []:
        return "none"
    return clip(json.dumps(answer, ensure_ascii=False), 100)
