"""A lab's nodes from nothing to ready and back: `up`, `find`, `status`, `down`.

Every call may be cut off by the end of the process; the next finds, finishes or removes the rest.
"""

import atexit
import datetime
import functools
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from cluster import capacity, entry, golden, image, lock, machines, naming, record, ssh
from cluster.entry import Door
from cluster.events import LabReady, Listener, ignore
from cluster.golden import Foundry, Golden
from cluster.host import DEFAULT_URI, Element, Host, LibvirtHost
from cluster.image import Image
from cluster.machines import Machines
from cluster.profile import Profile, named
from cluster.progress import Progress
from cluster.record import LabRecord
from cluster.running import RunningLab
from cluster.ssh_node import SshNode
from cluster.virtualisation import Kind, probe
from labs.deadline import Deadline

_BOOT_SECONDS = 30.0
_READY_SECONDS = 60.0
"""Both at native speed."""
_LAB_DISK_MIB = 2048
_DOWN_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Site:
    """What the life cycle works on; tests give a fake host and a fake door."""

    host: Host
    door: Door
    image: Callable[[Listener], Image]
    virtualisation: Callable[[], Kind]


@dataclass(frozen=True, slots=True)
class NodeStatus:
    name: str
    state: str
    """`running`, `off` or `missing`."""
    address: str
    """127.0.0.1:PORT of its SSH server."""


@dataclass(frozen=True, slots=True)
class LabStatus:
    lab_id: str
    profile: str
    phase: str
    """`running`, `off`, `half made` (its making was cut off) or `working` (it is under way)."""
    nodes: tuple[NodeStatus, ...]


def local_site() -> Site:
    """The libvirt of this host, or the one at SEATRIAL_LIBVIRT_URI."""
    return Site(
        _host(os.environ.get("SEATRIAL_LIBVIRT_URI", DEFAULT_URI)),
        entry.by_ssh,
        lambda listener: image.current() or image.build(listener=listener),
        lambda: probe().kind,
    )


def up(
    lab_id: str, profile: str, listener: Listener = ignore, site: Site | None = None
) -> RunningLab:
    """Start the lab's nodes, or find them, until they are ready. Raises SeatrialError."""
    began = time.monotonic()
    place = site or local_site()
    progress = Progress(listener)
    with lock.held(record.lock_file(lab_id), f"lab {lab_id}"):
        known = record.load(lab_id)
        if known is not None and _can_go_on(known, profile, place.host):
            lab = _resume(known, place, progress)
        else:
            _remove(lab_id, place.host)
            lab = _make(lab_id, named(profile), place, progress)
    progress.tell(LabReady(lab_id, time.monotonic() - began))
    return lab


def find(lab_id: str) -> RunningLab | None:
    """The lab, if it was started and handed over; connects only when it is used."""
    known = record.load(lab_id)
    if known is None or not known.ready:
        return None
    return _lab(known)


def running() -> list[str]:
    """Ids of the labs of which anything exists, half made ones too."""
    return [known.lab_id for known in record.load_all()]


def status(site: Site | None = None) -> list[LabStatus]:
    """What there is of every lab. Raises HostUnavailable."""
    host = (site or local_site()).host
    domains = host.names(Element.DOMAIN, naming.lab_prefix())
    return [_status(known, domains) for known in record.load_all()]


def down(lab_id: str, site: Site | None = None) -> None:
    """Remove everything that belongs to the lab; nothing happens where nothing is.

    Raises Busy while another process works on the lab.
    """
    with lock.held(record.lock_file(lab_id), f"lab {lab_id}", wait=_DOWN_WAIT_SECONDS):
        _remove(lab_id, (site or local_site()).host)


def down_all(site: Site | None = None) -> None:
    """Remove all labs of this user, and whatever carries their names without a record."""
    place = site or local_site()
    for lab_id in running():
        down(lab_id, place)
    prefix = naming.lab_prefix()
    for kind in Element:
        for name in place.host.names(kind, prefix):
            if not name.startswith(naming.golden_prefix()):
                place.host.remove(kind, name)
    golden.remove_remains(place.host)


@functools.cache
def _host(uri: str) -> LibvirtHost:
    """One connection for the whole process, let go while libvirt's module is still there."""
    host = LibvirtHost(uri)
    atexit.register(host.close)
    return host


def _can_go_on(known: LabRecord, profile: str, host: Host) -> bool:
    """Whether the lab was once ready, is of this profile, and no machine of it is missing."""
    if not known.ready or known.profile != profile:
        return False
    domains = host.names(Element.DOMAIN, known.machines.name)
    return all(machine.identity.name in domains for machine in known.machines.nodes)


