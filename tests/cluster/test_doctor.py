"""What the doctor says of this machine, part by part."""

import platform
import threading
import time
from pathlib import Path

import pytest

from cluster import doctor
from cluster.doctor import GIB, Needs, Standing
from cluster.virtualisation import Found, Kind, OwnershipTrap
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


def test_the_trap_of_the_device_comes_with_the_commands_that_mend_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trap = OwnershipTrap("It is slow.", (("chgrp", "kvm", "/x"), ("chmod", "0660", "/x")))
    monkeypatch.setattr("cluster.virtualisation.ownership_trap", lambda: trap)
    found = doctor.kvm_owner()
    assert found.standing is Standing.WARN
    assert found.remedy.startswith("sudo chgrp kvm /x && sudo chmod 0660 /x")


@pytest.mark.parametrize(
    ("kind", "standing"), [(Kind.KVM, Standing.OK), (Kind.EMULATION, Standing.WARN)]
)
def test_emulation_works_but_is_a_warning_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, standing: Standing
) -> None:
    monkeypatch.setattr("cluster.virtualisation.probe", lambda: Found(kind, "for a reason"))
    found = doctor.virtualisation()
    assert found.standing is standing
    assert "for a reason" in found.fact


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
