"""A lab's disks: a libvirt storage pool on its folder, and overlays over read-only disks."""

import os
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pool:
    """The folder must exist and belong to the invoking user."""

    name: str
    folder: Path

    def to_xml(self) -> str:
        root = ET.Element("pool", type="dir")
        ET.SubElement(root, "name").text = self.name
        target = ET.SubElement(root, "target")
        ET.SubElement(target, "path").text = str(self.folder)
        return ET.tostring(root, encoding="unicode")


@dataclass(frozen=True, slots=True)
class Overlay:
    """A qcow2 disk that holds only what differs from `backing`, itself qcow2 and never written."""

    name: str
    backing: Path
    size: int
    """Bytes, as the guest sees them."""

    def to_xml(self) -> str:
        root = ET.Element("volume", type="file")
        ET.SubElement(root, "name").text = self.name
        ET.SubElement(root, "capacity", unit="bytes").text = str(self.size)
        target = ET.SubElement(root, "target")
        ET.SubElement(target, "format", type="qcow2")
        permissions = ET.SubElement(target, "permissions")
        ET.SubElement(permissions, "mode").text = "0600"
        ET.SubElement(permissions, "owner").text = str(os.getuid())
        ET.SubElement(permissions, "group").text = str(os.getgid())
        backing = ET.SubElement(root, "backingStore")
        ET.SubElement(backing, "path").text = str(self.backing)
        ET.SubElement(backing, "format", type="qcow2")
        return ET.tostring(root, encoding="unicode")


def virtual_size(disk: Path) -> int:
    """Bytes that a guest sees of a qcow2 disk: the big-endian number at offset 24 of its header."""
    with disk.open("rb") as file:
        return int.from_bytes(file.read(32)[24:32], "big")
