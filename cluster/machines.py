"""The virtual machines of one cluster as libvirt elements: made, started, removed as one whole.

A lab and a golden cluster in the making are both this; neither Kubernetes nor SSH is known here.
"""

import contextlib
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cluster import naming, ports, save_image
from cluster.domain import Domain, Forward, Identity, readdressed
from cluster.host import Element, Host
from cluster.image import Image
from cluster.network import LanFilter, Network
from cluster.parallel import on_each
from cluster.profile import NodeShape, Profile
from cluster.save_image import SaveImage
from cluster.virtualisation import Kind
from cluster.volume import Overlay, Pool, virtual_size

SSH_PORT = 22
API_PORT = 6443


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a node comes from: the disk under its own, and the memory to resume from, if any."""

    disk: Path
    saved: Path | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """A node and who it is here."""

    shape: NodeShape
    identity: Identity

    def port(self, guest_port: int) -> int:
        """The host's port that leads to `guest_port`. Raises KeyError."""
        for forward in self.identity.forwards:
            if forward.guest_port == guest_port:
                return forward.host_port
        raise KeyError(guest_port)


@dataclass(frozen=True, slots=True)
class Machines:
    """`name` is that of the network, the pool and the filter, and begins the domains' names."""

    name: str
    folder: Path
    nodes: tuple[Machine, ...]

    @classmethod
    def plan(cls, name: str, lab_id: str, folder: Path, profile: Profile) -> "Machines":
        """Choose ports and UUIDs; nothing is made. Raises NoFreePort."""
        wanted = [
            (shape, port)
            for shape in profile.nodes
            for port in ((SSH_PORT, API_PORT) if shape.control_plane else (SSH_PORT,))
        ]
        forwards: dict[str, list[Forward]] = {}
        for (shape, port), host_port in zip(wanted, ports.free(len(wanted)), strict=True):
            forwards.setdefault(shape.name, []).append(Forward(host_port, port))
        return cls.known(
            name,
            lab_id,
            folder,
            profile,
            {node: (str(uuid.uuid4()), tuple(found)) for node, found in forwards.items()},
        )

    @classmethod
    def known(
        cls,
        name: str,
        lab_id: str,
        folder: Path,
        profile: Profile,
        chosen: Mapping[str, tuple[str, tuple[Forward, ...]]],
    ) -> "Machines":
        """The machines for which UUIDs and ports were chosen before."""
        nodes = tuple(
            Machine(
                shape,
                Identity(
                    name=f"{name}-{shape.name}",
                    uuid=chosen[shape.name][0],
                    lab_id=lab_id,
                    node=shape.name,
                    disk=folder / f"{shape.name}.qcow2",
                    console=folder / f"{shape.name}.console",
                    network=name,
                    lan_filter=name,
                    forwards=chosen[shape.name][1],
                ),
            )
            for shape in profile.nodes
        )
        return cls(name, folder, nodes)

    def node(self, name: str) -> Machine:
        """The machine of the node `name`. Raises KeyError."""
        for machine in self.nodes:
            if machine.shape.name == name:
                return machine
        raise KeyError(name)


def create(
    host: Host,
    machines: Machines,
    origins: Mapping[str, Origin],
    image: Image,
    virtualisation: Kind,
) -> None:
    """Define network, filter, pool, disks and domains. The folder must exist and be ours."""
    name = machines.name
    host.define(Element.FILTER, LanFilter(name).to_xml())
    host.define(Element.NETWORK, Network(name, naming.bridge(name)).to_xml())
    host.define(Element.POOL, Pool(name, machines.folder).to_xml())
    host.start(Element.NETWORK, name)
    host.start(Element.POOL, name)
    for machine in machines.nodes:
        origin = origins[machine.shape.name]
        disk = Overlay(machine.identity.disk.name, origin.disk, virtual_size(origin.disk))
        host.create_volume(name, disk.to_xml())
        host.define(
            Element.DOMAIN,
            readdressed(SaveImage.read(origin.saved).xml, machine.identity)
            if origin.saved
            else Domain(machine.shape, machine.identity, image, virtualisation).to_xml(),
        )


def start(
    host: Host,
    machines: Machines,
    origins: Mapping[str, Origin],
    started: Callable[[str], None] = lambda node: None,
) -> None:
    """Start all nodes at the same time: resumed where there is memory to resume, else booted."""

    def one(machine: Machine) -> None:
        saved = origins[machine.shape.name].saved if machine.shape.name in origins else None
        if saved is not None:
            _resume(host, machine, saved)
        else:
            host.start(Element.DOMAIN, machine.identity.name)
        started(machine.shape.name)

    on_each(one, machines.nodes)


def start_again(host: Host, machines: Machines) -> None:
    """Boot what is off from its own disk, for example after the host was off."""
    host.start(Element.NETWORK, machines.name)
    start(host, machines, {})


def save(host: Host, machines: Machines) -> None:
    """Save and end all nodes at once, each to `NODE.save` in the folder, readable by us."""

    def one(machine: Machine) -> None:
        saved = machines.folder / f"{machine.shape.name}.save"
        host.save(machine.identity.name, saved)
        if not os.access(saved, os.R_OK):
            ours = saved.with_suffix(".fetched")
            host.fetch(machines.name, saved.name, ours)
            ours.replace(saved)

    on_each(one, machines.nodes)


def undefine(host: Host, machines: Machines) -> None:
    """Remove all elements from libvirt; files stay."""
    for fifo in machines.folder.glob("*.fifo"):
        save_image.release(fifo)
    for machine in machines.nodes:
        host.remove(Element.DOMAIN, machine.identity.name)
    undefine_world(host, machines.name)


def undefine_world(host: Host, name: str) -> None:
    """Remove what the nodes shared, once they are gone."""
    for kind in (Element.NETWORK, Element.FILTER, Element.POOL):
        host.remove(kind, name)


def remove(host: Host, machines: Machines) -> None:
    """Remove all elements and the folder. Nothing happens where nothing is."""
    undefine(host, machines)
    shutil.rmtree(machines.folder, ignore_errors=True)


def _resume(host: Host, machine: Machine, saved: Path) -> None:
    identity = machine.identity
    image = SaveImage.read(saved)
    image = image.with_xml(readdressed(image.xml, identity))
    fifo = identity.disk.with_suffix(".fifo")
    with contextlib.suppress(FileExistsError):
        os.mkfifo(fifo, 0o600)
    ended = threading.Event()
    pourer = threading.Thread(target=save_image.pour, args=(saved, image, fifo, ended))
    pourer.start()
    try:
        host.restore(fifo)
    finally:
        ended.set()
        pourer.join()
        fifo.unlink(missing_ok=True)
