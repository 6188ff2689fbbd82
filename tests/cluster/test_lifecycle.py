"""The life of a lab on a host and nodes that only pretend."""

import os
from pathlib import Path

import pytest

from cluster import golden, lifecycle, lock, machines, naming, record, speed
from cluster.events import Event, LabReady, NodeReady, PhaseStarted
from cluster.fake import FakeDoor, FakeHost, write_disk
from cluster.host import Element, HostUnavailable
from cluster.image import Image
from cluster.lifecycle import Site
from cluster.lock import Busy
from cluster.node import NodeUnreachable
from cluster.profile import named
from cluster.virtualisation import Kind

HOST_KEY = "ssh-ed25519 AAAAhostkey image"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.setattr(speed, "time_scale", lambda node, processor_seconds: 1.0)


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
def site(tmp_path: Path, host: FakeHost, door: FakeDoor) -> Site:
    folder = tmp_path / "image"
    folder.mkdir()
    write_disk(folder / "disk.qcow2", 1 << 30)
    for name, text in (("ssh_key.pub", "ssh-ed25519 AAAAimage image"), ("host_key.pub", HOST_KEY)):
        (folder / name).write_text(text)
    image = Image("debian", "0123", folder, {"command_line": "root=/dev/vda"})
    return Site(host, door, lambda listener: image, lambda: Kind.EMULATION)


def test_up_resumes_every_node_from_the_golden_cluster(site: Site, host: FakeHost) -> None:
    lab = lifecycle.up("3/init", "kubeadm-0", site=site)
    assert list(lab.nodes) == ["k8s-master", "k8s-node1", "k8s-node2"]
    running = host.names(Element.DOMAIN, "seatrial-")
    assert len(running) == 3 and all(running.values())
    assert sorted(host.restored) == sorted(running)


def test_a_golden_cluster_is_made_once(site: Site, host: FakeHost, door: FakeDoor) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    logins = len(door.logins)
    lifecycle.up("1/two", "node-1", site=site)
    assert len(door.logins) == logins + 1
    assert not [name for name in host.names(Element.DOMAIN, "") if "golden" in name]


def test_up_tells_of_phases_in_order_of_nodes_and_at_last_that_the_lab_is_ready(
    site: Site,
) -> None:
    events: list[Event] = []
    lifecycle.up("1/one", "node-1", events.append, site)
    fractions = [event.fraction for event in events if isinstance(event, PhaseStarted)]
    assert fractions == sorted(fractions) and fractions[0] >= 0 and fractions[-1] < 1
    assert NodeReady("k8s-node1") in events
    assert isinstance(events[-1], LabReady)


def test_the_image_key_opens_the_door_once_and_the_lab_key_from_then_on(
    site: Site, door: FakeDoor
) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    node = door.nodes[-1]
    own_key = record.folder("1/one") / "key"
    assert door.logins[-1].key_file.name == "ssh_key"
    assert node.logins[-1].key_file == own_key
    assert own_key.stat().st_mode & 0o777 == 0o600
    assert any("bash -eu -s" in command and "seatrial" in command for command in node.commands)


def test_up_again_finds_the_lab_and_enters_by_its_own_key(
    site: Site, host: FakeHost, door: FakeDoor
) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    restored = list(host.restored)
    lifecycle.up("1/one", "node-1", site=site)
    assert host.restored == restored
    assert door.logins[-1].key_file == record.folder("1/one") / "key"


def test_up_boots_nodes_that_are_off_from_their_own_disks(site: Site, host: FakeHost) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    restored = list(host.restored)
    host.active.clear()
    assert [status.phase for status in lifecycle.status(site)] == ["off"]
    lifecycle.up("1/one", "node-1", site=site)
    assert host.restored == restored
    assert [status.phase for status in lifecycle.status(site)] == ["running"]


def test_what_a_killed_up_left_is_not_a_lab_and_the_next_up_makes_it_anew(
    site: Site, host: FakeHost
) -> None:
    lab = lifecycle.up("1/one", "node-1", site=site)
    known = record.load("1/one")
    assert known is not None and lab.lab_id == "1/one"
    half = record.LabRecord(
        "1/one", "node-1", known.image_disk, known.host_key, 1.0, known.machines, ready=False
    )
    half.write()
    assert lifecycle.find("1/one") is None
    assert [status.phase for status in lifecycle.status(site)] == ["half made"]
    lifecycle.up("1/one", "node-1", site=site)
    assert len(host.restored) == 2
    assert [status.phase for status in lifecycle.status(site)] == ["running"]


def test_a_lab_whose_domain_was_removed_behind_our_back_is_made_anew(
    site: Site, host: FakeHost
) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    host.remove(Element.DOMAIN, next(iter(host.names(Element.DOMAIN, ""))))
    assert lifecycle.status(site)[0].nodes[0].state == "missing"
    lifecycle.up("1/one", "node-1", site=site)
    assert lifecycle.status(site)[0].nodes[0].state == "running"


def test_a_node_that_cannot_be_resumed_leaves_nothing(site: Site, host: FakeHost) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    lifecycle.down("1/one", site)
    before = everything(host)
    host.broken.add(f"{record.element_name('1/one')}-k8s-node1")
    with pytest.raises(HostUnavailable):
        lifecycle.up("1/one", "node-1", site=site)
    assert everything(host) == before
    assert not record.folder("1/one").exists()


