"""Real virtual machines for tests: own state and data folders, the real cache of images."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cluster import lifecycle, naming
from cluster.host import Element, LibvirtHost
from cluster.running import RunningLab

StartLab = Callable[[str, str], RunningLab]
"""Lab id and profile to a lab that is ready."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which labs were proved now, and which earlier: nobody is to take the one for the other."""
    passed = terminalreporter.stats.get("passed", [])
    proofs = [
        value for report in passed for name, value in report.user_properties if name == "proof"
    ]
    for proof in dict.fromkeys(proofs):
        terminalreporter.write_line(f"proof of {proof}")


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Labs of these tests never meet the user's; at the end none of them is left."""
    folder = tmp_path_factory.mktemp("live")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        yield folder
        lifecycle.down_all()
        assert what_is_left("") == []


@pytest.fixture(scope="session")
def host() -> LibvirtHost:
    return LibvirtHost(os.environ.get("SEATRIAL_LIBVIRT_URI", "qemu:///system"))


@pytest.fixture
def leftovers() -> Callable[[str], list[str]]:
    """What a lab (or all, for '') has left in libvirt and among the processes."""
    return what_is_left


@pytest.fixture
def start_lab() -> Iterator[StartLab]:
    """Starts labs, and removes them after the test."""
    started: dict[str, RunningLab] = {}

    def start(lab_id: str, profile: str) -> RunningLab:
        started[lab_id] = lifecycle.up(lab_id, profile)
        return started[lab_id]

    yield start
    for lab_id, lab in started.items():
        lab.close()
        lifecycle.down(lab_id)


def what_is_left(lab_id: str) -> list[str]:
    """Elements of libvirt and processes that carry the name of the lab, or of any lab of ours."""
    prefix = naming.lab_prefix() + naming.slug(lab_id)
    libvirt = LibvirtHost()
    elements = [name for kind in Element for name in libvirt.names(kind, prefix)]
    return elements + [f"process {number}" for number in _processes(prefix)]


def _processes(name: str) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"qemu-system" in command and name.encode() in command:
            yield int(folder.name)
