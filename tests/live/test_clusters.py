"""Clusters on real virtual machines: made once, found again, finished or removed after a kill."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cluster import lifecycle, readiness, record
from cluster.events import Event, PhaseStarted
from cluster.host import Element, LibvirtHost
from cluster.node import NodeUnreachable
from cluster.profile import named
from cluster.running import RunningLab
from labs.deadline import Deadline

UP = """
import sys
from cluster import lifecycle
from cluster.events import PhaseStarted
def tell(event):
    if isinstance(event, PhaseStarted):
        print(event.phase, flush=True)
lifecycle.up(sys.argv[1], sys.argv[2], tell)
print("ready", flush=True)
sys.stdin.read()
"""
LAB = "1/life"

StartLab = Callable[[str, str], RunningLab]
Leftovers = Callable[[str], list[str]]


@pytest.fixture(autouse=True)
def removed_afterwards() -> Iterator[None]:
    yield
    lifecycle.down(LAB)


@contextlib.contextmanager
def another_process(profile: str) -> Iterator["subprocess.Popen[str]"]:
    """`up` in a process of its own, which is killed at the end without any warning."""
    process = subprocess.Popen(
        [sys.executable, "-c", UP, LAB, profile],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def wait_for(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdout is not None
    seen = []
    for said in process.stdout:
        seen.append(said.strip())
        if seen[-1] == line:
            return
    pytest.fail(f"{line!r} was never said, but {seen}")


@pytest.mark.parametrize("profile", ["kubeadm-0", "kubeadm-1", "kubeadm-3"])
def test_a_golden_cluster_is_resumed_and_not_made_again(profile: str, start_lab: StartLab) -> None:
    start_lab("1/first", profile).close()
    lifecycle.down("1/first")
    phases: list[str] = []

    def tell(event: Event) -> None:
        if isinstance(event, PhaseStarted):
            phases.append(event.phase)

    lab = lifecycle.up(LAB, profile, tell)
    assert not [phase for phase in phases if "once" in phase]
    assert list(lab.nodes) == [shape.name for shape in named(profile).nodes]
    for name, node in lab.nodes.items():
        assert node.run(["hostname"]).stdout.strip() == name
        assert abs(float(node.run(["date", "+%s.%N"]).stdout) - time.time()) < 5
    if named(profile).ready:
        names = {n["metadata"]["name"] for n in readiness.get(lab.api(), "/api/v1/nodes")["items"]}
        assert names == set(lab.nodes)
    lab.close()


def test_controllers_still_work_in_a_cluster_that_is_resumed_a_day_later(
    start_lab: StartLab,
) -> None:
    """The controllers' tokens last an hour, and only the wall clock knows of the day."""
    lab = start_lab("1/later", "kubeadm-1")
    master = lab.nodes["k8s-master"]
    assert master.run(["date", "-s", "tomorrow"]).code == 0
    create = "kubectl create deployment later --image=nginx:1.22"
    wait = f"kubectl rollout status deployment later --timeout={60 * lab.time_scale:.0f}s"
    done = master.run(["sh", "-c", f"{create} && {wait}"], timeout=90 * lab.time_scale)
    assert done.code == 0, done.stderr


@pytest.mark.parametrize("phase", ["Resuming the nodes", "Getting into the nodes"])
def test_up_that_was_killed_is_done_again_from_the_start(phase: str) -> None:
    lifecycle.up(LAB, "node-1").close()
    lifecycle.down(LAB)
    with another_process("node-1") as process:
        wait_for(process, phase)
    lab = lifecycle.up(LAB, "node-1")
    assert lab.nodes["k8s-node1"].run(["echo", "here"]).stdout == "here\n"
    assert [status.phase for status in lifecycle.status()] == ["running"]
    lab.close()


def test_down_removes_what_a_killed_up_left(leftovers: Leftovers) -> None:
    with another_process("node-1") as process:
        wait_for(process, "Resuming the nodes")
    lifecycle.down(LAB)
    assert leftovers(LAB) == []
    assert not record.folder(LAB).exists()


def test_a_lab_outlives_the_process_that_started_it() -> None:
    with another_process("node-1") as process:
        wait_for(process, "ready")
    lab = lifecycle.find(LAB)
    assert lab is not None
    assert lab.nodes["k8s-node1"].run(["id", "-u"]).stdout == "0\n"
    learner = [*lab.ssh_command("k8s-node1"), "id -un; hostname"]
    said = subprocess.run(learner, capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout == "root\nk8s-node1\n"
    lab.close()


def test_the_key_of_the_image_opens_no_lab(start_lab: StartLab) -> None:
    lab = start_lab("1/keys", "node-1")
    known = record.load("1/keys")
    assert known is not None
    image_key = Path(known.image_disk).with_name("ssh_key")
    command = [str(image_key) if w.endswith("/key") else w for w in lab.ssh_command("k8s-node1")]
    command[1:1] = ["-o", "BatchMode=yes"]
    assert subprocess.run([*command, "true"], capture_output=True, timeout=60).returncode == 255


def test_a_lab_whose_machines_were_off_starts_from_its_own_disks(host: LibvirtHost) -> None:
    lab = lifecycle.up(LAB, "node-1")
    lab.nodes["k8s-node1"].run(["sh", "-c", "echo kept >/root/kept; sync"])
    lab.close()
    subprocess.run(["virsh", "-q", "destroy", domain(host)], check=True, capture_output=True)
    assert lifecycle.status()[0].phase == "off"
    lab = lifecycle.up(LAB, "node-1")
    assert lab.nodes["k8s-node1"].run(["cat", "/root/kept"]).stdout == "kept\n"
    lab.close()


def test_a_node_that_reboots_is_reached_again(start_lab: StartLab) -> None:
    lab = start_lab("1/reboot", "node-1")
    node = lab.nodes["k8s-node1"]
    boot = ["cat", "/proc/sys/kernel/random/boot_id"]
    before = node.run(boot).stdout
    node.run(["systemd-run", "--on-active=1", "systemctl", "reboot", "--force"])

    def rebooted() -> bool | None:
        with contextlib.suppress(NodeUnreachable):
            return True if node.run(boot).stdout != before else None
        return None

    assert Deadline.after(60 * lab.time_scale).poll(rebooted, every=1.0)


def test_down_leaves_nothing(leftovers: Leftovers) -> None:
    lab = lifecycle.up(LAB, "kubeadm-0")
    ports = [port for node in lab.nodes for port in lab.ports(node).values()]
    lab.close()
    assert leftovers(LAB)
    lifecycle.down(LAB)
    assert leftovers(LAB) == []
    assert not record.folder(LAB).exists()
    assert not record.lock_file(LAB).exists()
    for port in ports:
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))


def domain(host: LibvirtHost) -> str:
    return next(iter(host.names(Element.DOMAIN, record.element_name(LAB))))
