"""Sockets of a node that wait for others, and whose they are.

`ss` asks the kernel for just these sockets, and alone tells whether one of IPv6 takes IPv4, too,
and is bound to an interface; /proc/net does not. Its table of users is not read, since a process
may call itself anything: sockets are led to processes by inode, through /proc/PID/fd.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from grader.round import Round, Unreadable

_SCRIPT = """
ss -Hlntue && echo 'end of sockets'
ls -l /proc/[0-9]*/fd 2>/dev/null | grep -E '^/proc/|socket:'
exit 0
"""
_FOLDER = re.compile(r"/proc/(\d+)/fd:")
_SOCKET = re.compile(r"l.* -> socket:\[(\d+)\]")
"""Lines of `ls -l`: a folder, and below it what its files lead to."""
_INODE = re.compile(r" ino:(\d+) ")
_V6ONLY = re.compile(r" v6only:(\d) ")
_LOOPBACK = (IPv4Address("127.0.0.1"), IPv6Address("::1"))


class UnreadableSockets(Unreadable):
    """The sockets of a node could not be listed."""


@dataclass(frozen=True, slots=True)
class Listener:
    protocol: str
    address: IPv4Address | IPv6Address | None
    """None for every address of both families."""
    port: int
    interface: str = ""
    pids: tuple[int, ...] = ()

    def __str__(self) -> str:
        host = "*" if self.address is None else str(self.address)
        host = f"[{host}]" if isinstance(self.address, IPv6Address) else host
        return f"{host}{'%' + self.interface if self.interface else ''}:{self.port}"

    def covers(self, wanted: str) -> bool:
        """Whether it is reached at `any` (all of IPv4), `loopback` or an address."""
        if wanted == "any":
            return self._takes(IPv4Address(0)) and not self.interface
        if wanted == "loopback":
            return any(self._takes(one) for one in _LOOPBACK) and self.interface in ("", "lo")
        return self._takes(ip_address(wanted.strip("[]")))

    @property
    def only_loopback(self) -> bool:
        return self.interface == "lo" or (self.address is not None and self.address.is_loopback)

    def is_within(self, wanted: str) -> bool:
        """Whether it is reached at nothing else."""
        if wanted == "any":
            return True
        if wanted == "loopback":
            return self.only_loopback
        return self.address == ip_address(wanted.strip("[]"))

    def _takes(self, wanted: IPv4Address | IPv6Address) -> bool:
        if self.address is None or self.address == wanted:
            return True
        return self.address.is_unspecified and self.address.version == wanted.version


def read_listeners(round_: Round, node: str) -> tuple[Listener, ...]:
    """Raises NodeUnreachable, and UnreadableSockets when not even sshd's socket is to be seen."""
    result = round_.run(node, ["sh", "-s"], stdin=_SCRIPT)
    lines = result.stdout.splitlines()
    if "end of sockets" not in lines:
        raise UnreadableSockets(f"{node}'s sockets could not be listed: {result.stderr}", "")
    end = lines.index("end of sockets")
    listeners = parse_listeners(lines[:end], owners_of(lines[end + 1 :]))
    if not any(one.port == 22 and one.pids for one in listeners):
        raise UnreadableSockets(
            f"{node}'s sockets could not be listed: not even that of sshd is among them", ""
        )
    return listeners


def _plain(text: str) -> IPv4Address | IPv6Address:
    """An address of IPv4 also where it is written as one of IPv6: `::ffff:127.0.0.1`."""
    address = ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def owners_of(lines: Iterable[str]) -> dict[str, list[int]]:
    """PIDs by the inode of a socket that they hold."""
    owners: dict[str, list[int]] = {}
    pid = 0
    for line in lines:
        folder, socket = _FOLDER.fullmatch(line), _SOCKET.fullmatch(line)
        if folder:
            pid = int(folder[1])
        elif socket:
            owners.setdefault(socket[1], []).append(pid)
    return owners


def parse_listeners(lines: Iterable[str], owners: dict[str, list[int]]) -> tuple[Listener, ...]:
    """`owners`: PIDs by the socket's inode."""
    listeners = []
    for line in lines:
        words = line.split()
        if len(words) < 5:
            continue
        host, _, port = words[4].rpartition(":")
        if not port.isdigit():
            continue
        host, _, interface = host.partition("%")
        text = host.strip("[]")
        inode, v6only = _INODE.search(line), _V6ONLY.search(line)
        dual = text == "*" or (text == "::" and v6only is not None and v6only[1] == "0")
        address = None if dual else _plain(text)
        interface = interface.rstrip("]")
        pids = tuple(sorted(set(owners.get(inode[1], [])))) if inode else ()
        listeners.append(Listener(words[0], address, int(port), interface, pids))
    return tuple(listeners)
