"""`module`: kernel modules."""

from typing import ClassVar

from labs.checks.model import CheckModel


class ModuleCheck(CheckModel):
    """Kernel modules loaded (or built in) now, and by systemd-modules-load at the next start."""

    example: ClassVar[str] = """
node: k8s-node1
names: [br_netfilter]
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a module that is loaded now only",
        "a name in a file that is masked",
    )
    untold: ClassVar[tuple[str, ...]] = ("node",)

    node: str
    names: list[str]
    now: bool = True
    after_reboot: bool = True
