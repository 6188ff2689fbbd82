"""A ShellOpener whose nodes are this machine: what the kernel's tests run cells on."""

from collections.abc import Sequence
from dataclasses import dataclass

from labs.errors import SeatrialError


@dataclass(frozen=True, slots=True)
class LocalShells:
    lab_id: str
    """`0/stopped` does not run; a folder's path makes shells that never open, and say so there."""

    @property
    def nodes(self) -> Sequence[str]:
        return ["k8s-master", "k8s-node1"]

    def command(self, node: str) -> list[str]:
        if self.lab_id == "0/stopped":
            raise SeatrialError("The lab 0/stopped does not run.", "Start it: `seatrial up`.")
        if self.lab_id.startswith("/"):
            return ["sh", "-c", f"touch {self.lab_id}/opening; exec sleep 60"]
        return ["env", f"NODE={node}"]
