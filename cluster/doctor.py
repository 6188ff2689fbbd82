"""What is there, what is missing and what to do about it: findings as values, within five seconds.

Nothing is changed or installed here; `./seatrial` does that. Nothing is printed either.
"""

import json
import os
import platform
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from labs import paths
from labs.errors import SeatrialError

if TYPE_CHECKING:
    from cluster.host import Host

T = TypeVar("T")

GIB = 1 << 30
LIBVIRT_LIMIT = 4.0
"""Seconds after which libvirt counts as not answering; a hung daemon never refuses."""

OS_RELEASE = Path("/etc/os-release")


class Standing(Enum):
    """`WARN`: works, but slowly or in part. `BAD`: labs cannot run."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is '' when there is nothing to do."""

    name: str
    standing: Standing
    fact: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """GiB without which nothing works, and with which everything does."""

    least: float
    enough: float


DISK = Needs(4, 10)
MEMORY = Needs(3, 7)


def examine() -> Iterator[Finding]:
    """Every finding, as soon as it is known, in an order fit for reading."""
    yield distribution()
    yield python()
    yield virtualisation()
    yield kvm_owner()
    yield from libvirt()
    yield room("disk", free_disk(paths.cache()), DISK, f"Make room on the disk of {paths.cache()}.")
    yield room("memory", total_memory(), MEMORY, "Use a machine with more memory.")
    yield image()
    yield golden_clusters()
    yield tmux()


def distribution() -> Finding:
    release = platform.freedesktop_os_release() if OS_RELEASE.is_file() else {}
    name = release.get("PRETTY_NAME", platform.system())
    family = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    fact = f"{name}, {platform.machine()}, {os.cpu_count()} processors"
    if family & {"debian", "ubuntu"} and platform.machine() == "x86_64":
        return Finding("platform", Standing.OK, fact)
    remedy = "Only Debian and Ubuntu on x86-64 are served; elsewhere: ./seatrial --demo"
    return Finding("platform", Standing.BAD, fact, remedy)


def python() -> Finding:
    fact = f"{platform.python_version()} in {sys.prefix}"
    if sys.prefix == sys.base_prefix:
        remedy = "Start it by ./seatrial, which has the packages of the lock file."
        return Finding("python", Standing.WARN, fact, remedy)
    return Finding("python", Standing.OK, fact)


def virtualisation() -> Finding:
    """Really boots something: a /dev/kvm that opens and then hangs is found out."""
    from cluster.virtualisation import Kind, probe

    found = probe()
    if found.kind is Kind.KVM:
        return Finding("virtualisation", Standing.OK, f"KVM: {found.reason}")
    remedy = "Labs work, 6 to 20 times slower. Turn on virtualisation in the firmware or the host."
    return Finding("virtualisation", Standing.WARN, f"emulation: {found.reason}", remedy)


def kvm_owner() -> Finding:
    """The trap that makes libvirt probe QEMU anew at every start."""
    from cluster.virtualisation import ownership_trap

    trap = ownership_trap()
    if trap is None:
        return Finding("/dev/kvm", Standing.OK, "no trap in its ownership")
    commands = " && ".join(f"sudo {' '.join(command)}" for command in trap.commands)
    return Finding("/dev/kvm", Standing.WARN, trap.message, f"{commands}   (./seatrial does it)")


def libvirt() -> Iterator[Finding]:
    """Whether libvirt answers, and what of ours runs there."""
    from cluster import lifecycle

    site = lifecycle.local_site()
    found = within(LIBVIRT_LIMIT, lambda: (lifecycle.status(site), orphans(site.host)))
    if isinstance(found, SeatrialError):
        yield Finding("libvirt", Standing.BAD, found.message, found.remedy)
        return
    yield Finding("libvirt", Standing.OK, f"answers (libvirt-python {version('libvirt-python')})")
    states, left_over = found
    running = ", ".join(f"{state.lab_id} ({state.phase})" for state in states)
    remedy = "To end one: seatrial down LAB" if running else ""
    yield Finding("labs", Standing.OK, f"running: {running or 'none'}", remedy)
    if left_over:
        fact = f"machines that belong to no lab: {', '.join(left_over)}"
        yield Finding("left over", Standing.WARN, fact, "To remove them: seatrial down --all")


def orphans(host: "Host") -> list[str]:
    """Names of our virtual machines of which no record is kept."""
    from cluster import naming, record
    from cluster.host import Element

    known = tuple(f"{lab.machines.name}-" for lab in record.load_all())
    golden = naming.golden_prefix()
    names = host.names(Element.DOMAIN, naming.lab_prefix())
    return sorted(name for name in names if not name.startswith((*known, golden)))


def version(distribution_name: str) -> str:
    try:
        return metadata.version(distribution_name)
    except metadata.PackageNotFoundError:
        return "missing"


def within(seconds: float, call: Callable[[], T]) -> T | SeatrialError:
    """What `call` returns or raises as SeatrialError; it is left behind when it takes too long."""
    outcome: list[T | SeatrialError] = []

    def run() -> None:
        try:
            outcome.append(call())
        except SeatrialError as error:
            outcome.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if outcome:
        return outcome[0]
    return SeatrialError(f"no answer within {seconds:g} s.", "See why: systemctl status libvirtd")


def room(name: str, found: float, needs: Needs, remedy: str) -> Finding:
    """Judge an amount in bytes."""
    gib = found / GIB
    fact = f"{gib:.1f} GiB; {needs.least:g} are the least, {needs.enough:g} enough for every lab"
    if gib < needs.least:
        return Finding(name, Standing.BAD, fact, remedy)
    if gib < needs.enough:
        return Finding(name, Standing.WARN, fact, remedy)
    return Finding(name, Standing.OK, fact)


def free_disk(folder: Path) -> int:
    """Bytes that are free where `folder` is or would be made."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def total_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def image() -> Finding:
    from cluster import image as images

    found = images.current()
    if found is None:
        remedy = "It is built when first needed, or now: seatrial image build"
        return Finding("image", Standing.WARN, "none of this version is built yet", remedy)
    return Finding("image", Standing.OK, f"{found.name}, Kubernetes {found.manifest['kubernetes']}")


def golden_clusters() -> Finding:
    from cluster import golden

    facts = [json.loads(file.read_text()) for file in golden.folder().glob("*/golden.json")]
    made = sorted({str(fact["profile"]) for fact in facts})
    return Finding("clusters", Standing.OK, f"made once and kept: {', '.join(made) or 'none yet'}")


def tmux() -> Finding:
    if shutil.which("tmux"):
        return Finding("tmux", Standing.OK, "there: a shell on a node opens beside the app")
    remedy = "Without it a shell on a node fills the screen. sudo apt-get install tmux"
    return Finding("tmux", Standing.WARN, "not installed", remedy)
