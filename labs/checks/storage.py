"""`storage`: a claim, its volume, the pods that mount it, and the data that lie there."""

from typing import ClassVar, Self

from pydantic import model_validator

from labs.checks.model import CheckModel, Expectations, Expected


class StorageCheck(CheckModel):
    """A PersistentVolumeClaim that is bound and, where asked, mounted, written to and read."""

    example: ClassVar[str] = """
namespace: shop
claim: web-data
access_modes: [ReadWriteOnce]
request: 2Gi
storage_class: standard
pod: web
mount_path: /usr/share/nginx/html
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a claim that is right but not bound, or bound to another volume",
        "a pod with an emptyDir where the volume should be mounted",
        "a request that was raised while the volume never grew",
        "a claim that was deleted and made anew, with its data lost",
    )
    untold: ClassVar[tuple[str, ...]] = ("pod", "selector", "since_baseline")

    namespace: str
    claim: str
    access_modes: list[str] = []
    """Exactly these, in any order; `RWO` and its kin are understood."""
    request: Expected = None
    """A quantity. The volume must have as much in any case."""
    storage_class: Expected = None
    volume: str = ""
    """The name of the PersistentVolume that it must be bound to."""
    volume_expect: Expectations = {}
    """Of that PersistentVolume."""
    only_node: str = ""
    """The one node from which the volume's nodeAffinity lets it be used."""
    pod: str = ""
    """A Ready pod that mounts the claim; or choose by `selector`, then every one must."""
    selector: str = ""
    mount_path: str = ""
    """Where a container of the pod mounts it; what is written there is read back elsewhere."""
    sub_path: str = ""
    read_only: bool = False
    """It is mounted read-only, and then not written to."""
    on_node: str = ""
    """Where the pod runs, and the data lie (in the local or hostPath directory of the volume)."""
    file: str = ""
    """A file below `mount_path`, with `content`."""
    content: Expected = None
    since_baseline: bool = False
    """The same claim, bound to the same volume, as when the lab was set up."""

    @model_validator(mode="after")
    def _mounted_where(self) -> Self:
        if (self.pod or self.selector) and not self.mount_path:
            raise ValueError("give the mount_path")
        if self.mount_path and not (self.pod or self.selector):
            raise ValueError("give the pod or its selector")
        if self.file and not self.mount_path:
            raise ValueError("give the mount_path that the file is below")
        return self
