"""`package`: Debian packages of a node."""

from typing import ClassVar, Literal

from labs.checks.model import CheckModel


class PackageCheck(CheckModel):
    """A package is installed (`install ok installed` in dpkg's own records), or is not."""

    example: ClassVar[str] = """
node: k8s-node1
name: kubelet
upstream: "1.31.4"
held: true
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a package that was removed, of which configuration files are left",
        "a package that was unpacked and never configured",
        "a version that is newer as text only: 1.9 and 1.10",
    )
    untold: ClassVar[tuple[str, ...]] = ("node", "state")

    node: str
    name: str
    state: Literal["installed", "absent", "purged"] = "installed"
    """absent: not installed, though its configuration may be left; purged: no trace of it."""
    version: str = ""
    """Exactly, as Debian compares: with epoch and revision."""
    upstream: str = ""
    """The version without epoch and revision: `1.31.4` for 1.31.4-1.1."""
    at_least: str = ""
    less_than: str = ""
    held: bool | None = None
    """Whether `apt-mark hold` keeps it at its version."""
