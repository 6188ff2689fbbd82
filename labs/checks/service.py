"""`service`: a systemd unit."""

from typing import ClassVar

from labs.checks.model import CheckModel, Expected


class ServiceCheck(CheckModel):
    """A systemd unit is exactly in these states (`inactive` is not `active`)."""

    example: ClassVar[str] = """
node: k8s-node1
unit: kubelet
enabled: enabled
program: /usr/bin/kubelet
"""
    catches: ClassVar[tuple[str, ...]] = (
        "inactive, which contains the word active",
        "a unit that runs now and is not enabled, or is masked",
        "a unit of the right name that runs something else",
        "a unit that runs still, whose program the next start would not find",
    )
    untold: ClassVar[tuple[str, ...]] = ("node", "active", "enabled", "or_trigger", "program")

    node: str
    unit: str
    active: Expected = "active"
    """As `systemctl is-active` says."""
    enabled: Expected = None
    """As `systemctl is-enabled` says. Of a unit that is to be enabled, the programs of ExecStart
    must be there."""
    or_trigger: bool = False
    """A socket, timer or path unit that is in these states and starts this one is as good."""
    program: str = ""
    """The file that its main process runs, and that no other has replaced since the lab began
    (a newer one from a package is right). A link that leads there is right, too."""
    started_after_baseline: bool = False
    """It has been started anew since the lab was set up."""
    drop_ins: Expected = None
    """The paths of the drop-in files in force."""
