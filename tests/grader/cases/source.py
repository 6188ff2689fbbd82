"""Answers to a check's questions from a moment of a recorded world."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from cluster.node import NodeUnreachable
from grader.kubernetes.api import ExecOutcome, UnknownKind
from grader.kubernetes.api_kinds import KNOWN
from grader.live_source import UnknownNode
from grader.question import (
    TROUBLES,
    AskNonce,
    AskTime,
    GetObject,
    ListObjects,
    Question,
    Request,
    RunInPod,
    RunOnNode,
)
from labs.errors import SeatrialError
from tests.grader.cases.asked import request_answer
from tests.grader.cases.node_tree import NodeTree
from tests.grader.cases.world import Moment

NONCE = "5ea7a11c0ffee"

_SAID = {
    "ApiUnreachable": "the API server does not answer",
    "ApiRefused": "pods is forbidden",
    "ApiNotInitialised": "no control plane has been initialised on k8s-master",
}


class NotInWorld(SeatrialError):
    """The world does not hold what a check asks for: the case, or the recording, lacks it."""


class MomentSource:
    """`grader.round.Source`. Close it, for it may have laid out files."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._trees: dict[str, NodeTree] = {}

    def close(self) -> None:
        for tree in self._trees.values():
            tree.close()

    def answer(self, question: Question) -> Any:
        if isinstance(question, RunOnNode):
            return self._run(question)
        if isinstance(question, AskNonce):
            return NONCE
        if self._moment.api:
            raise TROUBLES[self._moment.api](_SAID[self._moment.api])
        match question:
            case ListObjects(kind, api_version, namespace):
                return self._objects(kind, api_version, namespace)
            case GetObject(kind, name, namespace, api_version):
                found = self._objects(kind, api_version, namespace)
                return next((one for one in found if one["metadata"]["name"] == name), None)
            case Request():
                return self._request(question)
            case RunInPod():
                return asdict(self._exec(question))
            case AskTime():
                return datetime.fromisoformat(self._moment.time).isoformat()

    def _objects(self, kind: str, api_version: str, namespace: str) -> list[Mapping[str, Any]]:
        items = [item for item in self._moment.objects if item["kind"] == kind]
        if api_version:
            items = [item for item in items if item["apiVersion"] == api_version]
        if kind not in KNOWN and not items:
            raise UnknownKind(f"the cluster's API has no kind {kind}")
        return [item for item in items if namespace in ("", item["metadata"].get("namespace", ""))]

    def _request(self, question: Request) -> Any:
        asked = asdict(question)
        for one in self._moment.requests:
            if all(_same(asked[key], one.get(key)) for key in ("method", "path", "body", "user")):
                return one["answer"]
        found = request_answer(self._moment, question)
        if found is not None:
            return found
        raise NotInWorld(f"the world has no answer to {question.method} {question.path}", "")

    def _exec(self, question: RunInPod) -> ExecOutcome:
        here = [item for item in self._moment.objects if item["kind"] == "Pod"]
        for pod in here:
            metadata = pod["metadata"]
            if (metadata["namespace"], metadata["name"]) == (question.namespace, question.pod):
                problem = _container_problem(pod, question.container)
                return ExecOutcome(None, problem=problem) if problem else self._told(question)
        return ExecOutcome(None, problem=f'pods "{question.pod}" not found')

    def _told(self, question: RunInPod) -> ExecOutcome:
        for one in self._moment.execs:
            if (
                one["namespace"] == question.namespace
                and fnmatchcase(question.pod, one["pod"])
                and one.get("container", "") in ("", question.container)
                and tuple(one["argv"]) == question.argv
            ):
                fields = ("code", "stdout", "stderr", "problem")
                return ExecOutcome(**{key: one[key] for key in fields if key in one})
        words = " ".join(question.argv)
        raise NotInWorld(f"the world does not know what {words} says in {question.pod}", "")

    def _run(self, question: RunOnNode) -> list[Any]:
        node = self._moment.nodes.get(question.node)
        if node is None:
            raise UnknownNode(f"the lab has no node {question.node}", "")
        if node.lost:
            raise NodeUnreachable(f"{question.node} does not answer")
        if question.argv[0] not in ("sh", "bash"):
            told = node.commands.get(" ".join(question.argv))
            if told is None:
                raise NotInWorld(f"the world does not know what {question.argv} says", "")
            return [told.get("code", 0), told.get("stdout", ""), told.get("stderr", "")]
        if question.node not in self._trees:
            self._trees[question.node] = NodeTree(node, self._moment)
        result = self._trees[question.node].run(question.argv, question.stdin)
        return [result.code, result.stdout, result.stderr]


def _same(asked: Any, told: Any) -> bool:
    return bool(asked == (told or ""))


def _container_problem(pod: Mapping[str, Any], container: str) -> str:
    """What the API server says to a container that it cannot choose or find."""
    names = [one["name"] for one in pod["spec"]["containers"]]
    name = pod["metadata"]["name"]
    if not container and len(names) > 1:
        return f"a container name must be specified for pod {name}, choose one of: {names}"
    if container and container not in names:
        return f"container {container} is not valid for pod {name}"
    return ""
