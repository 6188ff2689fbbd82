"""`etcd_snapshot`: a snapshot of etcd in a file."""

from typing import ClassVar

from labs.checks.model import CheckModel


class EtcdSnapshotCheck(CheckModel):
    """A file that `etcdctl snapshot save` wrote: whole by its checksum, and of the right moment."""

    example: ClassVar[str] = """
node: k8s-master
path: /opt/backup/etcd.db
min_keys: 100
holds: [/registry/namespaces/orders]
"""
    catches: ClassVar[tuple[str, ...]] = (
        "an empty, cut short or changed file of the right name",
        "a copy of the database that etcd is writing to",
        "a snapshot from before the objects that it should save",
    )
    untold: ClassVar[tuple[str, ...]] = ("node", "min_keys", "holds")

    node: str
    path: str
    min_keys: int = 1
    """How many keys (all revisions counted) it holds at least."""
    newer_than_baseline: bool = False
    """It was taken after the lab was set up, by etcd's own history, not by the file's date."""
    holds: list[str] = []
    """Keys of etcd, there now, that were created before it was taken, so that it holds them."""
