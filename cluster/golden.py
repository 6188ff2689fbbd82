"""Golden clusters: each profile is made once per image, saved with its memory, and only read after.

A golden cluster is a folder that appears whole (by one rename) or not at all; whatever a killed
process left of one in the making is removed by the next that needs it.
"""

import datetime
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cluster import capacity, entry, lock, machines, naming, speed
from cluster.entry import Door, Keys, OpenNode
from cluster.host import Element, Host
from cluster.image import Image
from cluster.machines import Machine, Machines, Origin
from cluster.profile import Profile, named, profiles
from cluster.progress import Progress
from cluster.rehearsal import Rehearsal, scripts
from cluster.virtualisation import Kind
from labs import paths
from labs.deadline import Deadline

_FORMAT = 1
"""Raise it when golden clusters of earlier versions can no longer be used."""

_MAKING_SECONDS = 3600.0
_BOOT_SECONDS = 30.0
_OLDEST = datetime.timedelta(days=180)
"""The certificates that kubeadm makes hold for a year."""

_MIB_PER_GUEST_MIB = 1.2
_FACTS = "golden.json"


@dataclass(frozen=True, slots=True)
class Golden:
    """A finished golden cluster."""

    folder: Path
    time_scale: float

    def origin(self, node: str) -> Origin:
        return Origin(self.folder / f"{node}.qcow2", self.folder / f"{node}.save")


@dataclass(frozen=True, slots=True)
class Foundry:
    """What golden clusters are made with."""

    host: Host
    image: Image
    virtualisation: Kind
    door: Door


def folder() -> Path:
    """Where all golden clusters lie."""
    return paths.cache() / "golden"


def find(profile: Profile, image: Image, virtualisation: Kind) -> Golden | None:
    """The finished golden cluster of this profile and image, if there is one."""
    place = folder() / key(profile, image, virtualisation)
    try:
        facts = json.loads((place / _FACTS).read_text())
    except FileNotFoundError:
        return None
    made = datetime.datetime.fromisoformat(facts["made"])
    if datetime.datetime.now(datetime.UTC) - made > _OLDEST:
        return None
    return Golden(place, facts["time_scale"])


def ensure(profile: Profile, foundry: Foundry, progress: Progress) -> Golden:
    """Find or make it. One process makes it, others wait. Raises SeatrialError."""
    found = find(profile, foundry.image, foundry.virtualisation)
    if found is not None:
        return found
    name = key(profile, foundry.image, foundry.virtualisation)
    file = folder() / f"{name}.lock"
    if not lock.is_free(file):
        progress.phase(f"Waiting: another seatrial makes the cluster {profile.name}", 0.0)
    with lock.held(file, f"the golden cluster {profile.name}", wait=_MAKING_SECONDS):
        found = find(profile, foundry.image, foundry.virtualisation)
        return found or _make(profile, foundry, progress, folder() / name)


def key(profile: Profile, image: Image, virtualisation: Kind) -> str:
    """Changes with everything that a golden cluster is made from."""
    bases = {shape.base for shape in profile.nodes} - {""}
    parts = [
        str(_FORMAT),
        image.host_key.read_text(),
        virtualisation.value,
        repr(profile),
        *(entry.script_text(script) for script in scripts(profile)),
        *(key(named(base), image, virtualisation) for base in sorted(bases)),
    ]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
    return f"{profile.name}-{image.name}-{digest}"


def sweep() -> None:
    """Remove golden clusters whose image is gone: without its disk they are of no use."""
    for facts in folder().glob(f"*/{_FACTS}"):
        if not Path(json.loads(facts.read_text())["image_disk"]).exists():
            shutil.rmtree(facts.parent, ignore_errors=True)


def remove_remains(host: Host) -> None:
    """Remove what killed processes left in libvirt of golden clusters in the making."""
    prefix = naming.golden_prefix()
    for name in host.names(Element.NETWORK, prefix):
        place = folder() / name.removeprefix(prefix)
        if lock.is_free(place.with_suffix(".lock")):
            _clear(host, _profile_of(place), place)


def _profile_of(place: Path) -> Profile:
    return next(
        profile for profile in profiles().values() if place.name.startswith(f"{profile.name}-")
    )


