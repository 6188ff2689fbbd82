"""`file`: a file of a node."""

from typing import ClassVar, Literal

from pydantic import Field

from labs.checks.model import CheckModel, Expectations, Expected


class FileCheck(CheckModel):
    """A file of a node: existence, kind, owner, mode, content as text or by path when parsed."""

    example: ClassVar[str] = """
node: k8s-node1
path: /var/lib/kubelet/config.yaml
owner: root
mode: "0600"
yaml: {cgroupDriver: systemd}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "the right words in a comment, or below another key",
        "a file that its program cannot read",
        "a file from before the lab began",
    )
    untold: ClassVar[tuple[str, ...]] = ("node",)

    node: str
    path: str
    exists: bool = True
    kind: Literal["file", "directory", "symlink", "any"] = "any"
    owner: str = ""
    group: str = ""
    mode: str = ""
    """Octal, exactly: `0600`."""
    content: Expected = None
    """The text as a whole."""
    yaml: Expectations = {}
    json_body: Expectations = Field(default={}, alias="json")
    toml: Expectations = {}
    ini: Expectations = {}
    newer_than_baseline: bool = False
    """It was written after the lab was set up."""
