"""`kubelet`: a node's kubelet."""

from typing import ClassVar

from labs.checks.model import CheckModel, Expectations


class KubeletCheck(CheckModel):
    """The configuration that a kubelet runs with (`configz`), its flags, its agreement with the
    runtime. On a node that has joined no cluster, the file's, with the defaults for what it omits.
    """

    example: ClassVar[str] = """
node: k8s-node1
cgroup_driver_as_runtime: true
config: {imageGCHighThresholdPercent: 80, syncFrequency: 1m}
eviction: {nodefs.available: {ge: "5%", le: "15%"}}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a configuration file that the kubelet has not read",
        "cgroupfs against systemd, with which a node is Ready for hours",
        "an eviction threshold that was turned off, or can never be met",
    )
    untold: ClassVar[tuple[str, ...]] = ("node", "running")

    node: str
    """The machine; its Node has the same name, or `node_name`."""
    node_name: str = ""
    running: bool = True
    """A kubelet has to run; without it a file alone may be judged."""
    config: Expectations = {}
    """Paths of KubeletConfiguration; omitted means defaulted, durations and quantities by value."""
    flags: Expectations = {}
    """Flags of the process: `{"--nonexistent": {exists: false}}`."""
    cgroup_driver_as_runtime: bool = False
    """The kubelet and its runtime use the same cgroup driver."""
    eviction: Expectations = {}
    """Hard eviction thresholds by signal, in percent of the capacity: `{ge: "5%", le: "15%"}`."""
