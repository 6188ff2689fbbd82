"""Checkpoints of a lab: disks and memory of all its nodes at one moment, kept in the lab's folder.

The nodes stand still while one is taken. It goes with the lab's folder when the lab is removed.
"""

from pathlib import Path

from cluster import entry, lock, machines, record
from cluster.entry import OpenNode
from cluster.image import Image
from cluster.lifecycle import Site, local_site
from cluster.machines import Origin
from cluster.record import LabRecord
from cluster.running import RunningLab
from labs.deadline import Deadline
from labs.errors import SeatrialError

_WAKE_SECONDS = 30.0
"""At native speed."""


class NoCheckpoint(SeatrialError):
    """The lab has no checkpoint of that name."""


def keep(lab_id: str, name: str, site: Site | None = None) -> RunningLab:
    """Take a checkpoint and go on from it; one of the same name is replaced.

    If it is cut off, the lab must be begun anew. Raises NoCheckpoint for a lab that does not run.
    """
    place = site or local_site()
    with lock.held(record.lock_file(lab_id), f"lab {lab_id}"):
        known = _known(lab_id)
        folder = _folder(known, name)
        machines.save(place.host, known.machines)
        machines.undefine(place.host, known.machines)
        folder.mkdir(parents=True, exist_ok=True)
        for machine in known.machines.nodes:
            disk = machine.identity.disk
            disk.rename(folder / disk.name)
            saved = disk.with_suffix(".save")
            saved.rename(folder / saved.name)
        return _resume(known, folder, place)


def go_back(lab_id: str, name: str, site: Site | None = None) -> RunningLab:
    """The lab as it was at the checkpoint, its clock set forward. Raises NoCheckpoint."""
    place = site or local_site()
    with lock.held(record.lock_file(lab_id), f"lab {lab_id}"):
        known = _known(lab_id)
        folder = _folder(known, name)
        if not folder.exists():
            raise NoCheckpoint(
                f"{lab_id} has no checkpoint {name!r}.", "Take it first, or start the lab anew."
            )
        machines.undefine(place.host, known.machines)
        for machine in known.machines.nodes:
            machine.identity.disk.unlink(missing_ok=True)
        return _resume(known, folder, place)


def _resume(known: LabRecord, folder: Path, site: Site) -> RunningLab:
    origins = {
        machine.shape.name: Origin(
            folder / machine.identity.disk.name, folder / f"{machine.shape.name}.save"
        )
        for machine in known.machines.nodes
    }
    image: Image = site.image(lambda event: None)
    machines.create(site.host, known.machines, origins, image, site.virtualisation())
    machines.start(site.host, known.machines, origins)
    limit = Deadline.after(_WAKE_SECONDS * known.time_scale)
    nodes: dict[str, OpenNode] = entry.enter(known.machines, known.keys, site.door, limit)
    entry.wake(nodes)
    return RunningLab(known, nodes)


def _known(lab_id: str) -> LabRecord:
    known = record.load(lab_id)
    if known is None or not known.ready:
        raise NoCheckpoint(f"{lab_id} is not running.", f"Start it: seatrial up {lab_id}")
    return known


def _folder(known: LabRecord, name: str) -> Path:
    return known.folder / "checkpoints" / name
