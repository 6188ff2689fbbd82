"""What may be otherwise in a cluster without any difference in meaning, by a seed.

The same object gets the same noise at every moment, so that what is compared with the past is.
"""

import copy
import re
from collections.abc import Iterator
from random import Random
from typing import Any

from grader.meaning.quantity import parse_quantity
from tests.grader.cases.world import Moment, RecordedNode

Item = dict[str, Any]

UNORDERED = frozenset(
    {"containers", "env", "ports", "volumes", "volumeMounts", "conditions", "containerStatuses"}
    | {"addresses", "notReadyAddresses", "subsets", "endpoints", "rules", "subjects", "taints"}
    | {"finalizers", "tolerations", "ownerReferences", "accessModes", "imagePullSecrets"}
    | {"verbs", "resources", "apiGroups", "resourceNames", "policyTypes", "matchExpressions"}
    | {"values", "nodeSelectorTerms", "volumeClaimTemplates", "ingress", "egress", "from", "to"}
)
"""Lists that Kubernetes reads as sets. Not: command, args, initContainers (they run in order),
envFrom (the last one counts), name servers, paths of one Ingress host."""

_QUANTITIES = frozenset({"requests", "limits", "capacity", "allocatable", "hard", "used"})
_IMAGE_HOLDERS = frozenset({"containers", "initContainers"})

