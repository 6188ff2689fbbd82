"""A cluster for the grader's tests: an API that holds objects, nodes that answer or have a tree."""

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cluster.node import ApiAccess, ApiNotInitialised, CommandResult, NodeUnreachable
from cluster.toolbox import toolbox_file
from grader.judgement import Case
from grader.kubernetes.api import (
    Api,
    ApiAnswer,
    ApiRefused,
    ApiUnreachable,
    ExecOutcome,
    ExecTarget,
    Object,
    UnknownKind,
)
from grader.kubernetes.api_kinds import KNOWN
from grader.live_source import ApiLink, LiveSource
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding, Verdict
from grader.waves import look_once
from tests.grader.sample_lab import criterion

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


Answering = Callable[[str, str, Mapping[str, Any] | None], ApiAnswer]


@dataclass(slots=True)
class FakeApi:
    """Holds objects. `trouble` is raised by every call while it is set."""

    items: list[dict[str, Any]] = field(default_factory=list)
    trouble: Exception | None = None
    exec_outcome: ExecOutcome = field(default_factory=lambda: ExecOutcome(0))
    exec_calls: list[ExecTarget] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    requests: list[tuple[object, ...]] = field(default_factory=list)
    answers: Answering = lambda method, path, body: ApiAnswer(404, {})
    """What `request` is answered with, by method, path and body."""

    def objects(self, kind: str, api_version: str, namespace: str) -> tuple[Object, ...]:
        self._answer(f"list {kind} {namespace}")
        if kind not in KNOWN and not any(item["kind"] == kind for item in self.items):
            raise UnknownKind(f"the cluster's API has no kind {kind}")
        return tuple(
            item
            for item in self.items
            if item["kind"] == kind and namespace in ("", item["metadata"].get("namespace", ""))
        )

    def object(self, kind: str, api_version: str, namespace: str, name: str) -> Object | None:
        self._answer(f"get {kind} {namespace}/{name}")
        for item in self.objects(kind, api_version, namespace):
            if item["metadata"]["name"] == name:
                return item
        return None

    def exec(self, target: ExecTarget) -> ExecOutcome:
        self._answer(f"exec {target.pod}")
        self.exec_calls.append(target)
        return self.exec_outcome

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        user: str,
        groups: Sequence[str],
    ) -> ApiAnswer:
        self._answer(f"{method} {path}")
        self.requests.append((method, path, body, user, tuple(groups)))
        return self.answers(method, path, body)

    def now(self) -> datetime:
        return NOW

    def _answer(self, what: str) -> None:
        self.reads.append(what)
        if self.trouble is not None:
            raise self.trouble


UNREACHABLE = ApiUnreachable("the API server does not answer")
REFUSED = ApiRefused("pods is forbidden")
NOT_INITIALISED = ApiNotInitialised("no control plane has been initialised on k8s-master")

Answers = Callable[[Sequence[str], str], CommandResult]


@dataclass(slots=True)
class FakeNode:
    """Answers commands by a function; `lost` makes it unreachable."""

    name: str
    answers: Answers = lambda argv, stdin: CommandResult(0, "", "")
    lost: bool = False
    calls: list[tuple[str, ...]] = field(default_factory=list)

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60.0) -> CommandResult:
        self.calls.append(tuple(argv))
        if self.lost:
            raise NodeUnreachable(f"{self.name} does not answer")
        return self.answers(argv, stdin)

    def inspect(
        self, script: str, arguments: Sequence[str] = (), *, timeout: float = 60.0
    ) -> CommandResult:
        return self.run(["sh", "-s", *arguments], stdin=script, timeout=timeout)


def prints(stdout: str, code: int = 0, stderr: str = "") -> Answers:
    return lambda argv, stdin: CommandResult(code, stdout, stderr)


_SYSTEM_PATH = re.compile(
    r"(?<![\w.$}])/(etc|run|usr/local/lib|usr/lib|lib/modules|proc|var/lib/dpkg|dev/disk)"
    r'(?=["/\s;)]|$)'
)


@dataclass(slots=True)
class TreeNode:
    """Runs the grader's own scripts by this machine's sh, with the system's folders in a tree."""

    root: Path
    name: str = "n1"

    def write(self, path: str, text: str) -> Path:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def link(self, path: str, target: str) -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(target)

    def program(self, name: str, script: str) -> None:
        self.write(f"bin/{name}", f"#!/bin/sh\n{script}\n").chmod(0o755)

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60.0) -> CommandResult:
        inside = _SYSTEM_PATH.sub(lambda found: f"{self.root}{found[0]}", stdin)
        for program in (self.root / "bin").glob("*"):
            # BusyBox would take its own applet before a program of that name.
            inside = re.sub(rf"(?<![\w/.-]){program.name}(?= -)", str(program), inside)
        path = f"{self.root}/bin:/usr/bin:/bin"
        words = [str(toolbox_file()), *argv] if argv[:2] == ["sh", "-s"] else list(argv)
        done = subprocess.run(
            words,
            input=inside,
            capture_output=True,
            text=True,
            timeout=timeout,
            env={"PATH": path, "LC_ALL": "C.UTF-8", **_home(self.root)},
            check=False,
        )
        return CommandResult(done.returncode, done.stdout.replace(str(self.root), ""), done.stderr)

    def inspect(
        self, script: str, arguments: Sequence[str] = (), *, timeout: float = 60.0
    ) -> CommandResult:
        return self.run(["sh", "-s", *arguments], stdin=script, timeout=timeout)


def _home(root: Path) -> dict[str, str]:
    return {"HOME": os.fspath(root)}


AnyNode = FakeNode | TreeNode


@dataclass(slots=True)
class FakeCluster:
    nodes: Mapping[str, AnyNode] = field(default_factory=dict)
    time_scale: float = 1.0
    no_api: Exception | None = None

    def api(self) -> ApiAccess:
        if self.no_api is not None:
            raise self.no_api
        return ApiAccess("https://127.0.0.1:1", "kubernetes", "ca", "cert", "key")


@dataclass(slots=True)
class World:
    """One fake cluster, its API, and the ways to look at it."""

    api: FakeApi = field(default_factory=FakeApi)
    cluster: FakeCluster = field(default_factory=FakeCluster)
    memory: dict[str, Any] = field(default_factory=dict)

    def link(self) -> ApiLink:
        return ApiLink(self.cluster, lambda access, scale: self.connect())

    def connect(self) -> Api:
        return self.api

    def around(self, baseline: Any = None, patient: bool = True) -> Surroundings:
        round_ = Round(LiveSource(self.cluster, self.link()))
        return Surroundings(round_, 1.0, baseline, self.memory, patient)

    def look(
        self, check: str, baseline: Any = None, /, *, patient: bool = True, **args: Any
    ) -> Finding:
        case = Case("step", criterion("c", check, **args))
        return look_once(case, self.around(baseline, patient))


def world(
    *items: dict[str, Any], nodes: Sequence[AnyNode] = (), no_api: Exception | None = None
) -> World:
    cluster = FakeCluster({node.name: node for node in nodes}, no_api=no_api)
    return World(FakeApi(list(items)), cluster)


def why(finding: Finding) -> str:
    """The reason of a finding that failed."""
    assert finding.verdict is Verdict.FAILED, finding
    assert 0 < len(finding.evidence.why) < 200
    return finding.evidence.why


def passes(finding: Finding) -> bool:
    assert finding.verdict is not Verdict.UNKNOWN, finding
    return finding.verdict is Verdict.PASSED
