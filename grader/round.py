"""One round of looks at a cluster: all checks of the round share what was read, each thing once."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from cluster.node import CommandResult
from grader.kubernetes.api import ApiAnswer, ApiUnreachable, ExecOutcome, ExecTarget, Object
from grader.kubernetes.probe_pod import Probe, ProbeWish
from grader.memo import Memo
from grader.question import (
    AskNonce,
    AskProbePods,
    AskTime,
    GetObject,
    ListObjects,
    Question,
    Request,
    RunInPod,
    RunOnNode,
)
from labs.errors import SeatrialError


class Unreadable(SeatrialError):
    """We were answered, and could not read it: nothing was seen."""


class Source(Protocol):
    """Where answers come from: a running cluster, or a recording of one."""

    def answer(self, question: Question) -> Any:
        """A JSON value. Raises what `grader.question.TROUBLES` names, and UnknownNode."""
        ...


class Round:
    """What is true of the cluster in this round. Reads are shared, so nothing changes state.

    A look gets a view of its own by `for_one_look`, which remembers what that look has asked.
    """

    def __init__(self, source: Source, api_away: ApiUnreachable | None = None) -> None:
        """`api_away`: it has just been found that the API server does not answer."""
        self._source = source
        self._memo = Memo()
        self._unreachable = [] if api_away is None else [api_away]
        self._asked: dict[Question, Any] = {}

    def for_one_look(self) -> "Round":
        """The same round, with a memory of its own for what is asked through it."""
        view = Round(self._source)
        view._memo, view._unreachable = self._memo, self._unreachable
        return view

    @property
    def asked(self) -> Mapping[Question, Any]:
        """Every question that was asked through this view, with its answer or the trouble."""
        return self._asked

    def objects(self, kind: str, api_version: str = "", namespace: str = "") -> tuple[Object, ...]:
        """All objects of a kind in a namespace, or in all. Raises as `Api` does."""
        found: Sequence[Object] = self._ask(ListObjects(kind, api_version, namespace))
        return tuple(found)

    def object(
        self, kind: str, name: str, namespace: str = "", api_version: str = ""
    ) -> Object | None:
        """One object by name, or None. Raises as `Api` does."""
        found: Object | None = self._ask(GetObject(kind, name, namespace, api_version))
        return found

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        user: str = "",
        groups: Sequence[str] = (),
    ) -> ApiAnswer:
        """Any request that changes nothing (a review, a dry run), as `user` if one is given.

        Raises ApiUnreachable.
        """
        text = "" if body is None else json.dumps(body, sort_keys=True, separators=(",", ":"))
        found = self._ask(Request(method, path, text, user, tuple(groups)))
        return ApiAnswer(found["status"], found["body"])

    def exec(self, target: ExecTarget) -> ExecOutcome:
        """Raises as `Api` does."""
        found: dict[str, Any] = self._ask(
            RunInPod(target.namespace, target.pod, target.container, target.argv, target.timeout)
        )
        return ExecOutcome(**found)

    def probe_pods(self, wishes: Sequence[ProbeWish]) -> tuple[Probe, ...]:
        """Fresh pods of our own, in the order of the wishes; the round shares and removes them.

        Raises NoProbePod, and as `Api` does.
        """
        found: list[dict[str, str]] = self._ask(AskProbePods(tuple(wishes)))
        return tuple(Probe(**one) for one in found)

    def api_time(self) -> datetime:
        """The time by the API server's own clock."""
        return datetime.fromisoformat(self._ask(AskTime()))

    def nonce(self) -> str:
        """A token of this round that nothing in the cluster can know beforehand."""
        return str(self._ask(AskNonce()))

    def run(
        self, node: str, argv: Sequence[str], *, stdin: str = "", timeout: float = 15.0
    ) -> CommandResult:
        """A command that only reads, once per round; `timeout` at native speed.

        Raises NodeUnreachable, UnknownNode.
        """
        code, stdout, stderr = self._ask(RunOnNode(node, tuple(argv), stdin, timeout))
        return CommandResult(code, stdout, stderr)

    def _ask(self, question: Question) -> Any:
        try:
            answer = self._memo.get(question, lambda: self._read(question))
        except SeatrialError as trouble:
            self._asked[question] = trouble
            raise
        self._asked[question] = answer
        return answer

    def _read(self, question: Question) -> Any:
        """A server that did not answer once is not waited for again in this round."""
        waits = isinstance(question, ListObjects | GetObject | Request)
        if waits and self._unreachable:
            raise self._unreachable[0]
        try:
            return self._source.answer(question)
        except ApiUnreachable as error:
            if waits:
                self._unreachable.append(error)
            raise
