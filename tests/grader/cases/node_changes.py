"""Changes of what nodes, containers and addresses hold or answer, and trouble with asking."""

import json
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from tests.grader.cases.change_model import BadChange, ChangeModel
from tests.grader.cases.world import Moment, RecordedNode


class File(ChangeModel):
    """A file of a node: `file: k8s-master:/etc/fstab`, and what becomes of it."""

    file: str
    text: str | None = None
    append: str = ""
    replace: dict[str, str] = {}
    gone: bool = False
    link: str = ""
    facts: dict[Literal["mode", "owner", "group", "modified", "directory"], Any] = {}

    def apply(self, moment: Moment, namespace: str) -> None:
        node, path = node_of(moment, self.file)
        if self.gone:
            if path not in node.files:
                raise BadChange(f"{self.file} is not there")
            del node.files[path]
            return
        if self.link:
            node.files[path] = {"link": self.link}
            return
        now = {"owner": "root", "group": "root", "mode": "644"}
        file = node.files.setdefault(path, {"text": "", "modified": _stamp(moment), **now})
        before = file.get("text", "")
        text = before if self.text is None else self.text
        for old, new in self.replace.items():
            if old not in text:
                raise BadChange(f"{self.file} does not hold {old!r}")
            text = text.replace(old, new)
        file["text"] = text + self.append
        if file["text"] != before:
            file["modified"] = _stamp(moment)
        file.update({str(key): value for key, value in self.facts.items()})


class Unit(ChangeModel):
    """A systemd unit of a node: `unit: k8s-master:kubelet.service`."""

    unit: str
    set: dict[str, str] = {}
    gone: bool = False

    def apply(self, moment: Moment, namespace: str) -> None:
        node, name = node_of(moment, self.unit)
        if self.gone:
            del node.units[name]
        else:
            node.units.setdefault(name, {"LoadState": "loaded"}).update(self.set)


class Command(ChangeModel):
    """What a command on a node says: `command: "k8s-master:kubelet --version"`."""

    command: str
    stdout: str = ""
    stderr: str = ""
    code: int = 0

    def apply(self, moment: Moment, namespace: str) -> None:
        node, words = node_of(moment, self.command)
        told = {"code": self.code, "stdout": self.stdout, "stderr": self.stderr}
        node.commands[words.strip()] = told


class Exec(ChangeModel):
    """What a command in containers says: `exec: "store-0: cat /data/name"`."""

    exec: str
    stdout: str = ""
    stderr: str = ""
    code: int | None = 0
    problem: str = ""

    def apply(self, moment: Moment, namespace: str) -> None:
        pod, _, words = self.exec.partition(": ")
        told = {"code": None if self.problem else self.code, "problem": self.problem}
        told |= {"stdout": self.stdout, "stderr": self.stderr}
        named = {"namespace": namespace, "pod": pod, "container": "", "argv": words.split()}
        moment.execs.insert(0, named | told)


class Web(ChangeModel):
    """What requests to a recorded URL are answered: every one, or only the first."""

    web: str
    status: int | None = None
    body: str | None = None
    json_: dict[str, Any] = Field(default={}, alias="json")
    """Fields of the body that differ."""
    exitcode: int = 0
    """curl's, when there is no answer."""
    only_first: bool = False

    def apply(self, moment: Moment, namespace: str) -> None:
        sites = [site for site in moment.web if site["url"] == self.web]
        if not sites:
            raise BadChange(f"nothing was recorded of {self.web}")
        answers = sites[0]["answers"]
        for answer in answers[:1] if self.only_first else answers:
            if self.status is not None:
                answer["status"] = self.status
            if self.body is not None:
                answer["body"] = self.body
            if self.json_:
                answer["body"] = json.dumps(json.loads(answer["body"]) | self.json_)
            if self.exitcode:
                answer |= {"exitcode": self.exitcode, "status": 0, "body": ""}


class Trouble(ChangeModel):
    """What keeps us from looking at the API."""

    api: Literal["ApiUnreachable", "ApiRefused", "ApiNotInitialised"]

    def apply(self, moment: Moment, namespace: str) -> None:
        moment.api = self.api


class Lost(ChangeModel):
    """A node that does not answer us."""

    lost: str

    def apply(self, moment: Moment, namespace: str) -> None:
        moment.nodes.setdefault(self.lost, RecordedNode()).lost = True


class PodLog(ChangeModel):
    """What a container has written: `log: "lookout-*: stream"`, with stamps, or why it has not."""

    log: str
    text: str = ""
    status: int = 0
    message: str = ""

    def apply(self, moment: Moment, namespace: str) -> None:
        pod, _, container = self.log.partition(": ")
        named = {"namespace": namespace, "pod": pod, "container": container}
        told = {"status": self.status, "message": self.message}
        moment.logs.insert(0, named | (told if self.status else {"text": self.text}))


class Wait(ChangeModel):
    """Time passes by the API server's clock, in seconds, and nothing else happens."""

    wait: int

    def apply(self, moment: Moment, namespace: str) -> None:
        later = datetime.fromisoformat(moment.time) + timedelta(seconds=self.wait)
        moment.time = later.isoformat()


def node_of(moment: Moment, place: str) -> tuple[RecordedNode, str]:
    name, _, rest = place.partition(":")
    if name not in moment.nodes:
        raise BadChange(f"the world has no node {name}")
    return moment.nodes[name], rest


def _stamp(moment: Moment) -> str:
    return f"{datetime.fromisoformat(moment.time).timestamp():.9f}"
