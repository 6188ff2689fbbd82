"""Where a kernel's shells come from: the nodes of a running lab, or whatever a test puts there."""

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from labs.errors import SeatrialError

if TYPE_CHECKING:
    from cluster.running import RunningLab

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
        return list(self._running().nodes)

    def command(self, node: str) -> list[str]:
        return self._running().ssh_command(node)

    def _running(self) -> "RunningLab":
        from cluster.lifecycle import find

        found = find(self.lab_id)
        if found is None:
            raise SeatrialError(
                f"The lab {self.lab_id} has no nodes.", f"Start it: `seatrial up {self.lab_id}`."
            )
        return found


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