def test_down_leaves_nothing_and_may_be_called_again(site: Site, host: FakeHost) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    lifecycle.up("1/one-more", "node-1", site=site)
    lifecycle.down("1/one", site)
    lifecycle.down("1/one", site)
    assert lifecycle.running() == ["1/one-more"]
    assert len(host.names(Element.DOMAIN, "")) == 1
    lifecycle.down("1/one-more", site)
    assert everything(host) == []
    assert list(record.folder("1/one").parent.rglob("*")) == []


def test_down_all_also_removes_what_has_no_record(site: Site, host: FakeHost) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    lifecycle.up("1/two", "node-1", site=site)
    (record.folder("1/two") / "lab.json").unlink()
    lifecycle.down_all(site)
    assert everything(host) == []


def test_another_users_labs_are_not_touched(
    site: Site, host: FakeHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    assert lifecycle.status(site) == []
    lifecycle.down_all(site)
    assert len(host.names(Element.DOMAIN, "")) == 1


def test_a_second_caller_is_told_that_another_works_on_the_lab(site: Site) -> None:
    with lock.held(record.lock_file("1/one"), "lab 1/one"), pytest.raises(Busy, match="1/one"):
        lifecycle.up("1/one", "node-1", site=site)


def test_remains_of_a_golden_cluster_are_removed_before_it_is_made(
    site: Site, host: FakeHost
) -> None:
    image = site.image(lambda event: None)
    profile = named("node-1")
    key = golden.key(profile, image, Kind.EMULATION)
    place = golden.folder() / f"{key}.part"
    place.mkdir(parents=True)
    (place / "k8s-node1.save").write_bytes(b"half")
    left = machines.Machines.plan(f"{naming.golden_prefix()}{key}", "", place, profile)
    origins = {"k8s-node1": machines.Origin(image.disk)}
    machines.create(host, left, origins, image, Kind.EMULATION)
    assert golden.find(profile, image, Kind.EMULATION) is None
    lifecycle.up("1/one", "node-1", site=site)
    assert golden.find(profile, image, Kind.EMULATION) is not None
    assert not place.exists()
    assert not host.names(Element.DOMAIN, naming.golden_prefix())


def test_down_all_removes_remains_of_golden_clusters_that_nobody_makes(
    site: Site, host: FakeHost
) -> None:
    image = site.image(lambda event: None)
    profile = named("kubeadm-0")
    key = golden.key(profile, image, Kind.EMULATION)
    place = golden.folder() / f"{key}.part"
    place.mkdir(parents=True)
    left = machines.Machines.plan(f"{naming.golden_prefix()}{key}", "", place, profile)
    origins = {shape.name: machines.Origin(image.disk) for shape in profile.nodes}
    machines.create(host, left, origins, image, Kind.EMULATION)
    with lock.held(golden.folder() / f"{key}.lock", "this golden cluster"):
        lifecycle.down_all(site)
    assert everything(host)
    lifecycle.down_all(site)
    assert everything(host) == []
    assert not place.exists()


def test_a_golden_cluster_that_failed_is_not_there(
    site: Site, host: FakeHost, door: FakeDoor
) -> None:
    door.answers["bash *"] = NodeUnreachable("gone", "wait")
    with pytest.raises(NodeUnreachable):
        lifecycle.up("1/one", "node-1", site=site)
    image = site.image(lambda event: None)
    assert golden.find(named("node-1"), image, Kind.EMULATION) is None
    assert everything(host) == []
    assert all(node.closed for node in door.nodes)


def test_saved_memory_that_only_root_may_read_becomes_ours(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: not str(path).endswith(".save") and allowed(path, mode)
    )
    original = FakeHost.fetch

    def fetch(self: FakeHost, pool: str, volume: str, path: Path) -> None:
        fetched.append(volume)
        original(self, pool, volume, path)

    monkeypatch.setattr(FakeHost, "fetch", fetch)
    lifecycle.up("3/init", "kubeadm-0", site=site)
    assert sorted(fetched) == ["k8s-master.save", "k8s-node1.save", "k8s-node2.save"]


def test_golden_clusters_of_a_removed_image_are_swept(site: Site) -> None:
    lifecycle.up("1/one", "node-1", site=site)
    image = site.image(lambda event: None)
    os.unlink(image.disk)
    golden.sweep()
    assert not list(golden.folder().iterdir())


def test_a_found_lab_knows_its_shell_and_its_ports(site: Site) -> None:
    lifecycle.up("3/init", "kubeadm-0", site=site)
    lab = lifecycle.find("3/init")
    assert lab is not None
    ports = lab.ports("k8s-master")
    command = lab.ssh_command("k8s-master")
    assert command[0] == "ssh" and command[-1] == "root@127.0.0.1"
    assert str(ports[22]) in command
    assert set(ports) == {22, 6443}
    hosts = (record.folder("3/init") / "known_hosts").read_text()
    assert f"k8s-master {HOST_KEY}\n" in hosts


def everything(host: FakeHost) -> list[str]:
    return [name for kind in Element for name in host.names(kind, "")]
