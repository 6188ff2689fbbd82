"""The programs come out of the image's own disk, whole or not at all."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from cluster import image
from cluster.image import Image
from cluster.native.programs import NoPrograms, programs


@pytest.fixture
def built() -> Image:
    return image.build()


def says(argv: list[str]) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return done.stdout


def test_they_are_of_the_images_version(built: Image) -> None:
    found = programs(built)
    version = says([*found.kubernetes("kube-apiserver"), "--version"])
    assert version.strip() == f"Kubernetes v{built.manifest['kubernetes']}"
    assert "etcd Version: 3.4." in says([*found.etcd(), "--version"])


def test_a_disk_without_them_leaves_nothing_that_looks_whole(
    built: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk.qcow2"
    subprocess.run(["qemu-img", "create", "-f", "qcow2", disk, "1M"], check=True, text=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    empty = replace(built, folder=tmp_path)
    for _ in range(2):
        with pytest.raises(NoPrograms):
            programs(empty)


def test_what_was_taken_out_of_removed_images_goes_too(
    built: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    old = tmp_path / "seatrial" / "native" / "debian-000000000000"
    old.mkdir(parents=True)
    (tmp_path / "seatrial" / "images").mkdir()
    (tmp_path / "seatrial" / "images" / built.name).symlink_to(built.folder)
    found = programs(built)
    assert not old.exists() and found.folder.name == built.name
    assert sorted(file.name for file in found.folder.iterdir()) == [
        "etcd",
        "ld-linux-x86-64.so.2",
        "libc.so.6",
        "seatrial-kubernetes",
    ]
    shutil.rmtree(found.folder)
