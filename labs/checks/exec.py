"""`exec`: a command in a container."""

from typing import ClassVar

from labs.checks.model import CheckModel, Expected


class ExecCheck(CheckModel):
    """A command in a container of a running pod, without a shell unless argv names one."""

    example: ClassVar[str] = """
namespace: shop
selector: app=web
argv: [cat, /data/name]
stdout: harbour
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a command that could not start, taken for one that answered no",
        "a pod that runs but is not Ready",
    )
    untold: ClassVar[tuple[str, ...]] = (
        "argv",
        "exit",
    )

    namespace: str
    pod: str = ""
    """A name; or choose by `selector`, then any running pod will do."""
    selector: str = ""
    container: str = ""
    """The first one without it."""
    argv: list[str]
    exit: Expected = 0
    stdout: Expected = None
    stderr: Expected = None
