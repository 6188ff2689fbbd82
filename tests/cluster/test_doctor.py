"""What the doctor says of this machine, part by part."""

import os
import platform
import threading
import time
from pathlib import Path

import pytest

from cluster import doctor
from cluster.doctor import GIB, Needs, Standing
from labs.errors import SeatrialError

NEEDS = Needs(least=4, enough=10)


@pytest.mark.parametrize(
    ("gib", "standing"),
    [(3.9, Standing.BAD), (4, Standing.WARN), (9.9, Standing.WARN), (10, Standing.OK)],
)
def test_room_is_judged_by_the_least_and_by_what_is_enough(gib: float, standing: Standing) -> None:
    found = doctor.room("disk", gib * GIB, NEEDS, "Make room.")
    assert found.standing is standing
    assert found.remedy == ("" if standing is Standing.OK else "Make room.")


def test_the_disk_is_measured_where_a_folder_will_be_made(tmp_path: Path) -> None:
    assert doctor.free_disk(tmp_path / "not" / "yet") > 0


@pytest.mark.parametrize(("mode", "standing"), [(0o600, Standing.WARN), (0o666, Standing.OK)])
def test_a_device_that_qemu_cannot_open_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, standing: Standing
) -> None:
    device = tmp_path / "kvm"
    device.touch()
    device.chmod(mode)
    monkeypatch.setattr(doctor, "KVM", RootOwned(device))
    assert doctor.kvm_owner().standing is standing


class RootOwned(type(Path())):  # type: ignore[misc]  # the concrete class differs by platform
    """A path whose file seems to belong to root."""

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        return os.stat_result((super().stat().st_mode, 0, 0, 1, 0, 0, 0, 0, 0, 0))


def test_a_machine_without_the_device_has_nothing_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "KVM", tmp_path / "kvm")
    assert doctor.kvm_owner().standing is Standing.OK


@pytest.mark.parametrize(
    ("release", "machine", "standing"),
    [
        ({"ID": "debian"}, "x86_64", Standing.OK),
        ({"ID": "mint", "ID_LIKE": "ubuntu debian"}, "x86_64", Standing.OK),
        ({"ID": "fedora"}, "x86_64", Standing.BAD),
        ({"ID": "debian"}, "aarch64", Standing.BAD),
    ],
)
def test_only_debian_and_its_children_on_one_processor_are_served(
    monkeypatch: pytest.MonkeyPatch, release: dict[str, str], machine: str, standing: Standing
) -> None:
    monkeypatch.setattr(doctor, "OS_RELEASE", Path(__file__))
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert doctor.distribution().standing is standing


def test_a_daemon_that_hangs_is_left_behind() -> None:
    held = threading.Event()
    started = time.monotonic()
    answer = doctor.within(0.05, held.wait)
    held.set()
    assert isinstance(answer, SeatrialError)
    assert time.monotonic() - started < 2


def test_a_refusal_is_passed_on_as_it_was_said() -> None:
    def refuse() -> None:
        raise SeatrialError("no.", "ask again")

    answer = doctor.within(5, refuse)
    assert isinstance(answer, SeatrialError)
    assert answer.remedy == "ask again"