def _resume(known: LabRecord, site: Site, progress: Progress) -> RunningLab:
    """Boot what is off; get into all nodes."""
    domains = site.host.names(Element.DOMAIN, known.machines.name)
    was_off = not all(domains[machine.identity.name] for machine in known.machines.nodes)
    since = datetime.datetime.now(datetime.UTC)
    progress.phase("Starting the nodes again" if was_off else "Finding the nodes", 0.1)
    machines.start_again(site.host, known.machines)
    limit = Deadline.after(_BOOT_SECONDS * known.time_scale)
    nodes = entry.enter(known.machines, known.keys, site.door, limit, progress.ready)
    lab = RunningLab(known, nodes)
    if was_off and lab.profile.ready:
        progress.phase("Waiting until Kubernetes is ready", 0.6)
        lab.wait_ready(since, Deadline.after(_READY_SECONDS * known.time_scale))
    return lab


def _make(lab_id: str, profile: Profile, site: Site, progress: Progress) -> RunningLab:
    """From a golden cluster, which is made first if there is none."""
    capacity.require_memory(profile.memory_mib, len(profile.nodes))
    capacity.require_disk(record.folder(lab_id), _LAB_DISK_MIB)
    source = site.image(progress.listener)
    kind = site.virtualisation()
    ready_made = golden.find(profile, source, kind) is not None
    share = 0.0 if ready_made else 0.85
    foundry = Foundry(site.host, source, kind, site.door)
    gold = golden.ensure(profile, foundry, progress.part(0.0, share))
    known = LabRecord(
        lab_id=lab_id,
        profile=profile.name,
        image_disk=str(source.disk),
        host_key=source.host_key.read_text().strip(),
        time_scale=gold.time_scale,
        machines=Machines.plan(record.element_name(lab_id), lab_id, record.disks(lab_id), profile),
    )
    known.write()
    try:
        return _start(known, gold, foundry, progress.part(share, 1.0))
    except BaseException:
        _remove(lab_id, site.host)
        raise


def _start(known: LabRecord, gold: Golden, foundry: Foundry, progress: Progress) -> RunningLab:
    """Resume the golden cluster under the lab's own names, keys and clock."""
    progress.phase("Resuming the nodes", 0.05)
    known.machines.folder.mkdir(mode=0o700)
    public_key = ssh.make_key(known.keys.key_file)
    known.known_hosts.write_text(
        "".join(f"{m.shape.name} {known.host_key}\n" for m in known.machines.nodes)
    )
    origins = {m.shape.name: gold.origin(m.shape.name) for m in known.machines.nodes}
    machines.create(foundry.host, known.machines, origins, foundry.image, foundry.virtualisation)
    machines.start(foundry.host, known.machines, origins)
    progress.phase("Getting into the nodes", 0.4)
    first_keys = entry.Keys(foundry.image.ssh_key, known.host_key)
    limit = Deadline.after(_BOOT_SECONDS * known.time_scale)
    nodes = entry.enter(known.machines, first_keys, foundry.door, limit)
    entry.wake(nodes, public_key)
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1)
    for machine in known.machines.nodes:
        nodes[machine.shape.name].adopt(known.keys.login(machine))
        progress.ready(machine.shape.name)
    lab = RunningLab(replace(known, ready=True), nodes)
    if lab.profile.ready:
        progress.phase("Waiting until Kubernetes is ready", 0.6)
        lab.wait_ready(since, Deadline.after(_READY_SECONDS * known.time_scale))
    replace(known, ready=True).write()
    return lab


def _lab(known: LabRecord) -> RunningLab:
    return RunningLab(
        known,
        {m.shape.name: SshNode(known.keys.login(m)) for m in known.machines.nodes},
    )


def _remove(lab_id: str, host: Host) -> None:
    known = record.load(lab_id)
    if known is not None:
        machines.undefine(host, known.machines)
    shutil.rmtree(record.folder(lab_id), ignore_errors=True)


def _status(known: LabRecord, domains: dict[str, bool]) -> LabStatus:
    states = {True: "running", False: "off", None: "missing"}
    nodes = tuple(
        NodeStatus(
            m.shape.name,
            states[domains.get(m.identity.name)],
            f"127.0.0.1:{m.port(machines.SSH_PORT)}",
        )
        for m in known.machines.nodes
    )
    if not lock.is_free(record.lock_file(known.lab_id)):
        phase = "working"
    elif not known.ready or any(node.state == "missing" for node in nodes):
        phase = "half made"
    else:
        phase = "running" if all(node.state == "running" for node in nodes) else "off"
    return LabStatus(known.lab_id, known.profile, phase, nodes)
