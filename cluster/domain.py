"""A node as libvirt's <domain>: made anew to boot an image, or readdressed from a saved one.

Two labs run the same saved machine side by side: only what `Identity` holds differs between them.
"""

import os
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from cluster.image import Image
from cluster.profile import NodeShape
from cluster.virtualisation import Kind

_QEMU = "http://libvirt.org/schemas/domain/qemu/1.0"
_SEATRIAL = "urn:seatrial:1"
ET.register_namespace("qemu", _QEMU)
ET.register_namespace("seatrial", _SEATRIAL)

_MANAGEMENT_SLOT = "0x10"
_LAN_SLOT = "0x11"
_TRANSLATION_CACHE_MIB = 256
_LIBVIRT_FOLDER = Path("/var/lib/libvirt/qemu")


@dataclass(frozen=True, slots=True)
class Forward:
    """A port of 127.0.0.1 on the host that leads to a port of the node."""

    host_port: int
    guest_port: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Everything that differs between two labs that run the same node."""

    name: str
    uuid: str
    lab_id: str
    node: str
    disk: Path
    console: Path
    network: str
    lan_filter: str
    forwards: tuple[Forward, ...]

    @property
    def netdev(self) -> str:
        """QEMU's user-mode network: nothing leaves the node by it, only forwarded ports come in."""
        parts = ["user,id=management,restrict=on,ipv6=off"]
        parts += [f"hostfwd=tcp:127.0.0.1:{f.host_port}-:{f.guest_port}" for f in self.forwards]
        return ",".join(parts)


@dataclass(frozen=True, slots=True)
class Domain:
    """A node that boots the image's kernel directly, from its own disk."""

    shape: NodeShape
    identity: Identity
    image: Image
    virtualisation: Kind

    def to_xml(self) -> str:
        root = ET.Element("domain", type=self.virtualisation.value)
        identity = self.identity
        ET.SubElement(root, "name").text = identity.name
        ET.SubElement(root, "uuid").text = identity.uuid
        root.append(_metadata(identity))
        ET.SubElement(root, "memory", unit="MiB").text = str(self.shape.memory_mib)
        ET.SubElement(root, "vcpu").text = str(self.shape.vcpus)
        self._boot(root)
        self._processor(root)
        self._devices(root)
        root.append(_seclabel())
        _add_management(root, identity, self.shape)
        return ET.tostring(root, encoding="unicode")

    def _boot(self, root: ET.Element) -> None:
        boot = ET.SubElement(root, "os")
        ET.SubElement(boot, "type", arch="x86_64", machine="pc").text = "hvm"
        ET.SubElement(boot, "kernel").text = str(self.image.kernel)
        ET.SubElement(boot, "initrd").text = str(self.image.initrd)
        ET.SubElement(boot, "cmdline").text = (
            f"{self.image.cmdline} "
            f"seatrial.hostname={self.shape.name} seatrial.address={self.shape.address}/24"
        )

    def _processor(self, root: ET.Element) -> None:
        features = ET.SubElement(root, "features")
        ET.SubElement(features, "acpi")
        ET.SubElement(features, "apic")
        if self.virtualisation is Kind.KVM:
            ET.SubElement(root, "cpu", mode="host-passthrough")
        else:
            tcg = ET.SubElement(features, "tcg")
            cache = ET.SubElement(tcg, "tb-cache", unit="MiB")
            cache.text = str(_TRANSLATION_CACHE_MIB)
            # Without AVX: the emulator would spell every vector instruction out.
            cpu = ET.SubElement(root, "cpu", mode="custom", match="exact", check="none")
            ET.SubElement(cpu, "model", fallback="allow").text = "Westmere"
        ET.SubElement(root, "clock", offset="utc")

    def _devices(self, root: ET.Element) -> None:
        devices = ET.SubElement(root, "devices")
        ET.SubElement(devices, "controller", type="usb", model="none")
        disk = ET.SubElement(devices, "disk", type="file", device="disk")
        ET.SubElement(disk, "driver", name="qemu", type="qcow2", discard="unmap")
        ET.SubElement(disk, "source", file=str(self.identity.disk))
        ET.SubElement(disk, "target", dev="vda", bus="virtio")
        lan = ET.SubElement(devices, "interface", type="network")
        ET.SubElement(lan, "mac", address=self.shape.mac(1))
        ET.SubElement(lan, "source", network=self.identity.network)
        ET.SubElement(lan, "model", type="virtio")
        ET.SubElement(lan, "filterref", filter=self.identity.lan_filter)
        # After the management card, so that the guest names them eth0 and eth1.
        ET.SubElement(lan, "address", type="pci", domain="0", bus="0", slot=_LAN_SLOT, function="0")
        console = ET.SubElement(devices, "serial", type="file")
        ET.SubElement(console, "source", path=str(self.identity.console))
        ET.SubElement(devices, "memballoon", model="virtio", freePageReporting="on")
        rng = ET.SubElement(devices, "rng", model="virtio")
        ET.SubElement(rng, "backend", model="random").text = "/dev/urandom"


