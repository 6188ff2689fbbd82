"""Choosing Kubernetes objects, and the few facts about them that several checks need."""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.kubernetes.api import Object
from grader.kubernetes.label_selector import parse_selector
from grader.round import Round


@dataclass(frozen=True, slots=True)
class Selection:
    kind: str
    namespace: str = ""
    name: str = ""
    selector: str = ""
    api_version: str = ""

    def __str__(self) -> str:
        """For a sentence: `Deployment shop/web`, `Pod in shop with app=web`."""
        if self.name:
            return (
                f"{self.kind} {self.namespace}/{self.name}"
                if self.namespace
                else (f"{self.kind} {self.name}")
            )
        where = f" in {self.namespace}" if self.namespace else ""
        return f"{self.kind}{where}" + (f" with {self.selector}" if self.selector else "")

    def read(self, round_: Round) -> tuple[Object, ...]:
        """The chosen objects, those under deletion included. Raises as `Api` does."""
        if self.name and (self.namespace or self.kind in ("Node", "Namespace", "PersistentVolume")):
            one = round_.object(self.kind, self.name, self.namespace, self.api_version)
            found: tuple[Object, ...] = () if one is None else (one,)
        else:
            found = round_.objects(self.kind, self.api_version, self.namespace)
        if self.name:
            found = tuple(item for item in found if item["metadata"]["name"] == self.name)
        requirements = parse_selector(self.selector)
        return tuple(
            item for item in found if all(rule.accepts(labels(item)) for rule in requirements)
        )


def labels(item: Object) -> Mapping[str, str]:
    found: Mapping[str, str] = item["metadata"].get("labels") or {}
    return found


def title(item: Object) -> str:
    """`Deployment shop/web`."""
    return f"{item.get('kind', 'object')} {full_name(item)}"


def full_name(item: Object) -> str:
    metadata = item["metadata"]
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata['name']}" if namespace else str(metadata["name"])


def is_going(item: Object) -> bool:
    """Under deletion: no longer part of what serves, not yet gone."""
    return bool(item["metadata"].get("deletionTimestamp"))


def owner_uids(item: Object) -> set[str]:
    return {owner["uid"] for owner in item["metadata"].get("ownerReferences") or []}


def condition(item: Object, kind: str) -> str:
    """The status of a condition: True, False, Unknown, or "" when it is not there."""
    for found in (item.get("status") or {}).get("conditions") or []:
        if found.get("type") == kind:
            return str(found.get("status", ""))
    return ""


def is_ready_pod(pod: Object) -> bool:
    status = pod.get("status") or {}
    return (
        status.get("phase") == "Running"
        and condition(pod, "Ready") == "True"
        and (not is_going(pod))
    )


def pod_trouble(pod: Object) -> str:
    """Why a pod is not Ready, as kubectl's STATUS column would say it."""
    if is_going(pod):
        return "Terminating"
    status = pod.get("status") or {}
    for group in ("initContainerStatuses", "containerStatuses"):
        for container in status.get(group) or []:
            for state in ("waiting", "terminated"):
                found = (container.get("state") or {}).get(state) or {}
                if found.get("reason") and found["reason"] != "Completed":
                    return str(found["reason"])
    for found in status.get("conditions") or []:
        if found.get("type") == "PodScheduled" and found.get("status") != "True":
            return str(found.get("reason") or "not scheduled")
    phase = str(status.get("phase", "no status"))
    return "Running, but not Ready" if phase == "Running" else phase


def restarts(pods: tuple[Object, ...]) -> dict[str, int]:
    """Restart counts by pod uid and container: what must hold still."""
    return {
        f"{pod['metadata']['name']}/{container['name']} {pod['metadata'].get('uid', '')}": int(
            container.get("restartCount", 0)
        )
        for pod in pods
        for container in (pod.get("status") or {}).get("containerStatuses") or []
    }
