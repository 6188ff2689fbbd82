"""`service`: a systemd unit."""

from typing import ClassVar

from labs.checks.model import CheckModel, Expected


class ServiceCheck(CheckModel):
    """A systemd unit is exactly in these states (`inactive` is not `active`)."""

    example: ClassVar[str] = """
node: k8s-node1
unit: kubelet
enabled: enabled
"""
    catches: ClassVar[tuple[str, ...]] = (
        "inactive, which contains the word active",
        "a unit that runs now and is not enabled, or is masked",
    )
    untold: ClassVar[tuple[str, ...]] = (
        "node",
        "active",
        "enabled",
    )

    node: str
    unit: str
    active: Expected = "active"
    """As `systemctl is-active` says."""
    enabled: Expected = None
    """As `systemctl is-enabled` says."""
