"""libvirt's save file: read, given other XML, and poured to a reader."""

import os
import struct
import threading
from pathlib import Path

import pytest

from cluster import save_image
from cluster.save_image import NotASaveImage, SaveImage, pour

STREAM = b"QEVM" + os.urandom(3 << 20)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A file as libvirt 9 writes it: XML, cookie, 64 KiB of padding, QEMU's stream."""
    xml, cookie = b"<domain>one</domain>\0", b"<cookie><slirpHelper/></cookie>\0"
    data = xml + cookie + bytes(1 << 16)
    header = struct.pack("=16s5I", b"LibvirtQemudSave", 2, len(data), 1, 0, len(xml))
    file = tmp_path / "node.save"
    file.write_bytes(header + bytes(56) + data + STREAM)
    return file


def poured(saved: Path, image: SaveImage, fifo: Path) -> bytes:
    os.mkfifo(fifo)
    pourer = threading.Thread(target=pour, args=(saved, image, fifo, threading.Event()))
    pourer.start()
    try:
        return fifo.read_bytes()
    finally:
        pourer.join()


def test_xml_and_cookie_are_read(saved: Path) -> None:
    image = SaveImage.read(saved)
    assert image.xml == "<domain>one</domain>"
    assert image.cookie == "<cookie><slirpHelper/></cookie>"
    assert (image.version, image.was_running, image.compression) == (2, 1, 0)


def test_a_reader_gets_the_new_xml_the_old_cookie_and_the_whole_stream(
    saved: Path, tmp_path: Path
) -> None:
    image = SaveImage.read(saved).with_xml("<domain>another, and longer</domain>")
    copy = tmp_path / "copy.save"
    copy.write_bytes(poured(saved, image, tmp_path / "fifo"))
    again = SaveImage.read(copy)
    assert again.xml == "<domain>another, and longer</domain>"
    assert again.cookie == image.cookie
    assert copy.read_bytes()[again.size :] == STREAM


def test_a_reader_that_goes_away_ends_the_pouring(saved: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    image = SaveImage.read(saved)
    pourer = threading.Thread(target=pour, args=(saved, image, fifo, threading.Event()))
    pourer.start()
    with fifo.open("rb") as reader:
        reader.read(100)
    pourer.join(timeout=10)
    assert not pourer.is_alive()


def test_pouring_ends_when_nobody_will_read(saved: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    stopped = threading.Event()
    stopped.set()
    pour(saved, SaveImage.read(saved), fifo, stopped)


def test_a_reader_whose_writer_was_killed_is_let_go(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    reader.start()
    while reader.is_alive():
        save_image.release(fifo)
        reader.join(timeout=0.05)
    assert read == [b""]


@pytest.mark.parametrize("content", [b"", b"LibvirtQemudPart" + bytes(200), b"LibvirtQemudSave"])
def test_what_is_not_a_whole_save_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "node.save"
    file.write_bytes(content)
    with pytest.raises(NotASaveImage):
        SaveImage.read(file)


def test_a_file_that_ends_within_its_xml_is_refused(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:200])
    with pytest.raises(NotASaveImage, match="ends too early"):
        SaveImage.read(saved)
