"""What a root user inside a node can reach: the other nodes of the lab, and nothing else.

Every denial stands beside a control: the same node reaches its neighbour the same way, and the same
listener of the host hears the host.
"""

import re
import secrets
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cluster import lifecycle
from cluster.network import BRIDGE_MAC
from cluster.node import Node
from cluster.running import RunningLab
from labs.deadline import Deadline

GATEWAYS = ("10.0.2.2", "10.0.2.3", "192.168.52.1")
GROUP = "239.52.52.52"


@pytest.fixture(scope="module")
def lab(own_folders: object) -> Iterator[RunningLab]:
    lab = lifecycle.up("1/world", "kubeadm-0")
    yield lab
    lab.close()
    lifecycle.down("1/world")


@pytest.fixture(scope="module")
def other_lab(own_folders: object) -> Iterator[RunningLab]:
    lab = lifecycle.up("1/other-world", "node-1")
    yield lab
    lab.close()
    lifecycle.down("1/other-world")


class Ear:
    """A UDP and a TCP listener of the host, on all of its addresses."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.tcp = socket.create_server(("0.0.0.0", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("0.0.0.0", self.port))
        joined = socket.inet_aton(GROUP) + socket.inet_aton("0.0.0.0")
        self.udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
        self.threads = [
            threading.Thread(target=work, daemon=True) for work in (self._accept, self._receive)
        ]
        for thread in self.threads:
            thread.start()

    def hears_the_host(self) -> bool:
        """A control: it is there and it listens."""
        word = secrets.token_hex(8)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(word.encode(), ("127.0.0.1", self.port))
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        heard = Deadline.after(5).poll(lambda: self._heard_both(word), every=0.02)
        self.stop()
        return heard is not None

    def _heard_both(self, word: str) -> bool | None:
        return True if {word, "TCP 127.0.0.1"} <= set(self.heard) else None

    def stop(self) -> None:
        if self.tcp.fileno() < 0:
            return
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"stop", ("127.0.0.1", self.port))
        self.tcp.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        self.tcp.close()
        self.udp.close()

    def _receive(self) -> None:
        while (word := self.udp.recv(2048)) != b"stop":
            self.heard.append(word.decode(errors="replace").strip())

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self.tcp.accept()
            except OSError:
                return
            connection.close()
            self.heard.append(f"TCP {address[0]}")


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.stop()


@contextmanager
def routed_by_the_lab_network(node: Node, address: str) -> Iterator[None]:
    """As a learner with root rights could: the address lies behind the bridge's own MAC."""
    shell(node, f"ip route replace {address}/32 dev eth1")
    shell(node, f"ip neigh replace {address} lladdr {BRIDGE_MAC} dev eth1")
    try:
        yield
    finally:
        shell(node, f"ip neigh del {address} dev eth1; ip route del {address}/32 dev eth1")


def shell(node: Node, script: str, timeout: float = 120) -> str:
    found = node.run(["bash", "-c", script], timeout=timeout)
    return found.stdout + found.stderr


def pings(node: Node, address: str) -> bool:
    return node.run(["ping", "-c", "2", "-W", "3", address], timeout=60).code == 0


def knocks(node: Node, address: str, port: int) -> bool:
    """Whether a TCP connection can be made."""
    target = f"TCP4:{address}:{port},connect-timeout=3"
    return node.run(["socat", "-u", "OPEN:/dev/null", target], timeout=60).code == 0


def sends(node: Node, target: str, word: str) -> None:
    shell(node, f"echo {word} | socat -u - {target}")


def host_addresses() -> list[str]:
    said = subprocess.run(["ip", "-4", "-o", "addr"], capture_output=True, text=True, check=True)
    found = re.findall(r"inet (\S+)/", said.stdout)
    return [address for address in found if not address.startswith("127.")]


def test_nodes_of_one_lab_reach_each_other(lab: RunningLab) -> None:
    assert pings(lab.nodes["k8s-node1"], "192.168.52.200")
    assert pings(lab.nodes["k8s-master"], "192.168.52.202")
    assert knocks(lab.nodes["k8s-node1"], "192.168.52.200", 22)


