"""Images: bootable disks, made once by a recipe, cached under the hash of what they are made of."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster import lock
from cluster.events import Listener, LogLine, ignore
from cluster.image_recipe import load_recipe
from labs import paths
from labs.errors import SeatrialError

_BUILD_LIMIT = 4 * 3600.0
"""Seconds for which we wait for another process that builds the same image."""


class ImageInUse(SeatrialError):
    """A lab's disks lie on this image."""


class UnknownImage(SeatrialError):
    """No image has the name that was asked for."""


@dataclass(frozen=True, slots=True)
class Image:
    """A finished image; `folder` never changes once it exists."""

    recipe: str
    hash: str
    folder: Path
    manifest: dict[str, Any]
    """kubernetes, built, seconds (by phase), sizes (bytes by file), command_line, and more."""

    @property
    def name(self) -> str:
        return f"{self.recipe}-{self.hash}"

    @property
    def disk(self) -> Path:
        return self.folder / "disk.qcow2"

    @property
    def kernel(self) -> Path:
        return self.folder / "vmlinuz"

    @property
    def initrd(self) -> Path:
        return self.folder / "initrd.img"

    @property
    def cmdline(self) -> str:
        """To which the identity of the node is added (seatrial.hostname=, seatrial.address=)."""
        return str(self.manifest["command_line"])

    @property
    def ssh_key(self) -> Path:
        """The private key that both accounts accept until a lab has given them its own."""
        return self.folder / "ssh_key"

    @property
    def host_key(self) -> Path:
        """The nodes' public SSH host key, as in host_key.pub."""
        return self.folder / "host_key.pub"


def build(recipe: str = "debian", listener: Listener = ignore) -> Image:
    """The recipe's image, made now if it is not cached.

    Raises NotEnoughDisk, PhaseFailed, NotPrivileged. Killed at any moment, the next call goes on.
    """
    found = current(recipe)
    if found is not None:
        return found
    lock_file = _folder() / f"{recipe}.lock"
    what = f"the image of recipe {recipe}"
    wait = 0.0
    if not lock.is_free(lock_file):
        listener(LogLine(f"Another seatrial is building {what}; waiting for it."))
        wait = _BUILD_LIMIT
    with lock.held(lock_file, what, wait):
        found = current(recipe)
        if found is None:
            from cluster.image_build import build_image

            found = _read(build_image(load_recipe(recipe), _folder(), listener))
    if found is None:
        raise UnknownImage("The image was built, but cannot be read.", "Build it again.")
    return found


def current(recipe: str = "debian") -> Image | None:
    """The image made from the recipe as it is now; SEATRIAL_IMAGE=<name> pins another one."""
    pinned = os.environ.get("SEATRIAL_IMAGE")
    if pinned:
        return _read(_folder() / pinned)
    return _read(_folder() / f"{recipe}-{load_recipe(recipe).hash}")


def list_images() -> list[Image]:
    """All finished images, the newest first."""
    found = [image for folder in _folder().glob("*-*") if (image := _read(folder)) is not None]
    return sorted(found, key=lambda image: str(image.manifest["built"]), reverse=True)


def remove(name: str) -> None:
    """Delete an image. Raises UnknownImage, ImageInUse."""
    image = _read(_folder() / name)
    if image is None or image.name != name:
        known = ", ".join(image.name for image in list_images()) or "none"
        raise UnknownImage(f"There is no image “{name}”.", f"There are: {known}.")
    for user in _users(image):
        raise ImageInUse(f"The image {name} is in use by {user}.", "Take it down first.")
    # The manifest first: without it, what is left of a killed removal is no image.
    (image.folder / "manifest.json").unlink()
    shutil.rmtree(image.folder)
    shutil.rmtree(programs_folder() / name, ignore_errors=True)


def programs_folder() -> Path:
    """Where the programs of images lie that this host runs itself; see `cluster.native`."""
    return paths.cache() / "native"


def _folder() -> Path:
    return paths.cache() / "images"


def _read(folder: Path) -> Image | None:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Image(manifest["recipe"], manifest["hash"], folder, manifest)


def _users(image: Image) -> Iterator[str]:
    """Labs whose disks name the image: the head of an overlay holds the path of what it lies on."""
    needle = str(image.disk).encode()
    for file in (paths.state() / "labs").glob("*/**/*"):
        if file.is_file() and needle in _head(file):
            yield f"lab {file.relative_to(paths.state() / 'labs').parts[0]}"


def _head(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(64 * 1024)
