from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.mount import _read
from grader.nodes.mounts import lacks_option, mount_of, parse_mountinfo, written_options
from grader.nodes.unit_names import escape_path
from grader.verdict import Finding, Verdict
from tests.grader.fakes import FakeNode, TreeNode, passes, prints, why, world

ROOT = "23 1 254:0 / / rw,noatime shared:1 - ext4 /dev/vda rw"
DATA = "30 23 254:16 / /data rw,relatime shared:2 - xfs /dev/vdb rw,attr2"
LINE = "/dev/vdb /data xfs defaults 0 2"


class Node:
    """Prints what the script would print of it."""

    def __init__(self) -> None:
        self.mounts = [ROOT, DATA]
        self.fstab = [LINE]
        self.units: list[str] = []
        self.content = ""
        self.kernel = "root=/dev/vda"
        self.access = ["write rmdir: '/data/.no-1': No such file or directory", "readable"]
        self.real = "/data"

    def lines(self) -> list[str]:
        import base64

        content = base64.b64encode(self.content.encode()).decode()
        return [
            f"real {self.real}",
            *(f"mount {one}" for one in self.mounts),
            *(f"fstab {one}" for one in self.fstab),
            f"kernel {self.kernel}",
            "link '/dev/disk/by-uuid/ab-cd' -> '../../vdb'",
            "link '/dev/disk/by-label/etcd' -> '../../vdb'",
            "link '/dev/disk/by-uuid/other' -> '../../vdc'",
            "link '/dev/mapper/vg-data' -> '../dm-0'",
            "block /sys/class/block/vda/dev:254:0",
            "block /sys/class/block/vdb/dev:254:16",
            "block /sys/class/block/vdc/dev:254:32",
            "block /sys/class/block/dm-0/dev:253:0",
            *(f"unit {one}" for one in self.units),
            *([f"content {content}"] if self.content else []),
            *self.access,
            "end",
        ]

    def look(self, **args: Any) -> Finding:
        here = world(nodes=[FakeNode("n1", prints("\n".join(self.lines())))])
        return here.look("mount", **({"node": "n1", "path": "/data"} | args))


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.mark.parametrize(
    "source", ["", "/dev/vdb", "UUID=ab-cd", "LABEL=etcd", "/dev/disk/by-uuid/ab-cd"]
)
@pytest.mark.parametrize(
    "line",
    [
        LINE,
        "UUID=ab-cd /data xfs",
        'LABEL="etcd"\t/data/\tauto\tnofail,x-systemd.device-timeout=5 0 0',
        "/dev/disk/by-label/etcd /data xfs noauto,x-systemd.automount",
    ],
)
def test_any_name_of_the_device_and_any_spelling_of_the_line_is_right(
    node: Node, source: str, line: str
) -> None:
    node.fstab = ["# /dev/vdz /data ext4 defaults", line]
    assert passes(node.look(source=source, fstype="xfs"))


def test_a_folder_that_is_no_mount_fails(node: Node) -> None:
    node.mounts = [ROOT]
    assert why(node.look()) == "nothing is mounted at n1:/data"
    assert passes(node.look(now=False))


def test_a_mount_that_is_only_now_fails(node: Node) -> None:
    node.fstab = ["#" + LINE]
    assert why(node.look()) == (
        "n1:/data is not mounted at the next start: neither /etc/fstab nor a unit names it"
    )
    assert passes(node.look(after_reboot=False))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/dev/vdb /data xfs noauto 0 0", "its line in /etc/fstab says noauto"),
        ("/dev/vdb /data xfs defaults,noauto", "says noauto"),
        ("UUID=no-such /data xfs", "there is no such device"),
        ("/dev/vdz /data xfs", "there is no such device"),
        ("/dev/vdb /data2 xfs", "neither /etc/fstab nor a unit names it"),
        (
            "UUID=other /data xfs",
            "the source of n1:/data after a reboot is not /dev/vdb: UUID=other",
        ),
        ("/dev/vdb /data ext4", "the file system of n1:/data after a reboot is not xfs: ext4"),
        ("/dev/vdb /data xfs ro", "is not rw: its options are defaults,ro"),
    ],
)
def test_a_line_that_mounts_nothing_or_something_else_fails(
    node: Node, line: str, reason: str
) -> None:
    node.fstab = [line]
    assert reason in why(node.look(source="/dev/vdb", fstype="xfs", options=["rw"]))


