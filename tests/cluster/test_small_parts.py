"""Profiles, ports, locks, capacity, speed, names, node status: the small parts of a cluster."""

import datetime
import os
import socket
from pathlib import Path

import pytest

from cluster import capacity, lock, naming, ports, speed
from cluster.capacity import NotEnough
from cluster.fake import FakeNode
from cluster.lock import Busy
from cluster.node import CommandResult
from cluster.profile import UnknownProfile, named, profiles


def test_the_profiles_of_the_design_are_there_with_their_addresses() -> None:
    assert list(profiles()) == ["node-1", "kubeadm-0", "kubeadm-1", "kubeadm-3"]
    known = {shape.name: shape.address for shape in named("kubeadm-3").nodes}
    assert known == {
        "k8s-master": "192.168.52.200",
        "k8s-node1": "192.168.52.201",
        "k8s-node2": "192.168.52.202",
    }


def test_a_node_that_stands_on_another_profile_has_the_same_shape_there() -> None:
    for profile in profiles().values():
        for shape in profile.nodes:
            if shape.base:
                base = named(shape.base).node(shape.name)
                assert (base.memory_mib, base.vcpus, base.address, base.control_plane) == (
                    shape.memory_mib,
                    shape.vcpus,
                    shape.address,
                    shape.control_plane,
                )


def test_macs_end_in_the_last_byte_of_the_address() -> None:
    shape = named("kubeadm-0").node("k8s-master")
    assert (shape.mac(0), shape.mac(1)) == ("52:54:00:52:00:c8", "52:54:00:52:01:c8")


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(UnknownProfile, match="node-1"):
        named("kubeadm-9")


def test_free_ports_differ_and_can_be_bound() -> None:
    found = ports.free(4)
    assert len(set(found)) == 4
    for port in found:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", port))


def test_a_held_lock_refuses_another_and_is_removed_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "labs" / "one.lock"
    with lock.held(file, "lab one"):
        assert not lock.is_free(file)
        with pytest.raises(Busy, match="lab one"), lock.held(file, "lab one"):
            pass
    assert not file.exists()
    assert lock.is_free(file)


def test_a_lock_file_that_a_killed_process_left_is_free(tmp_path: Path) -> None:
    file = tmp_path / "one.lock"
    file.touch()
    assert lock.is_free(file)
    with lock.held(file, "lab one"):
        pass


def test_too_little_memory_is_said_with_numbers(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 8000000 kB\nMemAvailable: 2048000 kB\n")
    capacity.require_memory(1500, 1, meminfo)
    with pytest.raises(NotEnough, match="4450 MiB are needed, 2000 MiB are available"):
        capacity.require_memory(4000, 3, meminfo)


def test_too_little_disk_is_said_for_a_folder_that_does_not_exist_yet(tmp_path: Path) -> None:
    capacity.require_disk(tmp_path / "a" / "b", 1)
    with pytest.raises(NotEnough, match="disk"):
        capacity.require_disk(tmp_path / "a" / "b", 1 << 40)


def test_a_guest_is_never_reckoned_faster_than_the_host() -> None:
    assert speed.time_scale(FakeNode("k8s-node1"), lambda: 0.0) == 1.0


def test_what_a_guest_needs_is_measured_in_processor_time() -> None:
    """In this one, the loop takes 0.5 s longer than nothing, and nobody waits for it."""
    used = 0.0

    def work(seconds: float) -> CommandResult:
        nonlocal used
        used += seconds
        return CommandResult(0, "", "")

    node = FakeNode(
        "k8s-node1", {"* sh -c :": lambda _: work(0.1), "* sh -c *": lambda _: work(0.6)}
    )
    assert 1.0 < speed.time_scale(node, lambda: used) <= 20.0


def test_names_differ_between_folders_and_bridges_fit_the_kernel() -> None:
    assert naming.mark(Path("/home/a")) != naming.mark(Path("/home/b"))
    assert len(os.fsencode(naming.bridge("seatrial-1a2b-9-not-ready-node"))) <= 15
    assert naming.slug("8/deployments") == "8-deployments"


def test_lab_names_and_golden_names_never_begin_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert not f"{naming.lab_prefix()}1-one".startswith(naming.golden_prefix())


def test_moments_of_kubernetes_are_compared_with_their_zone() -> None:
    from cluster.readiness import _moment

    noon = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
    assert _moment("2026-11-20T12:00:00.500000Z") > noon
    assert _moment(None) < noon