def _make(profile: Profile, foundry: Foundry, progress: Progress, place: Path) -> Golden:
    partial = _partial(place)
    _clear(foundry.host, profile, place)
    bases = _bases(profile, foundry, progress.part(0.0, 0.5))
    own = progress.part(0.5 if any(shape.base for shape in profile.nodes) else 0.0, 1.0)
    sweep()
    capacity.require_memory(profile.memory_mib, len(profile.nodes))
    capacity.require_disk(folder(), int(profile.memory_mib * _MIB_PER_GUEST_MIB))
    partial.mkdir(mode=0o700, parents=True)
    cluster = Machines.plan(_name(place), f"golden {profile.name}", partial, profile)
    try:
        scale = _bring_up(cluster, bases, profile, foundry, own)
        own.phase(f"Saving the cluster {profile.name}", 0.95)
        machines.save(foundry.host, cluster)
        machines.undefine(foundry.host, cluster)
    except BaseException:
        _clear(foundry.host, profile, place)
        raise
    facts = {
        "made": datetime.datetime.now(datetime.UTC).isoformat(),
        "profile": profile.name,
        "image": foundry.image.name,
        "image_disk": str(foundry.image.disk),
        "time_scale": scale,
    }
    (partial / _FACTS).write_text(json.dumps(facts, indent=1))
    _sync(partial)
    partial.rename(place)
    return Golden(place, scale)


def _bases(profile: Profile, foundry: Foundry, progress: Progress) -> Mapping[str, Golden]:
    """The golden clusters that nodes of this one start from, by profile."""
    bases = sorted({shape.base for shape in profile.nodes} - {""})
    return {
        base: ensure(
            named(base),
            foundry,
            progress.part(number / len(bases), (number + 1) / len(bases)),
        )
        for number, base in enumerate(bases)
    }


def _bring_up(
    cluster: Machines,
    bases: Mapping[str, Golden],
    profile: Profile,
    foundry: Foundry,
    progress: Progress,
) -> float:
    """Start the nodes and do once what the profile asks; the time scale is returned."""
    origins = {
        shape.name: bases[shape.base].origin(shape.name)
        if shape.base
        else Origin(foundry.image.disk)
        for shape in profile.nodes
    }
    machines.create(foundry.host, cluster, origins, foundry.image, foundry.virtualisation)
    progress.phase(f"Starting the nodes of {profile.name} (once)", 0.02)
    machines.start(foundry.host, cluster, origins)
    keys = Keys(foundry.image.ssh_key, foundry.image.host_key.read_text())
    assumed = speed.ASSUMED[foundry.virtualisation]
    deadline = Deadline.after(_BOOT_SECONDS * assumed)
    nodes = entry.enter(cluster, keys, foundry.door, deadline, progress.ready)
    try:
        entry.wake(nodes, public_key(foundry.image))
        scales = [base.time_scale for base in bases.values()]
        Rehearsal(profile, nodes, max([assumed, *scales]), progress).perform()
        # Measured where nothing but the system runs, once it has done what it does after a boot.
        return min(scales) if scales else _time_scale(foundry.host, cluster.nodes[0], nodes)
    finally:
        for node in nodes.values():
            node.close()


def _time_scale(host: Host, machine: Machine, nodes: Mapping[str, OpenNode]) -> float:
    return speed.time_scale(
        nodes[machine.shape.name], lambda: host.processor_seconds(machine.identity.name)
    )


def _clear(host: Host, profile: Profile, place: Path) -> None:
    """Remove what a killed process may have left."""
    machines.remove(host, Machines.plan(_name(place), "", _partial(place), profile))


def _name(place: Path) -> str:
    return f"{naming.golden_prefix()}{place.name}"


def _partial(place: Path) -> Path:
    return place.with_name(f"{place.name}.part")


def _sync(place: Path) -> None:
    """On disk before the rename makes it visible: a power cut must not leave half of it."""
    for file in place.iterdir():
        if os.access(file, os.R_OK):
            descriptor = os.open(file, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)


def public_key(image: Image) -> str:
    """What the nodes of a golden cluster let in: the image's key."""
    return image.ssh_key.with_suffix(".pub").read_text().strip()
