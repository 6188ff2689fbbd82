from pathlib import Path
from typing import Any

import pytest

from grader.nodes.configuration_folders import ConfigurationFile
from grader.nodes.sysctl_settings import proc_path, settings_at_start
from grader.verdict import Finding, Verdict
from tests.grader.fakes import FakeNode, TreeNode, passes, why, world

FORWARD = "net.ipv4.ip_forward"


@pytest.fixture
def node(tmp_path: Path) -> TreeNode:
    """Forwarding is on now; nothing says what it will be."""
    tree = TreeNode(tmp_path)
    tree.write("/proc/sys/net/ipv4/ip_forward", "1\n")
    tree.write("/proc/cmdline", "root=/dev/vda\n")
    return tree


def look(node: TreeNode, **args: Any) -> Finding:
    return world(nodes=[node]).look("sysctl", node="n1", values={FORWARD: 1}, **args)


def test_now_alone_does_not_last(node: TreeNode) -> None:
    assert passes(look(node, after_reboot=False))
    assert why(look(node)) == f"{FORWARD} is set in no file that n1 reads at its next start"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/sysctl.d/k8s.conf",
        "/etc/sysctl.d/99-any-name.conf",
        "/run/sysctl.d/a.conf",
        "/usr/lib/sysctl.d/a.conf",
        "/usr/local/lib/sysctl.d/a.conf",
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        f"{FORWARD}=1",
        f"{FORWARD} = 1",
        "net/ipv4/ip_forward = 1",
        f"  -{FORWARD}=1",
        f"#\n;\n{FORWARD}=1",
    ],
)
def test_any_folder_name_and_spelling_lasts(node: TreeNode, path: str, line: str) -> None:
    node.write(path, f"{line}\n")
    assert passes(look(node))


def test_a_setting_that_is_not_in_force_now_fails(node: TreeNode) -> None:
    node.write("/proc/sys/net/ipv4/ip_forward", "0\n")
    node.write("/etc/sysctl.d/k8s.conf", f"{FORWARD}=1")
    assert why(look(node)) == f"{FORWARD} is 0 on n1 now, not 1"
    assert passes(look(node, now=False))


def test_a_parameter_whose_module_is_not_loaded_fails(node: TreeNode) -> None:
    key = "net.bridge.bridge-nf-call-iptables"
    found = world(nodes=[node]).look("sysctl", node="n1", values={key: 1})
    assert why(found) == f"n1 has no kernel parameter {key} now; is its module loaded?"


def test_a_comment_is_no_setting(node: TreeNode) -> None:
    node.write("/etc/sysctl.d/k8s.conf", f"# {FORWARD}=1\n")
    assert "is set in no file" in why(look(node))


def test_a_file_without_the_ending_is_not_read(node: TreeNode) -> None:
    node.write("/etc/sysctl.d/k8s", f"{FORWARD}=1\n")
    assert "is set in no file" in why(look(node))


def test_the_last_file_by_name_has_the_last_word(node: TreeNode) -> None:
    node.write("/etc/sysctl.d/10-k8s.conf", f"{FORWARD}=1\n")
    node.write("/usr/lib/sysctl.d/50-default.conf", f"{FORWARD}=0\n")
    assert why(look(node)) == (
        "/usr/lib/sysctl.d/50-default.conf has the last word at the next start: "
        f"{FORWARD} becomes 0, not 1"
    )


def test_a_file_in_etc_stands_before_its_namesake(node: TreeNode) -> None:
    node.write("/usr/lib/sysctl.d/50-net.conf", f"{FORWARD}=0\n")
    node.write("/etc/sysctl.d/50-net.conf", f"{FORWARD}=1\n")
    assert passes(look(node))


@pytest.mark.parametrize("target", ["/dev/null", "/no/such/file"])
def test_a_mask_hides_its_namesake(node: TreeNode, target: str) -> None:
    node.write("/usr/lib/sysctl.d/50-net.conf", f"{FORWARD}=1\n")
    node.link("/etc/sysctl.d/50-net.conf", target)
    assert "is set in no file" in why(look(node))


def test_sysctl_conf_counts_only_by_its_link(node: TreeNode) -> None:
    node.write("/etc/sysctl.conf", f"{FORWARD}=1\n")
    assert "is set in no file" in why(look(node))
    node.link("/etc/sysctl.d/99-sysctl.conf", "../sysctl.conf")
    assert passes(look(node))


def test_a_masked_service_sets_nothing(node: TreeNode) -> None:
    node.write("/etc/sysctl.d/k8s.conf", f"{FORWARD}=1\n")
    node.program("systemctl", "echo masked")
    assert "systemd-sysctl.service is masked" in why(look(node))


def files(*texts: str) -> list[ConfigurationFile]:
    return [ConfigurationFile(f"/etc/sysctl.d/{n}.conf", text) for n, text in enumerate(texts)]


def value(*texts: str, key: str = "net.ipv4.conf.eth0.rp_filter") -> str | None:
    setting = settings_at_start(files(*texts), key)
    return setting.value if setting else None


def test_a_pattern_sets_what_is_not_named_outright() -> None:
    assert value("net.ipv4.conf.*.rp_filter = 2") == "2"
    assert value("net.ipv4.conf.eth0.rp_filter = 1", "net.ipv4.conf.*.rp_filter = 2") == "1"
    assert value("net.ipv4.conf.*.rp_filter = 2", "-net.ipv4.conf.eth0.rp_filter") is None
    assert value("net.ipv4.*.rp_filter = 2") is None


def test_the_first_separator_tells_the_spelling() -> None:
    assert proc_path("net/ipv4/conf/eth0.100/forwarding") == "net/ipv4/conf/eth0.100/forwarding"
    assert proc_path("net.ipv4.conf.eth0/100.forwarding") == "net/ipv4/conf/eth0.100/forwarding"


def test_two_names_of_one_parameter_are_one(node: TreeNode) -> None:
    node.write("/etc/sysctl.d/k8s.conf", "net.ipv4.conf.all.forwarding=1")
    assert passes(look(node))
    node.write("/etc/sysctl.d/z.conf", "net.ipv4.conf.all.forwarding = 0")
    assert "/etc/sysctl.d/z.conf has the last word" in why(look(node))


def test_the_kernels_command_line_holds_where_no_file_says_otherwise(node: TreeNode) -> None:
    node.write("/proc/cmdline", f"root=/dev/vda sysctl.{FORWARD}=1\n")
    assert passes(look(node))
    node.program("systemctl", "echo masked")
    assert passes(look(node))
    node.program("systemctl", "echo static")
    node.write("/etc/sysctl.d/k8s.conf", f"{FORWARD}=0")
    assert "has the last word" in why(look(node))


def test_white_space_inside_a_value_does_not_count(tmp_path: Path) -> None:
    tree = TreeNode(tmp_path)
    tree.write("/proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n")
    values = {"net.ipv4.tcp_rmem": "4096 131072 6291456"}
    found = world(nodes=[tree]).look("sysctl", node="n1", values=values, after_reboot=False)
    assert passes(found)


def test_a_lost_node_is_unknown() -> None:
    here = world(nodes=[FakeNode("n1", lost=True)])
    assert here.look("sysctl", node="n1", values={FORWARD: 1}).verdict is Verdict.UNKNOWN
