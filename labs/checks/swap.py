"""`swap`: swap, in use and configured."""

from typing import ClassVar

from labs.checks.model import CheckModel


class SwapCheck(CheckModel):
    """No swap is in use now, and none is turned on at the next start (fstab, units)."""

    example: ClassVar[str] = """
node: k8s-node1
"""
    catches: ClassVar[tuple[str, ...]] = (
        "swap that is off until the next start",
        "a swap unit or zram device beside /etc/fstab",
    )
    untold: ClassVar[tuple[str, ...]] = ("node",)

    node: str
    now: bool = True
    after_reboot: bool = True
