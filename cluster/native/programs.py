"""etcd and Kubernetes as programs of this host: the very files of an image, read out of its disk.

Nothing is mounted and nothing is built: the disk is a file system without a partition table.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cluster import lock
from cluster.image import Image, programs_folder
from labs import paths
from labs.errors import SeatrialError

_KUBERNETES = "/usr/lib/seatrial/seatrial-kubernetes"
_LIBRARIES = "/usr/lib/x86_64-linux-gnu"
_LOADER = "ld-linux-x86-64.so.2"
_SNAPSHOTS = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots"
"""The unpacked layers of the container images; etcd is in one of them."""
_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
_WAIT = 120.0


class NoPrograms(SeatrialError):
    """The image does not hold the programs where they are looked for."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder with the programs; it is whole, and never changes."""

    folder: Path

    def etcd(self) -> list[str]:
        """With the image's own C library: it is not linked statically, and the host is any."""
        loader = str(self.folder / _LOADER)
        return [loader, "--library-path", str(self.folder), str(self.folder / "etcd")]

    def kubernetes(self, component: str) -> list[str]:
        return [str(self.folder / Path(_KUBERNETES).name), component]


def programs(image: Image) -> Programs:
    """The programs of `image`, read out of its disk when they are first needed (3 s).

    Raises NoPrograms.
    """
    place = programs_folder() / image.name
    if not place.is_dir():
        with lock.held(
            programs_folder() / f"{image.name}.lock", "the programs of the image", _WAIT
        ):
            if not place.is_dir():
                _forget_removed_images()
                _extract(image, place)
    return Programs(place)


def _forget_removed_images() -> None:
    for place in programs_folder().glob("*-*"):
        if place.is_dir() and not (paths.cache() / "images" / place.name).is_dir():
            shutil.rmtree(place, ignore_errors=True)


def _extract(image: Image, place: Path) -> None:
    partial = place.with_name(f".{place.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    disk = partial / "disk"
    _run(["qemu-img", "convert", "-O", "raw", str(image.disk), str(disk)])
    files = [_KUBERNETES, f"{_LIBRARIES}/libc.so.6", f"{_LIBRARIES}/{_LOADER}", _etcd(disk)]
    for file in files:
        target = partial / Path(file).name
        _debugfs(disk, f"dump {file} {target}")
        if not target.exists() or target.stat().st_size == 0:
            raise NoPrograms(f"The image {image.name} holds no {file}.", "Build the image anew.")
        target.chmod(0o755)
    disk.unlink()
    partial.rename(place)


def _etcd(disk: Path) -> str:
    """The path of etcd in the disk."""
    listed = _debugfs(disk, f"ls -p {_SNAPSHOTS}")
    layers = [line.split("/")[5] for line in listed.splitlines() if line.count("/") > 5]
    for layer in filter(str.isdecimal, layers):
        path = f"{_SNAPSHOTS}/{layer}/fs/usr/bin/etcd"
        if "Type: regular" in _debugfs(disk, f"stat {path}"):
            return path
    raise NoPrograms("The image's containers hold no etcd.", "Build the image anew.")


def _debugfs(disk: Path, request: str) -> str:
    return _run(["debugfs", "-R", request, str(disk)])


def _run(argv: list[str]) -> str:
    """What it printed. Raises NoPrograms."""
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, check=True, env={**os.environ, "PATH": _PATH}
        )
    except FileNotFoundError as error:
        raise NoPrograms(f"{argv[0]} is not installed.", "./seatrial installs it.") from error
    except subprocess.CalledProcessError as error:
        raise NoPrograms(f"{argv[0]} failed: {error.stderr.strip()[-200:]}", "") from error
    return done.stdout