def test_a_node_does_not_reach_the_nodes_of_another_lab(
    lab: RunningLab, other_lab: RunningLab
) -> None:
    assert pings(lab.nodes["k8s-node1"], "192.168.52.200")
    assert not pings(other_lab.nodes["k8s-node1"], "192.168.52.200")
    assert not knocks(other_lab.nodes["k8s-node1"], "192.168.52.200", 22)


def test_of_two_nodes_with_one_address_only_the_own_labs_one_hears(
    lab: RunningLab, other_lab: RunningLab
) -> None:
    word = secrets.token_hex(8)
    listen = "timeout 20 socat -u UDP4-RECV:5252 STDOUT & echo $! >/tmp/ear; wait"
    heard: dict[str, str] = {}
    ours, theirs = lab.nodes["k8s-node1"], other_lab.nodes["k8s-node1"]
    ears = [
        threading.Thread(
            daemon=True, target=lambda n=name, d=node: heard.update({n: shell(d, listen)})
        )
        for name, node in (("ours", ours), ("theirs", theirs))
    ]
    for thread in ears:
        thread.start()
    for node in (ours, theirs):
        shell(node, "until ss -lun | grep -q :5252; do sleep 0.1; done")
    sends(lab.nodes["k8s-node2"], "UDP4-SENDTO:192.168.52.201:5252", word)
    sends(lab.nodes["k8s-node2"], "UDP4-DATAGRAM:192.168.52.201:5252,broadcast", word)
    for node in (ours, theirs):
        shell(node, "sleep 1; kill $(cat /tmp/ear)")
    for thread in ears:
        thread.join()
    assert word in heard["ours"]
    assert heard["theirs"] == ""


def test_a_node_cannot_connect_to_the_host(lab: RunningLab, ear: Ear) -> None:
    node = lab.nodes["k8s-node1"]
    reached = [
        address for address in (*GATEWAYS, *host_addresses()) if knocks(node, address, ear.port)
    ]
    for address in host_addresses():
        with routed_by_the_lab_network(node, address):
            reached += [address] if knocks(node, address, ear.port) else []
    assert ear.hears_the_host()
    assert reached == []
    assert [word for word in ear.heard if word.startswith("TCP")] == ["TCP 127.0.0.1"]


def test_not_even_one_packet_of_a_node_reaches_the_host(lab: RunningLab, ear: Ear) -> None:
    node, word = lab.nodes["k8s-node1"], secrets.token_hex(8)
    for address in (*GATEWAYS, *host_addresses()):
        sends(node, f"UDP4-SENDTO:{address}:{ear.port}", word)
    for address in host_addresses():
        with routed_by_the_lab_network(node, address):
            sends(node, f"UDP4-SENDTO:{address}:{ear.port}", word)
    for device in ("eth0", "eth1"):
        for address in ("255.255.255.255", "192.168.52.255", "224.0.0.1", GROUP):
            target = f"UDP4-DATAGRAM:{address}:{ear.port},broadcast,so-bindtodevice={device}"
            sends(node, target, word)
    assert ear.hears_the_host()
    assert word not in ear.heard


def test_the_host_does_not_answer_arp_in_the_lab_network(lab: RunningLab) -> None:
    node = lab.nodes["k8s-node1"]
    for address in host_addresses():
        shell(node, f"ip route replace {address}/32 dev eth1; ping -c 1 -W 2 {address}")
        known = shell(node, f"ip neigh show {address} dev eth1; ip route del {address}/32 dev eth1")
        assert "lladdr" not in known
    shell(node, "ping -c 1 -W 2 192.168.52.200")
    assert "lladdr" in shell(node, "ip neigh show 192.168.52.200 dev eth1")


def test_only_nodes_answer_all_nodes_of_ipv6(lab: RunningLab) -> None:
    said = shell(lab.nodes["k8s-node1"], "ping -6 -c 3 -I eth1 ff02::1")
    answered = set(re.findall(r"from (fe80::[0-9a-f:]*[0-9a-f])", said))
    assert answered
    assert answered <= {f"fe80::5054:ff:fe52:1{last}" for last in ("c8", "c9", "ca")}


def test_forwarded_ports_are_open_on_the_loopback_only(lab: RunningLab) -> None:
    ports = [port for node in lab.nodes for port in lab.ports(node).values()]
    assert ports
    for port in ports:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        for address in host_addresses():
            with socket.socket() as caller:
                caller.settimeout(5)
                assert caller.connect_ex((address, port)) != 0
