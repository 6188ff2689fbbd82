"""The file that libvirt saves a domain to: its header, its XML, and a copy with other XML.

Layout (qemu_saveimage.h): magic, five 32-bit numbers, 56 unused bytes; then `data_len` bytes that
hold the domain's XML, a NUL, the cookie, and padding; then QEMU's own stream, never touched here.
"""

import contextlib
import errno
import fcntl
import os
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from labs.deadline import Deadline
from labs.errors import SeatrialError

_MAGIC = b"LibvirtQemudSave"
_HEADER = struct.Struct("=16s5I56s")
_PIPE_BYTES = 1 << 20
_READER_SECONDS = 120.0


class NotASaveImage(SeatrialError):
    """The file was not written by virDomainSave, or only in part."""


@dataclass(frozen=True, slots=True)
class SaveImage:
    """The head of a save file. `size` bytes precede QEMU's stream."""

    xml: str
    cookie: str
    version: int
    was_running: int
    compression: int
    unused: bytes
    size: int

    @classmethod
    def read(cls, path: Path) -> "SaveImage":
        """Raises NotASaveImage."""
        with path.open("rb") as file:
            head = file.read(_HEADER.size)
            if len(head) < _HEADER.size or not head.startswith(_MAGIC):
                raise NotASaveImage(f"{path} is not a saved machine.", "Remove it and start again.")
            _, version, length, running, compression, cookie_at, unused = _HEADER.unpack(head)
            data = file.read(length)
        if len(data) < length:
            raise NotASaveImage(f"{path} ends too early.", "Remove it and start again.")
        cookie = data[cookie_at:].split(b"\0", 1)[0] if cookie_at else b""
        return cls(
            xml=data.split(b"\0", 1)[0].decode(),
            cookie=cookie.decode(),
            version=version,
            was_running=running,
            compression=compression,
            unused=unused,
            size=_HEADER.size + length,
        )

    def with_xml(self, xml: str) -> "SaveImage":
        return replace(self, xml=xml)

    def head(self) -> bytes:
        """Header, XML and cookie as libvirt reads them: what goes before QEMU's stream."""
        data = self.xml.encode() + b"\0"
        cookie_at = 0
        if self.cookie:
            cookie_at = len(data)
            data += self.cookie.encode() + b"\0"
        return (
            _HEADER.pack(
                _MAGIC,
                self.version,
                len(data),
                self.was_running,
                self.compression,
                cookie_at,
                self.unused,
            )
            + data
        )


def pour(source: Path, image: SaveImage, fifo: Path, stopped: Event) -> None:
    """Write the head of `image` and the stream of `source` into `fifo`, where libvirt reads.

    The stream goes from the page cache into the pipe: nothing of a gigabyte is copied or stored.
    Returns early when the reader goes away, or when `stopped` is set before there is one.
    """
    descriptor = _open_for(fifo, stopped)
    if descriptor is None:
        return
    with source.open("rb") as file, os.fdopen(descriptor, "wb", buffering=0) as pipe:
        os.set_blocking(pipe.fileno(), True)
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        offset = SaveImage.read(source).size
        end = os.fstat(file.fileno()).st_size
        with contextlib.suppress(BrokenPipeError):
            pipe.write(image.head())
            while offset < end:
                offset += os.sendfile(pipe.fileno(), file.fileno(), offset, end - offset)


def release(fifo: Path) -> None:
    """Let go a reader that waits at `fifo` for a writer that was killed."""
    with contextlib.suppress(OSError):
        os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))


def _open_for(fifo: Path, stopped: Event) -> int | None:
    """The writing end of `fifo`, once somebody reads."""

    def opened() -> int | None:
        if stopped.is_set():
            return -1
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if error.errno in (errno.ENXIO, errno.ENOENT):
                return None
            raise

    descriptor = Deadline.after(_READER_SECONDS).poll(opened, every=0.01)
    return None if descriptor in (None, -1) else descriptor
