"""The changes that a case can name: each does one small thing to a moment of a world."""

import copy
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from grader.kubernetes.api_kinds import KNOWN
from tests.grader.cases.controllers import newest, owned
from tests.grader.cases.fields import NoSuchPlace, assign, insert, remove
from tests.grader.cases.world import Moment, RecordedNode

Item = dict[str, Any]


class BadChange(ValueError):
    """A change of a case fits nothing, or changes nothing."""


class ChangeModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    def apply(self, moment: Moment, namespace: str) -> None:
        """Raises BadChange, NoSuchPlace."""
        raise NotImplementedError


class Fields(ChangeModel):
    """Fields of objects: `in: Service web`, `set: {spec.selector.version: blue}`."""

    where: str | list[str] = Field(alias="in")
    set: dict[str, Any] = {}
    remove: list[str] = []
    append: dict[str, Any] = {}
    prepend: dict[str, Any] = {}
    one: bool = False
    """Only the first object by name."""

    def apply(self, moment: Moment, namespace: str) -> None:
        for item in chosen(moment, self.where, namespace, self.one):
            before = copy.deepcopy(item.get("spec"))
            self.write(item)
            if item.get("spec") != before:
                seen_by_controllers(item)

    def write(self, item: Item, base: str = "") -> None:
        for path, value in self.set.items():
            assign(item, base + path, copy.deepcopy(value))
        for path in self.remove:
            remove(item, base + path)
        for path, value in self.append.items():
            insert(item, base + path, copy.deepcopy(value), first=False)
        for path, value in self.prepend.items():
            insert(item, base + path, copy.deepcopy(value), first=True)


class Template(ChangeModel):
    """Fields of a workload's pods, as if it had been created so: paths begin at the pod."""

    template: str
    set: dict[str, Any] = {}
    remove: list[str] = []
    append: dict[str, Any] = {}
    prepend: dict[str, Any] = {}

    def apply(self, moment: Moment, namespace: str) -> None:
        fields = Fields.model_validate({"in": "", **self.model_dump(exclude={"template"})})
        for item in chosen(moment, self.template, namespace):
            fields.write(item, "spec.template.")
            seen_by_controllers(item)
            owner = newest(item, moment.objects) or item
            if owner is not item:
                fields.write(owner, "spec.template.")
            for pod in owned(owner, "Pod", moment.objects):
                fields.write(pod)


class Delete(ChangeModel):
    """Objects, and what belongs to them."""

    delete: str | list[str]
    one: bool = False

    def apply(self, moment: Moment, namespace: str) -> None:
        gone = chosen(moment, self.delete, namespace, self.one)
        moment.objects[:] = [item for item in moment.objects if item not in gone]


class Add(ChangeModel):
    """A whole object; uid and namespace are filled in."""

    add: dict[str, Any]

    def apply(self, moment: Moment, namespace: str) -> None:
        item = copy.deepcopy(self.add)
        metadata = item.setdefault("metadata", {})
        kind = KNOWN.get(item["kind"])
        if kind is None or kind.namespaced:
            metadata.setdefault("namespace", namespace)
        metadata.setdefault("uid", f"added-{item['kind']}-{metadata['name']}")
        metadata.setdefault("creationTimestamp", moment.time[:19] + "Z")
        item.setdefault("apiVersion", kind.api_version if kind else "v1")
        moment.objects.append(item)


class Copy(ChangeModel):
    """Another object like one that is there; a pod gets an address of its own."""

    copy_: str = Field(alias="copy")
    as_: str = Field(alias="as")
    to: str = ""
    """Another namespace."""
    orphan: bool = False
    """Without owners."""
    owner: str = ""
    """Another owner."""
    set: dict[str, Any] = {}

    def apply(self, moment: Moment, namespace: str) -> None:
        item = copy.deepcopy(chosen(moment, self.copy_, namespace, True)[0])
        metadata = item["metadata"]
        metadata["name"] = self.as_
        if self.to:
            metadata["namespace"] = self.to
        metadata["uid"] = f"copy-{len(moment.objects)}-{self.as_}"
        if self.orphan:
            metadata.pop("ownerReferences", None)
        if self.owner:
            owner = chosen(moment, self.owner, namespace, True)[0]
            reference = {key: owner["metadata"][key] for key in ("name", "uid")}
            metadata["ownerReferences"] = [
                {"apiVersion": owner["apiVersion"], "kind": owner["kind"], **reference}
            ]
        if item["kind"] == "Pod":
            address = f"10.244.9.{len(moment.objects) % 250 + 2}"
            item["status"] |= {"podIP": address, "podIPs": [{"ip": address}]}
        for path, value in self.set.items():
            assign(item, path, copy.deepcopy(value))
        moment.objects.append(item)


class Rename(ChangeModel):
    """Another name; with it another uid, as the API knows no renaming. Dependents follow."""

    rename: str
    to: str

    def apply(self, moment: Moment, namespace: str) -> None:
        item = chosen(moment, self.rename, namespace, True)[0]
        item["metadata"]["name"] = self.to
        new_identity(moment, item)


