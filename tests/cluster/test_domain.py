"""The XML of domains, networks, filters, pools and volumes, against files that a person read."""

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from cluster import domain
from cluster.domain import Domain, Forward, Identity, readdressed
from cluster.image import Image
from cluster.network import LanFilter, Network
from cluster.profile import named
from cluster.virtualisation import Kind
from cluster.volume import Overlay, Pool, virtual_size

GOLDEN = Path(__file__).with_name("golden")
IMAGE = Image("debian", "0123", Path("/images/debian-0123"), {"command_line": "root=/dev/vda rw"})


@pytest.fixture
def one_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(os, "getgid", lambda: 1000)
    monkeypatch.setattr(domain, "_LIBVIRT_FOLDER", Path("/nowhere"))


def identity(lab: str, ssh_port: int) -> Identity:
    name = f"seatrial-1a2b-{lab}"
    return Identity(
        name=f"{name}-k8s-master",
        uuid="11111111-2222-4333-8444-555555555555",
        lab_id=lab,
        node="k8s-master",
        disk=Path(f"/state/{lab}/k8s-master.qcow2"),
        console=Path(f"/state/{lab}/k8s-master.console"),
        network=name,
        lan_filter=name,
        forwards=(Forward(ssh_port, 22), Forward(ssh_port + 1, 6443)),
    )


def matches(xml: str, name: str) -> None:
    element = ET.fromstring(xml)
    ET.indent(element)
    found = ET.tostring(element, encoding="unicode") + "\n"
    file = GOLDEN / name
    if os.environ.get("SEATRIAL_WRITE_GOLDEN"):
        file.write_text(found)
    assert found == file.read_text()


@pytest.mark.usefixtures("one_user")
@pytest.mark.parametrize("kind", list(Kind))
def test_a_domain_is_what_a_person_has_read(kind: Kind) -> None:
    shape = named("kubeadm-1").node("k8s-master")
    xml = Domain(shape, identity("one", 40000), IMAGE, kind).to_xml()
    matches(xml, f"domain-{kind.value}.xml")


@pytest.mark.usefixtures("one_user")
def test_network_filter_pool_and_volume_are_what_a_person_has_read() -> None:
    matches(Network("seatrial-1a2b-one", "st-0123456789").to_xml(), "network.xml")
    matches(LanFilter("seatrial-1a2b-one").to_xml(), "filter.xml")
    matches(Pool("seatrial-1a2b-one", Path("/state/one")).to_xml(), "pool.xml")
    disk = Overlay("k8s-master.qcow2", Path("/golden/k8s-master.qcow2"), 12 << 30)
    matches(disk.to_xml(), "volume.xml")


@pytest.mark.usefixtures("one_user")
def test_a_saved_domain_gets_everything_of_another_lab_and_keeps_its_devices() -> None:
    saved = (GOLDEN / "saved.xml").read_text()
    matches(readdressed(saved, identity("two", 50000)), "readdressed.xml")


def test_nothing_of_the_lab_that_was_saved_is_left_in_a_readdressed_domain() -> None:
    saved = (GOLDEN / "saved.xml").read_text()
    assert "golden" in saved
    assert "golden" not in readdressed(saved, identity("two", 50000))


def test_every_forward_is_bound_to_the_loopback_and_the_rest_is_restricted() -> None:
    netdev = identity("one", 40000).netdev
    assert "restrict=on" in netdev
    forwards = [part for part in netdev.split(",") if part.startswith("hostfwd=")]
    assert forwards == [
        "hostfwd=tcp:127.0.0.1:40000-:22",
        "hostfwd=tcp:127.0.0.1:40001-:6443",
    ]


def test_the_management_card_comes_before_the_lab_network() -> None:
    assert int(domain._MANAGEMENT_SLOT, 16) < int(domain._LAN_SLOT, 16)


def test_the_size_of_a_disk_is_read_from_its_header(tmp_path: Path) -> None:
    disk = tmp_path / "disk.qcow2"
    disk.write_bytes(b"QFI\xfb" + bytes(20) + (12 << 30).to_bytes(8, "big") + b"more")
    assert virtual_size(disk) == 12 << 30
