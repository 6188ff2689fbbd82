import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from grader.checks.etcd_snapshot import baseline
from grader.verdict import Finding, Verdict
from labs.checks.etcd_snapshot import EtcdSnapshotCheck
from tests.grader.checks.test_etcd import Etcd
from tests.grader.fakes import FakeNode, TreeNode, passes, why, world

SNAPSHOT = "/opt/backup/etcd.db"
_READER = """
[ "$1 $2" = "snapshot status" ] || exit 9
cat "$HOME/facts"
"""


def database(pages: int = 4) -> bytes:
    meta = b"\0" * 16 + bytes.fromhex("edda0ced")
    return meta + b"x" * (pages * 4096 - len(meta))


def whole() -> bytes:
    return database() + hashlib.sha256(database()).digest()


@pytest.fixture
def node(tmp_path: Path) -> TreeNode:
    tree = TreeNode(tmp_path)
    tree.program("etcdutl", _READER)
    facts = {"hash": 7, "revision": 600, "totalKey": 420, "totalSize": 16384}
    tree.write("facts", json.dumps(facts))
    save(tree, whole())
    return tree


def save(tree: TreeNode, content: bytes) -> None:
    tree.write(SNAPSHOT, "").write_bytes(content)


def look(tree: Any, before: Any = None, **args: Any) -> Finding:
    path = f"{tree.root}{SNAPSHOT}" if isinstance(tree, TreeNode) else SNAPSHOT
    here = world(nodes=[tree])
    return here.look("etcd_snapshot", before, node="n1", **{"path": path, **args})


def test_a_whole_snapshot_passes_and_is_counted(node: TreeNode) -> None:
    assert passes(look(node, min_keys=420))
    assert "holds only 420 keys" in why(look(node, min_keys=421))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"backup done\n", "is not an etcd database"),
        (whole()[:5000], "has 5000 bytes and no checksum at its end"),
        (database(), "or a copy of etcd's own file rather than a snapshot"),
        (whole()[: 4096 * 2 + 32], "does not fit the checksum at its end: it is broken"),
        (whole().replace(b"xxxx", b"xxxy", 1), "does not fit the checksum at its end"),
    ],
)
def test_a_file_that_cannot_be_restored_from_fails(
    node: TreeNode, content: bytes, reason: str
) -> None:
    save(node, content)
    assert reason in why(look(node))


def test_no_file_or_a_directory_fails(node: TreeNode) -> None:
    assert why(look(node, path="/nowhere/x.db")) == "n1:/nowhere/x.db does not exist"
    assert "is not a file" in why(look(node, path=str(node.root)))


def test_a_database_that_the_tool_cannot_read_fails(node: TreeNode) -> None:
    node.write("facts", "Error: snapshot file integrity check failed")
    assert "etcdctl cannot read it: Error: snapshot file integrity" in why(look(node))


def test_a_snapshot_from_before_the_lab_fails(node: TreeNode) -> None:
    assert passes(look(node, {"revision": 599}, newer_than_baseline=True))
    found = look(node, {"revision": 600}, newer_than_baseline=True)
    assert "was taken before the lab began: it ends at revision 600" in why(found)
    assert look(node, newer_than_baseline=True).verdict is Verdict.UNKNOWN


def test_what_it_holds_is_told_by_etcds_history(tmp_path: Path) -> None:
    etcd = Etcd(tmp_path)
    etcd.node.program("etcdutl", _READER)
    etcd.node.write("facts", json.dumps({"revision": 500, "totalKey": 9, "totalSize": 1}))
    save(etcd.node, whole())
    key = "/registry/namespaces/orders"

    def look_for(**args: Any) -> Finding:
        here = etcd.world()
        return here.look("etcd_snapshot", node="k8s-master", path=SNAPSHOT, holds=[key], **args)

    etcd.keys(key, (key, b"", 499))
    assert passes(look_for())
    etcd.keys(key, (key, b"", 501))
    assert f"does not hold {key}, which was created after it was taken" in why(look_for())
    etcd.keys(key)
    assert look_for().verdict is Verdict.UNKNOWN
    args = EtcdSnapshotCheck(node="k8s-master", path=SNAPSHOT, newer_than_baseline=True)
    assert baseline(args, etcd.world().around()) == {"revision": 600}


def test_a_lost_node_and_one_without_the_tool_are_unknown(node: TreeNode) -> None:
    assert look(FakeNode("n1", lost=True)).verdict is Verdict.UNKNOWN
    (node.root / "bin/etcdutl").unlink()
    assert look(node).verdict is Verdict.UNKNOWN
