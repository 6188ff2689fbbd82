"""`sysctl`: kernel parameters."""

from typing import ClassVar

from labs.checks.model import CheckModel


class SysctlCheck(CheckModel):
    """Kernel parameters now, and what systemd-sysctl would set at the next start."""

    example: ClassVar[str] = """
node: k8s-node1
values: {net.ipv4.ip_forward: 1}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a value that is gone after the next start",
        "a file that a later file overrules",
        "a file in a folder that is not read",
    )
    untold: ClassVar[tuple[str, ...]] = ("node",)

    node: str
    values: dict[str, str | int]
    """Names and values."""
    now: bool = True
    after_reboot: bool = True
