"""Whether KVM really runs a Linux guest here: tried, and remembered until the next boot.

A `/dev/kvm` can open, run firmware, and still never boot Linux (nested, paravirtual KVM).
"""

import json
import os
import selectors
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from labs import paths
from labs.deadline import Deadline

_LIMIT_SECONDS = 2.0
_SIGN_OF_LIFE = b"Linux version"
_KERNELS = "vmlinuz*"


class Kind(Enum):
    """How guests run; the value is libvirt's domain type."""

    KVM = "kvm"
    EMULATION = "qemu"


@dataclass(frozen=True, slots=True)
class Found:
    """What the probe found, and why, as half a sentence for people."""

    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class OwnershipTrap:
    """QEMU's own user cannot open /dev/kvm though libvirtd can: every start takes 8 s more."""

    message: str
    commands: tuple[tuple[str, ...], ...]
    """What root must run to mend it."""


@dataclass(frozen=True, slots=True)
class Place:
    """The files that the probe looks at; tests give their own."""

    device: Path = Path("/dev/kvm")
    boot_id: Path = Path("/proc/sys/kernel/random/boot_id")
    cpuinfo: Path = Path("/proc/cpuinfo")
    host_kernels: Path = Path("/boot")


Boot = Callable[[Path], bool]
"""Whether KVM brings a kernel to its first message in time."""


def probe(
    kernel: Path | None = None, *, place: Place | None = None, boot: Boot | None = None
) -> Found:
    """How guests will run here: within 3 s the first time after a boot, at once from then on.

    `kernel` is the image's, if there is one already; a kernel of the host serves otherwise.
    """
    where = place or Place()
    kernel = kernel or next(_kernels(where), None)
    subject = f"{where.boot_id.read_text().strip()} {kernel or 'flags'} {_access(where.device)}"
    remembered = _recall(subject)
    if remembered is not None:
        return remembered
    found = _try(where, kernel, boot or boots_with_kvm)
    _remember(subject, found)
    return found


def ownership_trap(place: Place | None = None) -> OwnershipTrap | None:
    """The trap and its remedy where it is set; None otherwise."""
    device = (place or Place()).device
    try:
        owner = device.stat()
    except FileNotFoundError:
        return None
    if owner.st_gid != 0 or owner.st_mode & 0o006 == 0o006:
        return None
    return OwnershipTrap(
        f"{device} belongs to group root, so libvirt's QEMU cannot open it and each start"
        " of a node takes 8 s more.",
        (("chgrp", "kvm", str(device)), ("chmod", "0660", str(device))),
    )


def boots_with_kvm(kernel: Path) -> bool:
    """Start a guest without disks and wait for its kernel's first message on the serial port."""
    command = ["qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-m", "256", "-nodefaults"]
    command += ["-display", "none", "-serial", "stdio", "-no-reboot", "-kernel", str(kernel)]
    command += ["-append", "console=ttyS0 earlyprintk=serial,ttyS0 panic=-1"]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    with process:
        try:
            return _says(process, _SIGN_OF_LIFE, Deadline.after(_LIMIT_SECONDS))
        finally:
            process.kill()


def _says(process: "subprocess.Popen[bytes]", sign: bytes, deadline: Deadline) -> bool:
    assert process.stdout is not None
    said = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not deadline.passed:
            if not selector.select(deadline.left):
                return False
            chunk = os.read(process.stdout.fileno(), 4096)
            said += chunk
            if sign in said:
                return True
            if not chunk:
                return False
    return False


def _try(place: Place, kernel: Path | None, boot: Boot) -> Found:
    if not place.device.exists():
        return Found(Kind.EMULATION, f"there is no {place.device}")
    if not _access(place.device):
        return Found(Kind.EMULATION, f"{place.device} may not be opened: join the group kvm")
    if kernel is not None:
        if boot(kernel):
            return Found(Kind.KVM, "it boots a Linux guest")
        return Found(Kind.EMULATION, f"{place.device} opens, but no Linux guest boots with it")
    flags = place.cpuinfo.read_text().split()
    if "vmx" in flags or "svm" in flags:
        return Found(Kind.KVM, "the processor offers it (not tried: no kernel to boot yet)")
    return Found(Kind.EMULATION, f"{place.device} is there, but the processor has no vmx or svm")


def _access(device: Path) -> bool:
    return os.access(device, os.R_OK | os.W_OK)


def _kernels(place: Place) -> Iterator[Path]:
    """Kernels of built images, newest first, then those of the host, as far as we may read them."""
    images = sorted(
        (paths.cache() / "images").glob("*/vmlinuz"), key=lambda file: -file.stat().st_mtime
    )
    for kernel in (*images, *sorted(place.host_kernels.glob(_KERNELS))):
        if os.access(kernel, os.R_OK):
            yield kernel


def _memory() -> Path:
    return paths.cache() / "virtualisation.json"


def _recall(subject: str) -> Found | None:
    try:
        known = json.loads(_memory().read_text())
        if known["subject"] == subject:
            return Found(Kind(known["kind"]), known["reason"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


def _remember(subject: str, found: Found) -> None:
    file = _memory()
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.part")
    partial.write_text(
        json.dumps({"subject": subject, "kind": found.kind.value, "reason": found.reason})
    )
    partial.replace(file)