def test_the_first_of_two_lines_holds(node: Node) -> None:
    node.fstab = ["/dev/vdc /data xfs noauto", LINE]
    assert "says noauto" in why(node.look())


def test_a_masked_unit_disarms_its_line(node: Node) -> None:
    node.units = ["data.mount /dev/null"]
    assert "data.mount is masked" in why(node.look())


UNIT = "[Unit]\nDescription=x\n[Mount]\nWhat=/dev/vdb\nWhere=/data\nType=xfs\nOptions=noatime\n"


def test_an_enabled_unit_mounts_without_a_line(node: Node) -> None:
    node.fstab, node.content, node.units = [], UNIT, ["data.mount "]
    assert "data.mount is not enabled" in why(node.look())
    node.units.append("local-fs.target.wants/data.mount ../data.mount")
    assert passes(node.look(source="LABEL=etcd", fstype="xfs"))
    node.units = ["data.automount ", "multi-user.target.wants/data.automount ../data.automount"]
    assert passes(node.look())


def test_a_unit_of_the_administrator_overrules_the_line(node: Node) -> None:
    node.content = UNIT.replace("/dev/vdb", "/dev/vdc")
    assert "is not /dev/vdb: /dev/vdc" in why(node.look(source="/dev/vdb"))


def test_what_is_mounted_now_is_compared(node: Node) -> None:
    assert passes(node.look(source="/dev/vdb", fstype="xfs", options=["relatime", "rw", "suid"]))
    assert "now is not /dev/vdc: /dev/vdb" in why(node.look(source="/dev/vdc"))
    assert "now is not ext4: xfs" in why(node.look(fstype="ext4"))
    assert "now is not noexec: its options are" in why(node.look(options=["noexec"]))


def test_read_only_of_the_file_system_is_read_only(node: Node) -> None:
    node.mounts = [ROOT, DATA.removesuffix("rw,attr2") + "ro,attr2"]
    assert "is not rw" in why(node.look(options=["rw"]))
    assert passes(node.look(options=["ro"], after_reboot=False))
    assert why(node.look(writable=True)) == "n1:/data is not writable"
    node.mounts = [ROOT, DATA]
    node.access = ["write rmdir: '/data/.no-1': Read-only file system", "readable"]
    assert why(node.look(writable=True)) == "n1:/data is not writable"
    assert passes(node.look(writable=False, readable=True))


def test_the_mount_on_top_is_the_one_that_counts(node: Node) -> None:
    node.mounts.append("31 30 0:50 / /data rw - tmpfs tmpfs rw,size=65536k")
    assert "is not xfs: tmpfs" in why(node.look(fstype="xfs"))
    assert passes(node.look(fstype="tmpfs", options=["size=64M"], after_reboot=False))
    assert "size=1G" in why(node.look(options=["size=1G"], after_reboot=False))


def test_a_mount_hidden_below_a_later_one_is_not_met(node: Node) -> None:
    node.real = "/data/etcd"
    node.mounts = [
        ROOT,
        "30 23 254:16 / /data/etcd rw - xfs /dev/vdb rw",
        "31 23 0:50 / /data rw - tmpfs tmpfs rw",
    ]
    node.fstab = ["/dev/vdb /data/etcd xfs"]
    assert why(node.look(path="/data/etcd")) == "nothing is mounted at n1:/data/etcd"


def test_names_with_white_space_are_read(node: Node) -> None:
    node.real = "/my data"
    node.mounts = [ROOT, DATA.replace("/data", "/my\\040data")]
    node.fstab = ["/dev/vdb /my\\040data xfs"]
    assert passes(node.look(path="/my data"))


