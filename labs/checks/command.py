"""`command`: a command on a node."""

from typing import ClassVar

from pydantic import Field

from labs.checks.model import CheckModel, Expectations, Expected


class CommandCheck(CheckModel):
    """A command on a node, as root, with a clean environment and a fixed PATH."""

    example: ClassVar[str] = r"""
node: k8s-master
argv: [kubeadm, version, -o, short]
stdout: {matches: ^v1\.20\.}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a program of the same name earlier in the learner's PATH, an alias, a shell function",
        "an exit status lost in a pipe",
    )
    untold: ClassVar[tuple[str, ...]] = (
        "node",
        "argv",
        "exit",
    )

    node: str
    argv: list[str]
    exit: Expected = 0
    stdout: Expected = None
    stderr: Expected = None
    json_body: Expectations = Field(default={}, alias="json")
    """Expectations of standard output, read as JSON."""
