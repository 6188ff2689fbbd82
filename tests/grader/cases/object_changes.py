"""Changes of objects of the API."""

import copy
from typing import Any

from pydantic import Field

from grader.kubernetes.api_kinds import KNOWN
from tests.grader.cases.change_model import ChangeModel, Item, chosen
from tests.grader.cases.controllers import newest, owned
from tests.grader.cases.fields import assign, insert, remove
from tests.grader.cases.world import Moment


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
