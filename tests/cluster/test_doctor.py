"""What the doctor says of this machine, part by part."""

import platform
import threading
import time
from pathlib import Path

import pytest

from cluster import doctor
from cluster.doctor import GIB, Finding, Level, Needs
from cluster.virtualisation import Found, Kind, OwnershipTrap
from labs.errors import SeatrialError

NEEDS = Needs(least=4, enough=10)


@pytest.mark.parametrize(
    ("gib", "level"),
    [(3.9, Level.BAD), (4, Level.WARN), (9.9, Level.WARN), (10, Level.OK)],
)
def test_room_is_judged_by_the_least_and_by_what_is_enough(gib: float, level: Level) -> None:
    found = doctor.room("disk", gib * GIB, NEEDS, "Make room.")
    assert found.level is level
    assert found.remedy == ("" if level is Level.OK else "Make room.")


def test_the_disk_is_measured_where_a_folder_will_be_made(tmp_path: Path) -> None:
    assert doctor.free_disk(tmp_path / "not" / "yet") > 0


def test_the_trap_of_the_device_comes_with_the_commands_that_mend_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trap = OwnershipTrap("It is slow.", (("chgrp", "kvm", "/x"), ("chmod", "0660", "/x")))
    monkeypatch.setattr("cluster.virtualisation.ownership_trap", lambda: trap)
    found = doctor.kvm_owner()
    assert found.level is Level.WARN
    assert found.remedy.startswith("sudo chgrp kvm /x && sudo chmod 0660 /x")


@pytest.mark.parametrize(("kind", "level"), [(Kind.KVM, Level.OK), (Kind.EMULATION, Level.WARN)])
def test_emulation_works_but_is_a_warning_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, level: Level
) -> None:
    monkeypatch.setattr("cluster.virtualisation.probe", lambda: Found(kind, "for a reason"))
    found = doctor.virtualisation()
    assert found.level is level
    assert "for a reason" in found.fact


@pytest.mark.parametrize(
    ("release", "machine", "level"),
    [
        ({"ID": "debian"}, "x86_64", Level.OK),
        ({"ID": "mint", "ID_LIKE": "ubuntu debian"}, "x86_64", Level.OK),
        ({"ID": "fedora"}, "x86_64", Level.BAD),
        ({"ID": "debian"}, "aarch64", Level.BAD),
    ],
)
def test_only_debian_and_its_children_on_one_processor_are_served(
    monkeypatch: pytest.MonkeyPatch, release: dict[str, str], machine: str, level: Level
) -> None:
    monkeypatch.setattr(doctor, "OS_RELEASE", Path(__file__))
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert doctor.distribution().level is level


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


def test_a_remedy_stands_below_its_finding() -> None:
    findings = [
        Finding("disk", Level.BAD, "1.0 GiB", "Make room."),
        Finding("virtualisation", Level.OK, "KVM"),
    ]
    assert list(doctor.text_lines(findings)) == [
        "bad  disk            1.0 GiB",
        "                     -> Make room.",
        "ok   virtualisation  KVM",
    ]