class Remake(ChangeModel):
    """Deleted and made anew: the same names, other uids, also of what belongs to it."""

    remake: str

    def apply(self, moment: Moment, namespace: str) -> None:
        for item in chosen(moment, self.remake, namespace):
            new_identity(moment, item)


class Unready(ChangeModel):
    """Pods that are not Ready; with a `reason`, their containers wait for that."""

    unready: str
    reason: str = ""
    one: bool = False

    def apply(self, moment: Moment, namespace: str) -> None:
        for pod in chosen(moment, self.unready, namespace, self.one):
            status = pod["status"]
            for condition in status["conditions"]:
                if condition["type"] in ("Ready", "ContainersReady"):
                    condition |= {"status": "False", "reason": "ContainersNotReady"}
            for container in status.get("containerStatuses", []):
                container["ready"] = False
                if self.reason:
                    container["started"] = False
                    container["state"] = {"waiting": {"reason": self.reason}}


class Terminating(ChangeModel):
    """Objects under deletion."""

    terminating: str
    one: bool = False

    def apply(self, moment: Moment, namespace: str) -> None:
        for item in chosen(moment, self.terminating, namespace, self.one):
            item["metadata"]["deletionTimestamp"] = moment.time[:19] + "Z"
            item["metadata"]["deletionGracePeriodSeconds"] = 30


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


class Wait(ChangeModel):
    """Time passes by the API server's clock, in seconds, and nothing else happens."""

    wait: int

    def apply(self, moment: Moment, namespace: str) -> None:
        later = datetime.fromisoformat(moment.time) + timedelta(seconds=self.wait)
        moment.time = later.isoformat()


_BY_KEY: dict[str, type[ChangeModel]] = {
    "in": Fields,
    "template": Template,
    "delete": Delete,
    "add": Add,
    "copy": Copy,
    "rename": Rename,
    "remake": Remake,
    "unready": Unready,
    "terminating": Terminating,
    "file": File,
    "unit": Unit,
    "command": Command,
    "exec": Exec,
    "web": Web,
    "api": Trouble,
    "lost": Lost,
    "wait": Wait,
}


def _read(value: Any) -> ChangeModel:
    """By the one key that says what is done, so that an error speaks of that change only."""
    kinds = [model for key, model in _BY_KEY.items() if isinstance(value, dict) and key in value]
    if len(kinds) != 1:
        raise ValueError(f"a change does one of {', '.join(_BY_KEY)}; this does not: {value!r}")
    return kinds[0].model_validate(value)


Change = Annotated[Any, PlainValidator(_read)]


def chosen(moment: Moment, where: str | list[str], namespace: str, one: bool = False) -> list[Item]:
    """By `Kind name`, in the row's namespace or none, or by `Kind namespace/name`; `*` fits all.

    Raises BadChange.
    """
    found: list[Item] = []
    for reference in [where] if isinstance(where, str) else where:
        kind, _, name = reference.partition(" ")
        space, slash, short = name.rpartition("/")
        items = [
            item
            for item in moment.objects
            if item["kind"] == kind
            and fnmatchcase(item["metadata"]["name"], short)
            and item["metadata"].get("namespace", "") in ((space,) if slash else (namespace, ""))
        ]
        if not items:
            raise BadChange(f"there is no {reference}")
        items.sort(key=lambda item: str(item["metadata"]["name"]))
        found += items[:1] if one else items
    return found


def seen_by_controllers(item: Item) -> None:
    """A spec that was changed: the generation is higher, and its controller has seen it."""
    metadata, status = item["metadata"], item.get("status") or {}
    if "generation" in metadata:
        metadata["generation"] += 1
        if "observedGeneration" in status:
            status["observedGeneration"] = metadata["generation"]


def new_identity(moment: Moment, item: Item) -> None:
    """Other uids for an object and what it owns; what names them by uid follows."""
    old = item["metadata"]["uid"]
    for other in moment.objects:
        for owner in other["metadata"].get("ownerReferences") or []:
            if owner["uid"] == old:
                owner["uid"] = f"new-{old}"
                owner["name"] = item["metadata"]["name"]
                new_identity(moment, other)
    item["metadata"]["uid"] = f"new-{old}"


def node_of(moment: Moment, place: str) -> tuple[RecordedNode, str]:
    name, _, rest = place.partition(":")
    if name not in moment.nodes:
        raise BadChange(f"the world has no node {name}")
    return moment.nodes[name], rest


def _stamp(moment: Moment) -> str:
    return f"{datetime.fromisoformat(moment.time).timestamp():.9f}"


def apply_all(
    moment: Moment, changes: tuple[ChangeModel, ...], namespace: str, settle: Callable[..., None]
) -> Moment:
    """A changed copy; each change must change something. Raises BadChange."""
    moment = moment.copy()
    for change in changes:
        before = moment.copy()
        try:
            change.apply(moment, namespace)
        except NoSuchPlace as error:
            raise BadChange(str(error)) from error
        if moment == before:
            raise BadChange(f"this changes nothing: {change!r}")
        settle(moment.objects)
    return moment
