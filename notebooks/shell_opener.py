"""Where a kernel's shells come from: the nodes of a running lab, or whatever a test puts there."""

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from labs.errors import SeatrialError

LAB_VARIABLE = "SEATRIAL_LAB"
OPENER_VARIABLE = "SEATRIAL_SHELLS"
"""`module:callable`; called with the lab's id, it returns a ShellOpener."""

LAB_SHELLS = "notebooks.shell_opener:LabShells"


class ShellOpener(Protocol):
    """The nodes of one lab, and the way to a program on each of them."""

    @property
    def nodes(self) -> Sequence[str]:
        """Names; cells without a `%node` line run on the first one."""
        ...

    def command(self, node: str) -> list[str]:
        """An argv that runs, with a program's name added to it, that program on the node.

        Raises SeatrialError when the lab does not run.
        """
        ...


@dataclass(frozen=True, slots=True)
class LabShells:
    """Shells on a running lab's nodes, by OpenSSH."""

    lab_id: str

    @property
    def nodes(self) -> Sequence[str]:
        from cluster.profile import named
        from labs.course import load_lab

        return [node.name for node in named(load_lab(self.lab_id).profile).nodes]

    def command(self, node: str) -> list[str]:
        from cluster.lifecycle import find

        return list(find(self.lab_id).ssh_command(node))


def opener_from_environment() -> ShellOpener:
    """The opener that the environment names. Raises SeatrialError when it names no lab."""
    lab_id = os.environ.get(LAB_VARIABLE, "")
    if not lab_id:
        raise SeatrialError(
            "This kernel belongs to no lab.", "Open the notebook by `seatrial notebook LAB`."
        )
    module, _, name = os.environ.get(OPENER_VARIABLE, LAB_SHELLS).partition(":")
    opener: ShellOpener = getattr(importlib.import_module(module), name)(lab_id)
    return opener
