from pathlib import Path
from typing import Any

import pytest

from grader.verdict import Finding, Verdict
from tests.grader.fakes import FakeNode, TreeNode, passes, prints, why, world


def paragraph(name: str, status: str, version: str, *more: str) -> str:
    lines = [f"Package: {name}", f"Status: {status}", "Architecture: amd64", f"Version: {version}"]
    return "\n".join([*lines, *more, "Description: x", " Package: kubelet", " .", "", ""])


DPKG = paragraph("dpkg", "install ok installed", "1.21.22")
INSTALLED = "install ok installed"


@pytest.fixture
def node(tmp_path: Path) -> TreeNode:
    return TreeNode(tmp_path)


def look(node: TreeNode, *paragraphs: str, **args: Any) -> Finding:
    node.write("/var/lib/dpkg/status", "".join([DPKG, *paragraphs]))
    return world(nodes=[node]).look("package", **({"node": "n1", "name": "kubelet"} | args))


def test_an_installed_package_passes_also_when_it_is_held(node: TreeNode) -> None:
    assert passes(look(node, paragraph("kubelet", INSTALLED, "1.31.4-1.1")))
    assert passes(look(node, paragraph("kubelet", "hold ok installed", "1.31.4-1.1")))


@pytest.mark.parametrize(
    "status",
    [
        "deinstall ok config-files",
        "purge ok not-installed",
        "install ok half-configured",
        "install ok unpacked",
        "install reinstreq installed",
        "install ok triggers-pending",
        "deinstall ok installed",
    ],
)
def test_nothing_but_installed_is_installed(node: TreeNode, status: str) -> None:
    found = look(node, paragraph("kubelet", status, "1.31.4-1.1"))
    assert why(found) == f"kubelet is not installed on n1: dpkg says {status} 1.31.4-1.1"


def test_a_package_that_dpkg_never_heard_of(node: TreeNode) -> None:
    assert why(look(node)) == "kubelet is not installed on n1"
    assert passes(look(node, state="absent"))
    assert passes(look(node, state="purged"))


def test_a_longer_name_is_another_package(node: TreeNode) -> None:
    assert "is not installed" in why(look(node, paragraph("kubelet-extra", INSTALLED, "1")))
    odd = paragraph("libstdc++6", INSTALLED, "12.2.0-14+deb12u1")
    assert passes(look(node, odd, name="libstdc++6"))
    assert "is not installed" in why(
        look(node, paragraph("dockerXio", INSTALLED, "1"), name="docker.io")
    )


def test_configuration_that_is_left_is_absent_and_not_purged(node: TreeNode) -> None:
    left = paragraph("kubelet", "deinstall ok config-files", "1.31.4-1.1")
    assert passes(look(node, left, state="absent"))
    assert "is not purged on n1: dpkg says deinstall ok config-files" in why(
        look(node, left, state="purged")
    )
    there = paragraph("kubelet", INSTALLED, "1")
    assert "is not absent" in why(look(node, there, state="absent"))


@pytest.mark.parametrize(
    "asked",
    [
        {"version": "1.31.10-1.1"},
        {"version": "0:1.31.10-1.1"},
        {"upstream": "1.31.10"},
        {"at_least": "1.31.9"},
        {"at_least": "1.31.10~rc1", "less_than": "1.32~"},
    ],
)
def test_versions_are_compared_as_debian_does(node: TreeNode, asked: dict[str, str]) -> None:
    assert passes(look(node, paragraph("kubelet", INSTALLED, "1.31.10-1.1"), **asked))


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"version": "1.31.10"}, "has version 1.31.10-1.1, not 1.31.10"),
        ({"upstream": "1.31.1"}, "not upstream version 1.31.1"),
        ({"at_least": "1.31.11"}, "not at least 1.31.11"),
        ({"less_than": "1.31.9"}, "not less than 1.31.9"),
        ({"at_least": "1:1.0"}, "not at least 1:1.0"),
    ],
)
def test_a_wrong_version_is_named(node: TreeNode, asked: dict[str, str], reason: str) -> None:
    found = look(node, paragraph("kubelet", INSTALLED, "1.31.10-1.1"), **asked)
    assert reason in why(found)


def test_held_is_a_state_of_its_own(node: TreeNode) -> None:
    held = paragraph("kubelet", "hold ok installed", "1")
    assert passes(look(node, held, held=True))
    assert why(look(node, held, held=False)) == "kubelet is held on n1"
    free = paragraph("kubelet", INSTALLED, "1")
    assert why(look(node, free, held=True)) == "kubelet is not held on n1"


def test_the_journal_has_the_last_word(node: TreeNode) -> None:
    node.write("/var/lib/dpkg/updates/0001", paragraph("kubelet", "install ok unpacked", "2"))
    assert "unpacked 2" in why(look(node, paragraph("kubelet", INSTALLED, "1")))


def test_one_architecture_can_be_asked_for(node: TreeNode) -> None:
    there = paragraph("kubelet", INSTALLED, "1")
    assert passes(look(node, there, name="kubelet:amd64"))
    assert "is not installed" in why(look(node, there, name="kubelet:arm64"))


def test_no_records_are_unknown_also_where_absence_is_asked_for(tmp_path: Path) -> None:
    here = world(nodes=[TreeNode(tmp_path)])
    assert here.look("package", node="n1", name="x", state="absent").verdict is Verdict.UNKNOWN
    for node in (FakeNode("n1", prints("")), FakeNode("n1", lost=True)):
        found = world(nodes=[node]).look("package", node="n1", name="x", state="absent")
        assert found.verdict is Verdict.UNKNOWN


def test_what_is_no_version_is_the_labs_fault(node: TreeNode) -> None:
    found = look(node, paragraph("kubelet", INSTALLED, "1"), at_least="latest")
    assert found.verdict is Verdict.UNKNOWN
    assert "the lab is at fault" in found.evidence.why
