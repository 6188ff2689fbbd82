"""`mount`: file systems of a node's tree."""

from typing import ClassVar

from labs.checks.model import CheckModel


class MountCheck(CheckModel):
    """What is mounted at a path now, and what will be after the next start (fstab, units)."""

    example: ClassVar[str] = """
node: k8s-node1
path: /var/lib/etcd
source: LABEL=etcd
fstype: ext4
options: [noatime]
writable: true
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a mount that is gone after the next start",
        "a line of fstab with noauto, a UUID that no device has, or a masked unit",
        "a mount that a later one hides",
        "a file system that has turned read-only",
    )
    untold: ClassVar[tuple[str, ...]] = ("node",)

    node: str
    path: str
    mounted: bool = True
    """Otherwise the path must be no mount (it may be a folder)."""
    now: bool = True
    after_reboot: bool = True
    source: str = ""
    """A device by any of its names (`/dev/vdb`, `UUID=…`, `LABEL=…`), an export, `tmpfs`."""
    fstype: str = ""
    options: list[str] = []
    """Those that must be in force, also by default (`rw`, `exec`): `size=64M` by value."""
    writable: bool | None = None
    readable: bool | None = None
