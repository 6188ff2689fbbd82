"""KVM is believed only when a guest boots with it; the answer holds until the next boot."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cluster.virtualisation import Found, Kind, Place, ownership_trap, probe


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = Place(tmp_path / "kvm", tmp_path / "boot_id", tmp_path / "cpuinfo", tmp_path / "boot")
    found.device.touch()
    found.boot_id.write_text("first-boot\n")
    found.cpuinfo.write_text("flags : fpu sse2\n")
    return found


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    file = tmp_path / "vmlinuz"
    file.touch()
    return file


def boots(answer: bool, tried: list[Path]) -> Callable[[Path], bool]:
    def boot(kernel: Path) -> bool:
        tried.append(kernel)
        return answer

    return boot


def test_a_guest_that_boots_means_kvm(place: Place, kernel: Path) -> None:
    assert probe(kernel, place=place, boot=boots(True, [])).kind is Kind.KVM


def test_a_device_that_opens_but_boots_nothing_means_emulation(place: Place, kernel: Path) -> None:
    found = probe(kernel, place=place, boot=boots(False, []))
    assert found.kind is Kind.EMULATION
    assert "no Linux guest boots" in found.reason


def test_no_device_means_emulation_and_nothing_is_tried(place: Place, kernel: Path) -> None:
    place.device.unlink()
    tried: list[Path] = []
    assert probe(kernel, place=place, boot=boots(True, tried)).kind is Kind.EMULATION
    assert tried == []


def test_a_device_that_we_may_not_open_means_emulation_and_names_the_group(
    place: Place, kernel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != place.device)
    found = probe(kernel, place=place, boot=boots(True, []))
    assert found.kind is Kind.EMULATION and "group kvm" in found.reason


def test_without_a_kernel_the_processor_must_offer_it(place: Place) -> None:
    assert probe(place=place, boot=boots(True, [])).kind is Kind.EMULATION
    place.cpuinfo.write_text("flags : fpu svm\n")
    place.boot_id.write_text("second-boot\n")
    assert probe(place=place, boot=boots(True, [])).kind is Kind.KVM


def test_the_answer_is_remembered_until_the_next_boot(place: Place, kernel: Path) -> None:
    tried: list[Path] = []
    first = probe(kernel, place=place, boot=boots(False, tried))
    assert probe(kernel, place=place, boot=boots(True, tried)) == first
    assert len(tried) == 1
    place.boot_id.write_text("second-boot\n")
    assert probe(kernel, place=place, boot=boots(True, tried)).kind is Kind.KVM


def test_a_first_kernel_to_boot_asks_again(place: Place, kernel: Path) -> None:
    assert probe(place=place).kind is Kind.EMULATION
    assert probe(kernel, place=place, boot=boots(True, [])).kind is Kind.KVM


def test_a_damaged_memory_is_no_answer(place: Place, kernel: Path, tmp_path: Path) -> None:
    memory = tmp_path / "cache" / "seatrial" / "virtualisation.json"
    memory.parent.mkdir(parents=True)
    memory.write_text("{")
    assert probe(kernel, place=place, boot=boots(True, [])) == Found(
        Kind.KVM, "it boots a Linux guest"
    )


def test_a_device_of_group_root_is_a_trap_with_a_remedy(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.device.chmod(0o600)
    if os.getuid() == 0:
        os.chown(place.device, 0, 0)
        trap = ownership_trap(place)
        assert trap is not None
        assert trap.commands[0] == ("chgrp", "kvm", str(place.device))
    place.device.chmod(0o666)
    assert ownership_trap(place) is None
    place.device.unlink()
    assert ownership_trap(place) is None
