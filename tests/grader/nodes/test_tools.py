import hashlib
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from cluster.node import CommandResult, NodeUnreachable
from cluster.toolbox import toolbox_file
from grader.nodes import tools
from tests.grader.fakes import FakeNode, prints, world


class Rooted:
    """Runs our scripts by this machine's programs on files below a folder."""

    name = "n1"

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mounts: list[str] = []

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60) -> CommandResult:
        table = self.root / "mountinfo"
        table.write_text(
            "".join(f"9 1 0:1 /usr/bin/true {place} rw - x x rw\n" for place in self.mounts)
        )
        words = [f"{self.root}{word}" if word[0] == "/" else word for word in argv]
        assert words[:2] == ["sh", "-s"]
        done = subprocess.run(
            [str(toolbox_file()), *words],
            input=stdin.replace("/proc/self/mountinfo", str(table)).replace(
                "/var/lib/dpkg/info", str(self.root / "info")
            ),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return CommandResult(done.returncode, done.stdout.replace(str(self.root), ""), done.stderr)

    def inspect(
        self, script: str, arguments: Sequence[str] = (), *, timeout: float = 60.0
    ) -> CommandResult:
        return self.run(["sh", "-s", *arguments], stdin=script, timeout=timeout)


@pytest.fixture
def node(tmp_path: Path) -> Rooted:
    for name in tools.PROGRAMS:
        program = tmp_path / "usr/bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"the real {name}")
    for name in ("sbin", "bin"):
        (tmp_path / name).symlink_to("usr/bin")
    return Rooted(tmp_path)


def capture(node: Any) -> dict[str, Any]:
    return tools.capture(world(nodes=[node]).around().round, "n1")


def replaced(node: Any, before: dict[str, Any]) -> str:
    return tools.replaced(world(nodes=[node]).around().round, "n1", before)


def test_nothing_has_changed(node: Rooted) -> None:
    assert replaced(node, capture(node)) == ""


def overwrite(root: Path) -> None:
    (root / "usr/bin/systemctl").write_text("echo active")


def divert(root: Path) -> None:
    (root / "usr/bin/systemctl").rename(root / "usr/bin/systemctl.distrib")
    (root / "usr/bin/systemctl").write_text("echo active")


def link(root: Path) -> None:
    (root / "usr/bin/systemctl").unlink()
    (root / "usr/bin/systemctl").symlink_to(root / "usr/bin/sh")


def keep_the_time(root: Path) -> None:
    program = root / "usr/bin/systemctl"
    before = program.stat()
    program.write_text("echo ACTIVE  sys"[: before.st_size])
    os.utime(program, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [overwrite, divert, link, keep_the_time])
def test_a_replaced_program_is_named(node: Rooted, change: Callable[[Path], None]) -> None:
    before = capture(node)
    change(node.root)
    assert replaced(node, before) == (
        "/usr/bin/systemctl has been replaced on n1 since the lab began, "
        "so what n1 says proves nothing"
    )


def test_a_program_of_the_same_name_that_is_found_first_is_named(node: Rooted) -> None:
    before = capture(node)
    shadow = node.root / "usr/sbin/systemctl"
    shadow.parent.mkdir()
    shadow.write_text("echo active")
    assert "/usr/sbin/systemctl has appeared on n1" in replaced(node, before)


def test_a_program_that_is_gone_is_named(node: Rooted) -> None:
    before = capture(node)
    (node.root / "usr/bin/socat").unlink()
    assert "/usr/bin/socat is gone on n1" in replaced(node, before)


@pytest.mark.parametrize("file", ["etc/ld.so.preload"])
def test_what_loads_code_into_every_program_is_named(node: Rooted, file: str) -> None:
    before = capture(node)
    (node.root / file).parent.mkdir()
    (node.root / file).write_text("/root/evil.so\n")
    assert f"/{file} has appeared" in replaced(node, before)


@pytest.mark.parametrize("place", ["/usr/bin/systemctl", "/usr/bin", "/proc/swaps", "/proc/825"])
def test_a_mount_over_programs_or_over_what_the_kernel_says_is_named(
    node: Rooted, place: str
) -> None:
    before = capture(node)
    node.mounts = ["/", "/proc", "/mnt/usr/bin", "/var/lib/kubelet/pods/x/volumes/proc/y"]
    assert replaced(node, before) == ""
    node.mounts.append(place)
    assert f"mounted over {place} on n1" in replaced(node, before)


def test_a_mount_of_the_setup_is_no_surprise(node: Rooted) -> None:
    node.mounts = ["/proc/sys/fs/binfmt_misc", "/usr/share/lab"]
    assert replaced(node, capture(node)) == ""


def bring(root: Path, path: str, text: str) -> None:
    """A package brings a file; its list names it as the script will find it."""
    (root / path).write_text(text)
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    (root / "info").mkdir(exist_ok=True)
    (root / "info/new.md5sums").write_text(f"{digest}  {str(root / path)[1:]}\n")


def test_what_a_package_brings_or_renews_is_right(node: Rooted) -> None:
    (node.root / "usr/bin/socat").unlink()
    before = capture(node)
    bring(node.root, "usr/bin/socat", "new")
    assert replaced(node, before) == ""
    bring(node.root, "usr/bin/curl", "newer")
    (node.root / "usr/bin/socat").write_text("not from a package")
    assert "/usr/bin/socat has appeared" in replaced(node, before)


def test_putting_back_what_the_package_brought_mends_it(node: Rooted) -> None:
    before = capture(node)
    divert(node.root)
    assert "systemctl has been replaced" in replaced(node, before)
    bring(node.root, "usr/bin/systemctl", "the real systemctl")
    assert replaced(node, before) == ""


def test_another_folder_of_programs_is_named(node: Rooted) -> None:
    before = capture(node)
    (node.root / "sbin").unlink()
    (node.root / "sbin").mkdir()
    assert "/sbin has been replaced" in replaced(node, before)


def test_a_new_program_beside_them_is_nobodys_business(node: Rooted) -> None:
    before = capture(node)
    (node.root / "usr/bin/crictl").write_text("new")
    assert replaced(node, before) == ""


def test_a_node_that_cannot_be_looked_at_raises() -> None:
    with pytest.raises(tools.ToolsUnreadable):
        capture(FakeNode("n1", prints("")))
    with pytest.raises(NodeUnreachable):
        capture(FakeNode("n1", lost=True))