def readdressed(xml: str, identity: Identity) -> str:
    """The saved domain `xml` as another lab's machine; devices stay where the guest knows them."""
    root = ET.fromstring(xml)
    _text(root, "name", identity.name)
    _text(root, "uuid", identity.uuid)
    for old in (*root.findall("metadata"), *root.findall("seclabel")):
        root.remove(old)
    root.insert(2, _metadata(identity))
    for disk in root.iterfind("devices/disk"):
        _attribute(disk, "source", "file", str(identity.disk))
        for chain in disk.findall("backingStore"):
            disk.remove(chain)
    for lan in root.iterfind("devices/interface"):
        _attribute(lan, "source", "network", identity.network)
        _attribute(lan, "filterref", "filter", identity.lan_filter)
        for target in lan.findall("target"):
            lan.remove(target)
    for console in (*root.iterfind("devices/serial"), *root.iterfind("devices/console")):
        _attribute(console, "source", "path", str(identity.console))
    for argument in root.iterfind(f"{{{_QEMU}}}commandline/{{{_QEMU}}}arg"):
        if argument.get("value", "").startswith("user,"):
            argument.set("value", identity.netdev)
    _insert_before_commandline(root, _seclabel())
    return ET.tostring(root, encoding="unicode")


def _metadata(identity: Identity) -> ET.Element:
    """Whose machine this is, for people and for `virsh dumpxml`."""
    metadata = ET.Element("metadata")
    ET.SubElement(metadata, f"{{{_SEATRIAL}}}lab", lab=identity.lab_id, node=identity.node)
    return metadata


def _seclabel() -> ET.Element:
    """QEMU runs as the invoking user, who owns the disks, and of libvirt's own group: by that alone
    it may enter the folder that libvirt keeps for it."""
    label = ET.Element("seclabel", type="static", model="dac", relabel="yes")
    ET.SubElement(label, "label").text = f"+{os.getuid()}:+{_emulator_group()}"
    return label


def _emulator_group() -> int:
    try:
        return _LIBVIRT_FOLDER.stat().st_gid
    except OSError:
        return os.getgid()


def _add_management(root: ET.Element, identity: Identity, shape: NodeShape) -> None:
    """eth0, which libvirt cannot express: user-mode networking with `restrict` and forwards."""
    commandline = ET.SubElement(root, f"{{{_QEMU}}}commandline")
    card = f"virtio-net-pci,netdev=management,mac={shape.mac(0)},bus=pci.0"
    card += f",addr={_MANAGEMENT_SLOT},romfile="
    for value in ("-netdev", identity.netdev, "-device", card):
        ET.SubElement(commandline, f"{{{_QEMU}}}arg", value=value)


def _insert_before_commandline(root: ET.Element, element: ET.Element) -> None:
    commandline = root.find(f"{{{_QEMU}}}commandline")
    index = len(root) if commandline is None else list(root).index(commandline)
    root.insert(index, element)


def _text(root: ET.Element, tag: str, text: str) -> None:
    element = root.find(tag)
    if element is not None:
        element.text = text


def _attribute(parent: ET.Element, tag: str, name: str, value: str) -> None:
    element = parent.find(tag)
    if element is not None:
        element.set(name, value)
