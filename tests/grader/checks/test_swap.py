from pathlib import Path
from typing import Any

import pytest

from grader.checks.swap import unit_name
from grader.verdict import Finding, Verdict
from tests.grader.fakes import FakeNode, TreeNode, passes, prints, why, world

HEADER = "Filename Type Size Used Priority\n"


@pytest.fixture
def node(tmp_path: Path) -> TreeNode:
    """Swap is off now, and nothing turns it on."""
    tree = TreeNode(tmp_path)
    tree.write("/proc/swaps", HEADER)
    tree.write("/proc/cmdline", "root=/dev/vda\n")
    tree.write("/etc/fstab", "/dev/vda / ext4 defaults 0 1\n")
    return tree


def look(node: TreeNode, **args: Any) -> Finding:
    return world(nodes=[node]).look("swap", node="n1", **args)


def fstab(node: TreeNode, line: str) -> None:
    node.write("/etc/fstab", f"/dev/vda / ext4 defaults 0 1\n{line}\n")


def test_no_swap_passes(node: TreeNode) -> None:
    assert passes(look(node))


def test_swap_in_use_fails(node: TreeNode) -> None:
    node.write("/proc/swaps", f"{HEADER}/swapfile file 524284 0 -2\n")
    assert why(look(node)) == "swap is in use on n1: /swapfile"
    assert passes(look(node, now=False))


def test_swapoff_alone_does_not_last(node: TreeNode) -> None:
    fstab(node, "/swapfile none swap sw 0 0")
    assert why(look(node)) == ("n1 turns swap on again at its next start: /swapfile in /etc/fstab")
    assert passes(look(node, after_reboot=False))


@pytest.mark.parametrize(
    "line",
    [
        "#/swapfile none swap sw 0 0",
        "  # /swapfile none swap sw",
        "/swapfile none swap noauto 0 0",
        "/swapfile none swap sw,noauto",
        "/dev/vdb /swap ext4 defaults 0 0",
    ],
)
def test_an_fstab_line_that_turns_nothing_on_is_right(node: TreeNode, line: str) -> None:
    fstab(node, line)
    assert passes(look(node))


@pytest.mark.parametrize(
    "line", ["/dev/vdb none swap", "UUID=a-1\tnone\tswap\tdefaults,nofail\t0 0"]
)
def test_an_fstab_line_in_any_spelling_is_found(node: TreeNode, line: str) -> None:
    fstab(node, line)
    assert "turns swap on again" in why(look(node))


def test_a_masked_unit_disarms_its_line(node: TreeNode) -> None:
    fstab(node, "/dev/vdb none swap sw 0 0")
    node.link("/etc/systemd/system/dev-vdb.swap", "/dev/null")
    assert passes(look(node))


def test_a_masked_target_or_the_kernel_command_line_turns_all_of_it_off(node: TreeNode) -> None:
    fstab(node, "/dev/vdb none swap sw 0 0")
    node.write("/proc/cmdline", "root=/dev/vda systemd.swap=0\n")
    assert passes(look(node))
    node.write("/proc/cmdline", "root=/dev/vda\n")
    node.link("/etc/systemd/system/swap.target", "/dev/null")
    assert passes(look(node))


def test_an_enabled_unit_turns_swap_on(node: TreeNode) -> None:
    node.write("/etc/systemd/system/swapfile.swap", "[Swap]\nWhat=/swapfile\n")
    assert passes(look(node))
    node.link("/etc/systemd/system/swap.target.wants/swapfile.swap", "../swapfile.swap")
    assert "swapfile.swap in systemd (swap.target.wants)" in why(look(node))


def test_zram_turns_swap_on_where_its_generator_is(node: TreeNode) -> None:
    node.write("/etc/systemd/zram-generator.conf", "[zram0]\nzram-size = ram / 2\n")
    assert passes(look(node))
    generator = node.write("/usr/lib/systemd/system-generators/zram-generator", "")
    generator.chmod(0o755)
    assert "[zram0] in zram-generator.conf" in why(look(node))


@pytest.mark.parametrize(
    ("device", "unit"),
    [
        ("/dev/vdb", "dev-vdb.swap"),
        ("/swap.img", "swap.img.swap"),
        ("/mnt/my swap", "mnt-my\\x20swap.swap"),
        ("UUID=ab-cd", "dev-disk-by\\x2duuid-ab\\x2dcd.swap"),
        ('LABEL="s"', "dev-disk-by\\x2dlabel-s.swap"),
    ],
)
def test_a_device_has_the_unit_that_systemd_escape_makes(device: str, unit: str) -> None:
    assert unit_name(device) == unit


@pytest.mark.parametrize("lost", [True, False])
def test_a_node_that_does_not_tell_is_unknown(lost: bool) -> None:
    here = world(nodes=[FakeNode("n1", prints(""), lost=lost)])
    assert here.look("swap", node="n1").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("service", ["zramswap.service", "dphys-swapfile.service"])
def test_a_service_that_makes_swap_turns_it_on(node: TreeNode, service: str) -> None:
    node.write(f"/usr/lib/systemd/system/{service}", "[Service]\n")
    assert passes(look(node))
    node.link(f"/etc/systemd/system/multi-user.target.wants/{service}", f"../{service}")
    assert f"{service} in systemd (multi-user.target.wants)" in why(look(node))
