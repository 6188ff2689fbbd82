from typing import Any

import pytest

from grader.verdict import Finding, Verdict
from tests.grader.checks.test_runtime import ID, calls
from tests.grader.fakes import FakeNode, passes, why, world
from tests.grader.machine import POD, Machine, Task, kubelet

SSHD = "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* ino:474 sk:a cgroup:/system.slice/ssh.service <->"
OWNERS = "".join(
    f"/proc/{pid}/fd:\nlrwx------ 1 root root 64 Nov 20 19:37 3 -> socket:[{inode}]\n"
    for pid, inode in ((168, 474), (825, 14245), (1, 99))
)


def line(local: str, ino: int = 14245, v6only: str = "", protocol: str = "tcp") -> str:
    state = "LISTEN" if protocol == "tcp" else "UNCONN"
    return f"{protocol} {state} 0 4096 {local} *:* ino:{ino} sk:b cgroup:/x {v6only} <->"


def machine(*lines: str) -> Machine:
    sshd = Task(168, ["sshd: /usr/sbin/sshd -D"], "/usr/sbin/sshd", "/system.slice/ssh.service")
    listening = "\n".join([SSHD, *lines, "end of sockets", OWNERS])
    return Machine([sshd, kubelet()], listening=listening)


def look(on: Machine, **args: Any) -> Finding:
    asked: dict[str, Any] = {"node": "n1", "port": 10250} | args
    return world(nodes=[on.node()]).look("port", **asked)


DUAL = line("*:10250", v6only="v6only:0")
OF_IPV6_ONLY = line("[::]:10250", v6only="v6only:1")


@pytest.mark.parametrize(
    "listener",
    [
        DUAL,
        line("0.0.0.0:10250"),
        line("[::]:10250", v6only="v6only:0"),
        line("[::ffff:0.0.0.0]:10250"),
    ],
)
@pytest.mark.parametrize("address", ["", "any", "loopback", "192.168.52.201"])
def test_who_listens_everywhere_is_reached_everywhere(listener: str, address: str) -> None:
    assert passes(look(machine(listener), address=address))


@pytest.mark.parametrize(
    ("listener", "address"),
    [
        (line("127.0.0.1:10250"), "any"),
        (line("127.0.0.1:10250"), "192.168.52.201"),
        (line("192.168.52.201:10250"), "any"),
        (line("192.168.52.201:10250"), "loopback"),
        (line("192.168.52.202:10250"), "192.168.52.201"),
        (OF_IPV6_ONLY, "any"),
        (OF_IPV6_ONLY, "127.0.0.1"),
        (line("0.0.0.0%eth1:10250"), "any"),
    ],
)
def test_who_listens_elsewhere_only_is_not_reached(listener: str, address: str) -> None:
    found = why(look(machine(listener), address=address))
    assert found.startswith(f"nobody listens at TCP port 10250 of n1 for {address}, only at ")


def test_a_specific_address_is_reached_there() -> None:
    on = machine(line("192.168.52.201:10250"))
    assert passes(look(on, address="192.168.52.201"))
    assert passes(look(machine(line("[::1]:10250")), address="::1"))
    assert passes(look(machine(line("[::1]:10250")), address="loopback"))


def test_loopback_only_means_that_nothing_else_is_open() -> None:
    assert passes(look(machine(line("127.0.0.1:10250")), address="loopback", only=True))
    both = machine(line("127.0.0.1:10250"), line("192.168.52.201:10250", 99))
    assert why(look(both, address="loopback", only=True)) == (
        "systemd (PID 1) of init.scope listens at TCP port 10250 of n1 beyond loopback: "
        "at 192.168.52.201:10250"
    )
    assert "beyond loopback: at *:10250" in why(look(machine(DUAL), address="loopback", only=True))


def test_nobody_listens_and_sshd_was_seen() -> None:
    assert passes(look(machine(), listening=False))
    assert why(look(machine())) == "nobody listens at TCP port 10250 of n1"


def test_somebody_listens_where_nobody_should() -> None:
    found = look(machine(line("*:10250", 99, "v6only:0")), listening=False)
    assert why(found) == "systemd (PID 1) of init.scope listens at TCP port 10250 of n1 (*:10250)"
    assert passes(look(machine(line("127.0.0.1:10250")), listening=False, address="10.0.0.1"))


def test_the_same_number_of_udp_is_another_port() -> None:
    on = machine(line("0.0.0.0:10250", protocol="udp"))
    assert passes(look(on, protocol="udp"))
    assert "nobody listens at TCP port" in why(look(on))


def test_the_listener_is_the_one_asked_for() -> None:
    on = machine(DUAL)
    assert passes(look(on, unit="kubelet", program="/usr/bin/kubelet"))
    assert why(look(on, unit="fleet-agent.socket")) == (
        "kubelet (PID 825) of kubelet.service listens at TCP port 10250 of n1, "
        "not fleet-agent.socket"
    )
    assert "not /usr/bin/nc" in why(look(on, program="/usr/bin/nc"))


def test_a_program_that_only_bears_the_name_does_not_count() -> None:
    on = machine(DUAL)
    on.tasks[1].exe = "/usr/bin/perl"
    on.programs["/usr/bin/kubelet"] = "8:1:1:1"
    assert "not /usr/bin/kubelet" in why(look(on, program="/usr/bin/kubelet"))


def test_the_container_that_listens_is_known_by_the_runtime() -> None:
    on = machine(DUAL)
    on.calls = calls()
    on.tasks[1].cgroup = "/" + POD.format("1" * 32, ID)
    assert passes(look(on, container="courier"))
    assert "not etcd" in why(look(on, container="etcd"))
    on.calls = {}
    assert "no runtime answers" in why(look(on, container="courier"))


@pytest.mark.parametrize("listing", ["", "end of sockets\n", f"{SSHD}\nend of sockets\n"])
def test_sockets_that_cannot_be_seen_are_unknown(listing: str) -> None:
    on = machine()
    on.listening = listing
    assert look(on, listening=False).verdict is Verdict.UNKNOWN
    lost = world(nodes=[FakeNode("n1", lost=True)])
    assert lost.look("port", node="n1", port=1, listening=False).verdict is Verdict.UNKNOWN