def test_a_path_through_a_link_is_where_it_leads(node: Node) -> None:
    node.real = "/run/lock"
    node.mounts = [
        ROOT,
        "28 23 0:23 / /run rw - tmpfs tmpfs rw",
        "29 28 0:24 / /run/lock rw - tmpfs t rw",
    ]
    assert passes(node.look(path="/var/lock", after_reboot=False))


def test_no_mount_is_asked_for(node: Node) -> None:
    assert why(node.look(mounted=False)) == "/dev/vdb (xfs) is mounted at n1:/data"
    node.mounts = [ROOT]
    assert "/etc/fstab mounts /dev/vdb at n1:/data" in why(node.look(mounted=False))
    node.fstab = ["/dev/vdb /data xfs noauto"]
    assert passes(node.look(mounted=False))


def test_the_kernel_can_be_told_to_ignore_fstab(node: Node) -> None:
    node.kernel += " fstab=no"
    assert "is not mounted at the next start" in why(node.look())


def test_network_file_systems_need_no_device(node: Node) -> None:
    node.mounts = [ROOT, "30 23 0:60 / /data rw - nfs4 10.0.0.1:/export rw,vers=4.2"]
    node.fstab = ["10.0.0.1:/export /data nfs4 _netdev"]
    assert passes(node.look(source="10.0.0.1:/export", fstype="nfs4"))


def test_a_node_that_says_nothing_is_unknown() -> None:
    for node in (
        FakeNode("n1", prints("")),
        FakeNode("n1", prints("end")),
        FakeNode("n1", lost=True),
    ):
        found = world(nodes=[node]).look("mount", node="n1", path="/data", mounted=False)
        assert found.verdict is Verdict.UNKNOWN


def test_the_script_reads_a_real_tree(tmp_path: Path) -> None:
    tree = TreeNode(tmp_path)
    tree.write("/proc/self/mountinfo", f"{ROOT}\n{DATA}\n")
    tree.write("/proc/cmdline", "root=/dev/vda\n")
    tree.write("/etc/fstab", LINE + "\n")
    tree.write("/etc/systemd/system/data.mount", UNIT)
    tree.link("/etc/systemd/system/local-fs.target.wants/data.mount", "../data.mount")
    tree.link("/dev/disk/by-label/etcd", "../../vdb")
    from grader.checks.mount import _SCRIPT

    result = tree.run(["sh", "-s", "/data", "data.mount"], stdin=_SCRIPT)
    found = _read("/data", result.stdout.splitlines())
    assert found is not None and found.mount is not None and found.planned is not None
    assert (found.mount.source, found.planned.where) == ("/dev/vdb", "data.mount")
    assert found.devices.links == {"/dev/disk/by-label/etcd": "../../vdb"}


@given(st.permutations(["ro", "noatime", "nosuid", "size=64M"]))
def test_the_order_of_options_does_not_matter(options: list[str]) -> None:
    mounts = parse_mountinfo(
        [f"1 0 0:1 / / {','.join(options[:2])} - tmpfs t {','.join(options[2:])}"]
    )
    assert not any(lacks_option(mounts[0].options, one) for one in [*options, "size=65536k"])
    assert all(lacks_option(mounts[0].options, one) for one in ("rw", "suid", "size=1M", "noexec"))
    assert mount_of(mounts, "/any/where") == mounts[0]


def test_the_last_of_two_opposite_options_holds() -> None:
    assert written_options("noexec,user,exec") == ["defaults", "nosuid", "nodev"]
    assert lacks_option(written_options("user"), "exec")


@pytest.mark.parametrize(
    ("path", "name"), [("/", "-"), ("/var/lib/etcd", "var-lib-etcd"), ("/a-b/.c", "a\\x2db-.c")]
)
def test_a_path_has_the_name_that_systemd_gives_it(path: str, name: str) -> None:
    assert escape_path(path) == name
