"""A lab's layer-2 world: an isolated libvirt network, and the filter that hides the host from it.

A bridge without addresses is not enough: Linux answers ARP for, and delivers packets to, any of its
addresses on any interface. The filter drops what goes to or comes from the bridge itself.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass

BRIDGE_MAC = "52:54:00:52:ff:01"
"""The same for every lab: the filter knows the host's end of a bridge by it."""

_BROADCAST = "ff:ff:ff:ff:ff:ff"
_ALL_HOSTS = "01:00:5e:00:00:01"


@dataclass(frozen=True, slots=True)
class Network:
    """A bridge of at most 15 characters, without addresses, DHCP or a way out."""

    name: str
    bridge: str

    def to_xml(self) -> str:
        root = ET.Element("network")
        ET.SubElement(root, "name").text = self.name
        ET.SubElement(root, "bridge", name=self.bridge, stp="off", delay="0")
        ET.SubElement(root, "mac", address=BRIDGE_MAC)
        return ET.tostring(root, encoding="unicode")


@dataclass(frozen=True, slots=True)
class LanFilter:
    """What a node may not exchange with the host's end of the bridge. `out` is out of the node."""

    name: str

    def to_xml(self) -> str:
        root = ET.Element("filter", name=self.name)
        _drop(root, "out", "mac", dstmacaddr=BRIDGE_MAC)
        _drop(root, "in", "mac", srcmacaddr=BRIDGE_MAC)
        _drop(root, "out", "ip", dstmacaddr=_BROADCAST)
        _drop(root, "out", "ip", dstmacaddr=_ALL_HOSTS)
        return ET.tostring(root, encoding="unicode")


def _drop(root: ET.Element, direction: str, protocol: str, **match: str) -> None:
    rule = ET.SubElement(root, "rule", action="drop", direction=direction, priority="100")
    ET.SubElement(rule, protocol, match)
