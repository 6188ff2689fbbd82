"""What is kept on disk about a lab that was started: enough to find, finish or remove it later."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster import naming
from cluster.domain import Forward
from cluster.entry import Keys
from cluster.machines import Machines
from cluster.profile import named
from labs import paths

_FILE = "lab.json"


@dataclass(frozen=True, slots=True)
class LabRecord:
    """`ready` is false until the lab was handed over: what is there until then is half made."""

    lab_id: str
    profile: str
    image_disk: str
    """Also tells `seatrial image remove` that the image is in use."""
    host_key: str
    time_scale: float
    machines: Machines
    ready: bool = False

    @property
    def folder(self) -> Path:
        return folder(self.lab_id)

    @property
    def keys(self) -> Keys:
        return Keys(self.folder / "key", self.host_key)

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def write(self) -> None:
        """Replace the record on disk as a whole."""
        facts = {
            "lab": self.lab_id,
            "profile": self.profile,
            "image": self.image_disk,
            "host_key": self.host_key,
            "time_scale": self.time_scale,
            "ready": self.ready,
            "nodes": {
                machine.shape.name: {
                    "uuid": machine.identity.uuid,
                    "forwards": [[f.host_port, f.guest_port] for f in machine.identity.forwards],
                }
                for machine in self.machines.nodes
            },
        }
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self.folder / f"{_FILE}.{os.getpid()}.part"
        partial.write_text(json.dumps(facts, indent=1))
        partial.replace(self.folder / _FILE)


def folder(lab_id: str) -> Path:
    """Everything that belongs to one lab lies here."""
    return _all() / naming.slug(lab_id)


def lock_file(lab_id: str) -> Path:
    """Held by whoever starts, resumes or removes the lab."""
    return _all() / f"{naming.slug(lab_id)}.lock"


def disks(lab_id: str) -> Path:
    return folder(lab_id) / "disks"


def element_name(lab_id: str) -> str:
    """Of the lab's network, pool and filter; begins its domains' names."""
    return f"{naming.lab_prefix()}{naming.slug(lab_id)}"


def load(lab_id: str) -> LabRecord | None:
    """The lab's record; None where there is none."""
    try:
        facts = json.loads((folder(lab_id) / _FILE).read_text())
    except FileNotFoundError:
        return None
    return _record(facts)


def load_all() -> list[LabRecord]:
    """The records of all labs that were started and not removed."""
    return [_record(json.loads(file.read_text())) for file in sorted(_all().glob(f"*/{_FILE}"))]


def _record(facts: Mapping[str, Any]) -> LabRecord:
    lab_id = facts["lab"]
    chosen = {
        name: (node["uuid"], tuple(Forward(*pair) for pair in node["forwards"]))
        for name, node in facts["nodes"].items()
    }
    profile = named(facts["profile"])
    return LabRecord(
        lab_id=lab_id,
        profile=profile.name,
        image_disk=facts["image"],
        host_key=facts["host_key"],
        time_scale=facts["time_scale"],
        machines=Machines.known(element_name(lab_id), lab_id, disks(lab_id), profile, chosen),
        ready=facts["ready"],
    )


def _all() -> Path:
    return paths.state() / "labs"
