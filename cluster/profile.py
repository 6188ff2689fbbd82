"""Cluster profiles: the named shapes of `profiles.yaml`, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from labs.errors import SeatrialError

_FILE = Path(__file__).with_name("profiles.yaml")


class UnknownProfile(SeatrialError):
    """No profile has the name that a lab gives."""


@dataclass(frozen=True, slots=True)
class NodeShape:
    """One node. `base` names the profile whose golden cluster it starts from, or is ''."""

    name: str
    address: str
    memory_mib: int
    vcpus: int
    control_plane: bool = False
    base: str = ""

    def mac(self, interface: int) -> str:
        """52:54:00:52:0I:XX: I is the interface, XX the last byte of the address."""
        return f"52:54:00:52:{interface:02x}:{int(self.address.rsplit('.', 1)[1]):02x}"


@dataclass(frozen=True, slots=True)
class Profile:
    """`ready` is how many Kubernetes nodes must be Ready; 0 where no control plane is made."""

    name: str
    nodes: tuple[NodeShape, ...]
    initialise: str = ""
    join: tuple[str, ...] = ()
    ready: int = 0

    @property
    def memory_mib(self) -> int:
        return sum(node.memory_mib for node in self.nodes)

    def node(self, name: str) -> NodeShape:
        """The node named `name`. Raises KeyError."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by name, in the order of the file."""
    import yaml

    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: _profile(name, fields) for name, fields in raw.items()}


def named(name: str) -> Profile:
    """The profile `name`. Raises UnknownProfile."""
    found = profiles().get(name)
    if found is None:
        raise UnknownProfile(
            f"There is no cluster profile {name!r}.", f"Use one of {', '.join(profiles())}."
        )
    return found


def _profile(name: str, fields: Mapping[str, Any]) -> Profile:
    nodes = tuple(
        NodeShape(
            name=node["name"],
            address=node["address"],
            memory_mib=node["memory_mib"],
            vcpus=node["vcpus"],
            control_plane=node.get("control_plane", False),
            base=node.get("from", ""),
        )
        for node in fields["nodes"]
    )
    return Profile(
        name=name,
        nodes=nodes,
        initialise=fields.get("initialise", ""),
        join=tuple(fields.get("join", ())),
        ready=fields.get("ready", 0),
    )
