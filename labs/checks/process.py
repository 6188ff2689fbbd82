"""`process`: processes of a node."""

from typing import ClassVar

from labs.checks.model import CheckModel, Expectations, Expected


class ContainerName(CheckModel):
    """A container as the kubelet names it."""

    example: ClassVar[str] = "{namespace: kube-system, name: etcd}"
    catches: ClassVar[tuple[str, ...]] = ()

    namespace: str = ""
    pod: str = ""
    name: str = ""


class ProcessCheck(CheckModel):
    """Processes by their program, unit, words or container: how many, whose, with which flags."""

    example: ClassVar[str] = """
node: k8s-node1
program: /usr/bin/kubelet
unit: kubelet.service
genuine: true
flags: {node-ip: 192.168.52.201, "--nonexistent": {exists: false}}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a script or another program that bears the name",
        "a flag in a file that the process has not read",
        "a process from before the lab began, or of a file that was replaced since",
    )
    untold: ClassVar[tuple[str, ...]] = ("node", "min", "genuine")

    node: str
    program: str = ""
    """The file that it runs: a path, or a name that is looked for where programs lie."""
    unit: str = ""
    """The systemd unit that it belongs to."""
    words: list[str] = []
    """Whole arguments that it was given, to choose it by."""
    container: ContainerName | None = None
    """The container that it runs in."""
    exists: bool = True
    min: int = 1
    max: int | None = None
    user: str = ""
    """The name (or number) of the user it runs as."""
    flags: Expectations = {}
    """Flag to expected value, by meaning: `--a=b` and `--a b`; a list is compared without order."""
    genuine: bool = False
    """The program's file is the one that was installed: as after setup, or from a package."""
    started_after_baseline: bool = False
    capabilities: Expectations = {}
    """`effective`, `permitted`, `inheritable`, `bounding`, `ambient`: lists such as [NET_ADMIN]."""
    no_new_privs: bool | None = None
    seccomp: Expected = None
    """disabled, strict or filter."""
    limits: Expectations = {}
    """Soft limits by the words of /proc/PID/limits: `Max open files`."""
