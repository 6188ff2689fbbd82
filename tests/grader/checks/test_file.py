import os
from pathlib import Path
from typing import Any

from grader.checks.file import baseline
from grader.verdict import Finding, Verdict
from labs.checks.file import FileCheck
from tests.grader.fakes import FakeNode, TreeNode, passes, prints, why, world


def look(path: Path | str, before: Any = None, **args: Any) -> Finding:
    here = world(nodes=[TreeNode(Path("/nowhere"))])
    return here.look("file", before, node="n1", path=str(path), **args)


def test_a_file_is_there_or_is_not(tmp_path: Path) -> None:
    assert passes(look(tmp_path))
    assert why(look(tmp_path / "x")) == f"n1:{tmp_path}/x does not exist"
    assert passes(look(tmp_path / "x", exists=False))
    assert "still exists" in why(look(tmp_path, exists=False))


def test_a_path_through_a_file_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    assert passes(look(tmp_path / "f" / "x", exists=False))


def test_a_name_with_odd_characters_is_looked_at(tmp_path: Path) -> None:
    odd = tmp_path / "-a b'$(x)\"é"
    odd.write_text("x")
    assert passes(look(odd, content="x"))


def test_mode_is_compared_as_a_number(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("")
    file.chmod(0o600)
    assert passes(look(file, mode="0600"))
    assert passes(look(file, mode="600"))
    assert why(look(file, mode="0644")) == f"the mode of n1:{file} is 600, not 644"


def test_the_owner_is_compared(tmp_path: Path) -> None:
    import pwd

    me = pwd.getpwuid(os.getuid()).pw_name
    assert passes(look(tmp_path, owner=me))
    assert f"is {me}, not daemon" in why(look(tmp_path, owner="daemon"))


def test_the_kind_is_that_of_what_a_link_leads_to(tmp_path: Path) -> None:
    file, link, lost = tmp_path / "f", tmp_path / "l", tmp_path / "lost"
    file.write_text("")
    link.symlink_to(file)
    lost.symlink_to(tmp_path / "nothing")
    assert passes(look(link, kind="file"))
    assert passes(look(link, kind="symlink"))
    assert why(look(file, kind="symlink")).endswith("is a file, not a symlink")
    assert why(look(tmp_path, kind="file")).endswith("is a directory, not a file")
    assert why(look(lost)).endswith("is a symbolic link to nothing")
    assert "still exists" in why(look(lost, exists=False))


def test_content_is_compared_as_text(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("v2\n")
    assert passes(look(file, content="v2"))
    assert passes(look(file, content={"matches": r"^v\d$"}))
    assert "content is v2, not v3" in why(look(file, content="v3"))


def test_an_anchored_pattern_is_about_the_whole_content(tmp_path: Path) -> None:
    file = tmp_path / "hostname"
    file.write_text("other\nk8s-node1\n")
    assert "does not match" in why(look(file, content={"matches": r"^k8s-node1\s*$"}))


def test_an_empty_file_has_no_content(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("")
    assert "does not contain" in why(look(file, content={"contains": "revision"}))


def test_content_is_compared_by_path_in_its_format(tmp_path: Path) -> None:
    yaml, toml, ini = tmp_path / "y", tmp_path / "t", tmp_path / "i"
    yaml.write_text("kind: A\n---\nkind: B\nspec: {cgroupDriver: systemd}\n")
    toml.write_text('version = 2\n[plugins."io.x".options]\nSystemdCgroup = true\n')
    ini.write_text("TOP = 1\n[Service]\nExecStart=\nExecStart=/usr/bin/kubelet\n")
    assert passes(look(yaml, yaml={"[kind=B].spec.cgroupDriver": "systemd"}))
    assert passes(look(toml, toml={'plugins."io.x".options.SystemdCgroup': True}))
    assert passes(look(ini, ini={"Service.ExecStart": "/usr/bin/kubelet", "TOP": 1}))
    assert "not 3" in why(look(toml, toml={"version": 3}))
    yaml.write_text('{"kind": "A"}')
    assert passes(look(yaml, json={"kind": "A"}))


def test_content_that_is_not_in_its_format_fails(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("a: [")
    for name in ("yaml", "json", "toml"):
        assert f"it is not {name.upper()}" in why(look(file, **{name: {"a": 1}}))


def test_a_file_must_be_newer_than_the_baseline(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("old")
    os.utime(file, ns=(1, 1_000_000_000))
    here = world(nodes=[TreeNode(tmp_path)])
    args: dict[str, Any] = {"node": "n1", "path": str(file), "newer_than_baseline": True}
    before = baseline(FileCheck(**args), here.around())
    assert "has not been written since" in why(look(file, before, newer_than_baseline=True))
    os.utime(file, ns=(1, 1_000_000_001))
    assert passes(look(file, before, newer_than_baseline=True))
    assert passes(look(file, {}, newer_than_baseline=True))
    assert look(file, newer_than_baseline=True).verdict is Verdict.UNKNOWN


def test_a_lost_node_is_unknown_also_where_absence_is_asked_for() -> None:
    here = world(nodes=[FakeNode("n1", lost=True)])
    found = here.look("file", node="n1", path="/x", exists=False)
    assert found.verdict is Verdict.UNKNOWN


def test_a_node_that_says_nothing_is_unknown() -> None:
    here = world(nodes=[FakeNode("n1", prints("", 127))])
    assert here.look("file", node="n1", path="/x", exists=False).verdict is Verdict.UNKNOWN
