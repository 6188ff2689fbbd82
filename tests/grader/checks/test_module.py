from pathlib import Path
from typing import Any

import pytest

from grader.verdict import Finding, Verdict
from tests.grader.fakes import FakeNode, TreeNode, passes, prints, why, world


@pytest.fixture
def node(tmp_path: Path) -> TreeNode:
    tree = TreeNode(tmp_path)
    tree.write("/proc/modules", "br_netfilter 32768 0 - Live 0x0\noverlay 151552 8 - Live 0x0\n")
    tree.write("/proc/cmdline", "root=/dev/vda\n")
    tree.write("/proc/sys/kernel/osrelease", "6.1.0\n")
    tree.write("/proc/sys/kernel/osrelease", "6.1.0\n")
    tree.write("/lib/modules/6.1.0/modules.builtin", "kernel/fs/ext4/ext4.ko\n")
    return tree


def look(node: TreeNode, *names: str, **args: Any) -> Finding:
    return world(nodes=[node]).look("module", node="n1", names=list(names), **args)


def test_a_loaded_module_is_there_now(node: TreeNode) -> None:
    assert passes(look(node, "br_netfilter", "overlay", after_reboot=False))
    assert why(look(node, "ip_vs")) == "the module ip_vs is not loaded on n1 now"


def test_loaded_by_hand_does_not_last(node: TreeNode) -> None:
    assert why(look(node, "overlay")) == (
        "the module overlay is not loaded at the next start: "
        "no file in modules-load.d of n1 names it"
    )


@pytest.mark.parametrize("folder", ["/etc", "/run", "/usr/lib", "/usr/local/lib"])
def test_a_file_in_any_folder_lasts(node: TreeNode, folder: str) -> None:
    node.write(f"{folder}/modules-load.d/whatever.conf", "# for pods\noverlay\nbr-netfilter\n")
    assert passes(look(node, "overlay", "br_netfilter"))


def test_a_file_without_the_ending_is_not_read(node: TreeNode) -> None:
    node.write("/etc/modules-load.d/k8s", "overlay\n")
    assert "no file in modules-load.d" in why(look(node, "overlay"))


def test_a_comment_loads_nothing(node: TreeNode) -> None:
    node.write("/etc/modules-load.d/k8s.conf", "#overlay\n;overlay\n")
    assert "no file in modules-load.d" in why(look(node, "overlay"))


def test_etc_modules_counts_by_its_link(node: TreeNode) -> None:
    node.write("/etc/modules", "overlay\n")
    assert "no file" in why(look(node, "overlay"))
    node.link("/etc/modules-load.d/modules.conf", "../modules")
    assert passes(look(node, "overlay"))


def test_the_kernel_command_line_counts(node: TreeNode) -> None:
    node.write("/proc/cmdline", "root=/dev/vda modules-load=overlay,ip_vs\n")
    assert passes(look(node, "overlay"))


def test_a_built_in_module_is_there_now_and_later(node: TreeNode) -> None:
    assert passes(look(node, "ext4"))


def test_a_mask_hides_its_namesake_and_a_masked_service_loads_nothing(node: TreeNode) -> None:
    node.write("/usr/lib/modules-load.d/k8s.conf", "overlay\n")
    node.link("/etc/modules-load.d/k8s.conf", "/dev/null")
    assert "no file" in why(look(node, "overlay"))
    node.write("/etc/modules-load.d/more.conf", "overlay\n")
    assert passes(look(node, "overlay"))
    node.program("systemctl", "echo masked")
    assert "systemd-modules-load.service is masked" in why(look(node, "overlay"))


@pytest.mark.parametrize("lost", [True, False])
def test_a_node_that_does_not_tell_is_unknown(lost: bool) -> None:
    here = world(nodes=[FakeNode("n1", prints(""), lost=lost)])
    assert here.look("module", node="n1", names=["overlay"]).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "line", ["blacklist overlay", "install overlay /bin/true", "install overlay /usr/bin/false"]
)
def test_a_forbidden_module_is_not_loaded_though_a_file_names_it(node: TreeNode, line: str) -> None:
    node.write("/etc/modules-load.d/k8s.conf", "overlay\n")
    node.write("/etc/modprobe.d/cis.conf", f"# x\n{line}\n")
    assert why(look(node, "overlay")) == (
        "the module overlay is not loaded at the next start: /etc/modprobe.d/cis.conf forbids it"
    )
    assert passes(look(node, "overlay", after_reboot=False))


def test_the_kernels_command_line_can_forbid_a_module(node: TreeNode) -> None:
    node.write("/etc/modules-load.d/k8s.conf", "overlay\n")
    node.write("/proc/cmdline", "root=/dev/vda module_blacklist=floppy,overlay\n")
    assert "the kernel's command line forbids it" in why(look(node, "overlay"))


def test_other_lines_of_modprobe_forbid_nothing(node: TreeNode) -> None:
    node.write("/etc/modules-load.d/k8s.conf", "overlay\n")
    node.write(
        "/etc/modprobe.d/a.conf", "options overlay x=1\nblacklist overlay2\nalias a overlay\n"
    )
    assert passes(look(node, "overlay"))