_POD_DEFAULTS: Item = {"preemptionPolicy": "PreemptLowerPriority", "shareProcessNamespace": False}
_SPEC_DEFAULTS: dict[str, Item] = {
    "Service": {"internalTrafficPolicy": "Cluster", "ipFamilyPolicy": "SingleStack"},
    "StatefulSet": {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain"}},
    "Job": {"completionMode": "NonIndexed", "suspend": False, "podReplacementPolicy": "Failed"},
    "Deployment": {"progressDeadlineSeconds": 600, "revisionHistoryLimit": 10},
    "Pod": _POD_DEFAULTS,
}
"""What servers of other versions fill in."""


class Noise:
    def __init__(self, seed: int) -> None:
        self._seed = seed
        choose = Random(seed)
        self._ways = {
            name: choose.random() < 0.7
            for name in ("order", "spelling", "defaults", "others", "shuffle", "files")
        }

    def __repr__(self) -> str:
        return f"Noise({self._seed}: {', '.join(k for k, on in self._ways.items() if on)})"

    def on(self, moment: Moment) -> Moment:
        """A changed copy that means the same."""
        moment = moment.copy()
        for item in moment.objects:
            self._object(item)
        if self._ways["others"]:
            moment.objects += list(self._others(moment))
        if self._ways["shuffle"]:
            Random(self._seed).shuffle(moment.objects)
        if self._ways["files"]:
            for node in moment.nodes.values():
                self._files(node)
        return moment

    def _random(self, *place: object) -> Random:
        return Random(f"{self._seed} {place}")

    def _object(self, item: Item) -> None:
        metadata = item["metadata"]
        choose = self._random(item["kind"], metadata.get("namespace"), metadata["name"])
        if self._ways["defaults"]:
            _add_defaults(item, choose)
        self._within(item, "", choose)

    def _within(self, value: Any, key: str, choose: Random) -> None:
        if isinstance(value, dict):
            for name in sorted(value):
                self._within(value[name], name, choose)
            if self._ways["spelling"] and (key in _QUANTITIES or "cpu" in value):
                _respell_quantities(value, choose)
        elif isinstance(value, list):
            for one in value:
                if self._ways["spelling"] and key in _IMAGE_HOLDERS and isinstance(one, dict):
                    one["image"] = respell_image(one["image"], choose)
                self._within(one, "", choose)
            if self._ways["order"] and key in UNORDERED and _may_be_reordered(key, value):
                choose.shuffle(value)

    def _others(self, moment: Moment) -> Iterator[Item]:
        """Namesakes in another namespace, pods of other labels, and what probes look like."""
        choose = Random(self._seed)
        spaces = sorted(
            item["metadata"]["name"] for item in moment.objects if item["kind"] == "Namespace"
        )
        yield _plain("Namespace", "", "zz-others")
        for item in moment.objects:
            inside = item["metadata"].get("namespace") in spaces
            if inside and item["kind"] != "Event" and choose.random() < 0.5:
                yield _namesake(item)
        for space in spaces:
            yield _plain("ConfigMap", space, f"zz-{choose.randrange(1000)}")
            yield _plain("ServiceAccount", space, f"zz-{choose.randrange(1000)}")
        yield _plain("Pod", "zz-others", f"seatrial-probe-{choose.randrange(1000)}")

    def _files(self, node: RecordedNode) -> None:
        for path in sorted(node.files):
            file = node.files[path]
            if re.search(r"/(sysctl|modules-load)\.d/[^/]*\.conf$|/etc/fstab$", path):
                comment = f"# {self._random(path).random()}\n"
                if "text" in file and file["text"].endswith(("\n", "")):
                    file["text"] = comment + file["text"]
        if node.files:
            facts = {"owner": "root", "group": "root", "mode": "644", "modified": "1.0"}
            node.files["/etc/sysctl.d/00-zz.conf"] = {"text": "kernel.zz = 1\n", **facts}
            node.files["/etc/modules-load.d/00-zz.conf"] = {"text": "zz\n", **facts}


def _plain(kind: str, namespace: str, name: str) -> Item:
    metadata = {"name": name, "uid": f"zz-{kind}-{namespace}-{name}"}
    if namespace:
        metadata["namespace"] = namespace
    item: Item = {"apiVersion": "v1", "kind": kind, "metadata": metadata}
    if kind == "Pod":
        container = {"name": "zz", "image": "zz:1"}
        item |= {"spec": {"containers": [container]}, "status": {"phase": "Pending"}}
    return item


def _namesake(item: Item) -> Item:
    other = copy.deepcopy(item)
    metadata = other["metadata"]
    metadata |= {"namespace": "zz-others", "uid": f"zz-{metadata['uid']}"}
    for owner in metadata.get("ownerReferences") or []:
        owner["uid"] = f"zz-{owner['uid']}"
    if other["kind"] in ("Pod", "Endpoints"):
        other.get("status", {}).pop("podIP", None)
        other.pop("subsets", None)
    return other


def _may_be_reordered(key: str, items: list[Any]) -> bool:
    """Variables may refer to earlier ones, and the last of one name counts."""
    if key != "env":
        return True
    names = [one["name"] for one in items]
    return len(set(names)) == len(names) and not any("$(" in str(one) for one in items)


def _add_defaults(item: Item, choose: Random) -> None:
    spec = item.get("spec")
    for key, value in _SPEC_DEFAULTS.get(item["kind"], {}).items():
        if isinstance(spec, dict) and choose.random() < 0.7:
            spec.setdefault(key, copy.deepcopy(value))
    annotations = item["metadata"].setdefault("annotations", {})
    annotations.setdefault("zz.example/note", "nobody's")
    if item["kind"] == "Pod" and "conditions" in item.get("status", {}):
        ready = {"type": "PodReadyToStartContainers", "status": "True"}
        item["status"]["conditions"].append(ready)


def _respell_quantities(holder: Item, choose: Random) -> None:
    for key in sorted(holder):
        number = parse_quantity(holder[key]) if isinstance(holder[key], str) else None
        if number is None:
            continue
        spellings = [holder[key]]
        if number.denominator == 1:
            spellings += [str(number), f"{number * 1000}m"]
            for power, suffix in enumerate(("Ki", "Mi", "Gi"), 1):
                if number % 1024**power == 0 and number:
                    spellings.append(f"{number // 1024**power}{suffix}")
        elif (number * 1000).denominator == 1:
            spellings += [f"{number * 1000}m", str(float(number))]
        holder[key] = choose.choice(spellings)


def respell_image(image: str, choose: Random) -> str:
    """One of the ways to write an image of Docker's hub; any other stays as it is."""
    name = re.sub(r"^(index\.)?docker\.io/(library/)?", "", image)
    first = name.partition("/")[0]
    if "/" in name and ("." in first or ":" in first or first == "localhost"):
        return image
    full = name if "/" in name else f"library/{name}"
    spellings = [name, f"docker.io/{full}", f"index.docker.io/{full}"]
    return choose.choice(spellings)
