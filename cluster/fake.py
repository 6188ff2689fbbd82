"""A libvirt host, nodes and a cluster that only pretend: for tests and for `seatrial --demo`."""

import shlex
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from cluster.host import Element, HostUnavailable
from cluster.node import ApiAccess, ApiNotInitialised, CommandResult, Node
from cluster.save_image import SaveImage
from cluster.ssh import Login
from labs.deadline import Deadline

Answer = CommandResult | Exception | Callable[[str], CommandResult]
"""What a command says; a callable is given the command's standard input."""


class FakeNode:
    """A node that answers from a script: patterns of shell words, the first that fits is taken."""

    def __init__(self, name: str, answers: Mapping[str, Answer] | None = None) -> None:
        self.name = name
        self.answers = dict(answers or {})
        self.commands: list[str] = []
        self.logins: list[Login] = []
        self.closed = False
        self._lock = threading.Lock()

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60.0) -> CommandResult:
        command = shlex.join(argv)
        with self._lock:
            self.commands.append(command)
        for pattern, answer in self.answers.items():
            if fnmatchcase(command, pattern):
                if isinstance(answer, Exception):
                    raise answer
                return answer if isinstance(answer, CommandResult) else answer(stdin)
        return CommandResult(0, "", "")

    def inspect(
        self, script: str, arguments: Sequence[str] = (), *, timeout: float = 60.0
    ) -> CommandResult:
        return self.run(["sh", "-s", *arguments], stdin=script, timeout=timeout)

    def adopt(self, login: Login) -> None:
        self.logins.append(login)

    def close(self) -> None:
        self.closed = True


class FakeCluster:
    """A cluster of such nodes, with or without an API server."""

    def __init__(
        self, nodes: Sequence[Node], api: ApiAccess | None = None, time_scale: float = 1.0
    ) -> None:
        self._nodes = {node.name: node for node in nodes}
        self._api = api
        self._time_scale = time_scale

    @property
    def nodes(self) -> Mapping[str, Node]:
        return self._nodes

    @property
    def time_scale(self) -> float:
        return self._time_scale

    def api(self) -> ApiAccess:
        if self._api is None:
            raise ApiNotInitialised("There is no control plane yet.", "Make one.")
        return self._api


class FakeHost:
    """`cluster.host.Host` in memory; volumes and saved machines are small real files."""

    def __init__(self) -> None:
        self.xml: dict[tuple[Element, str], str] = {}
        self.active: set[tuple[Element, str]] = set()
        self.restored: list[str] = []
        self.used = 0.0
        self.broken: set[str] = set()
        """Domains that cannot be started or restored."""

    def names(self, kind: Element, prefix: str) -> dict[str, bool]:
        return {
            name: (kind, name) in self.active
            for found, name in self.xml
            if found is kind and name.startswith(prefix)
        }

    def define(self, kind: Element, xml: str) -> None:
        root = ET.fromstring(xml)
        self.xml[kind, root.findtext("name") or root.attrib["name"]] = xml

    def start(self, kind: Element, name: str) -> None:
        if (kind, name) not in self.xml or name in self.broken:
            raise HostUnavailable(f"{name} cannot be started.", "Try another.")
        self.active.add((kind, name))

    def remove(self, kind: Element, name: str) -> None:
        self.xml.pop((kind, name), None)
        self.active.discard((kind, name))

    def processor_seconds(self, domain: str) -> float:
        """As if every command took two hundredths of a second."""
        if (Element.DOMAIN, domain) not in self.active:
            raise HostUnavailable(f"{domain} does not run.", "Start it.")
        self.used += 0.02
        return self.used

    def create_volume(self, pool: str, xml: str) -> None:
        root = ET.fromstring(xml)
        folder = ET.fromstring(self.xml[Element.POOL, pool]).findtext("target/path")
        capacity = int(root.findtext("capacity") or 0)
        write_disk(Path(folder or "") / (root.findtext("name") or ""), capacity)

    def save(self, domain: str, path: Path) -> None:
        saved = SaveImage(
            self.xml[Element.DOMAIN, domain], "<cookie/>", 2, 1, 0, b"\0" * 56, size=0
        )
        path.write_bytes(saved.head() + b"QEVM" + bytes(1 << 17))
        self.active.discard((Element.DOMAIN, domain))

    def fetch(self, pool: str, volume: str, path: Path) -> None:
        folder = ET.fromstring(self.xml[Element.POOL, pool]).findtext("target/path") or ""
        path.write_bytes((Path(folder) / volume).read_bytes())

    def restore(self, path: Path) -> None:
        with path.open("rb") as stream:
            whole = stream.read()
        name = ET.fromstring(whole[92:].split(b"\0", 1)[0]).findtext("name") or ""
        self.start(Element.DOMAIN, name)
        self.restored.append(name)


def write_disk(path: Path, capacity: int) -> None:
    """As much of a qcow2 disk as anybody here looks at."""
    path.write_bytes(b"QFI\xfb" + bytes(20) + capacity.to_bytes(8, "big"))


class FakeDoor:
    """`cluster.entry.Door` to fake nodes; remembers every login by node."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.nodes: list[FakeNode] = []
        self.logins: list[Login] = []

    def __call__(self, login: Login, deadline: Deadline) -> FakeNode:
        node = FakeNode(login.node, self.answers)
        self.nodes.append(node)
        self.logins.append(login)
        return node
