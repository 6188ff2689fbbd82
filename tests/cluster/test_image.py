"""Images of tiny recipes: made once, listed, found again, and removed unless a lab needs them."""

import json

import pytest

from cluster import image
from labs import paths
from tests.cluster.tiny_recipe import COUNT, DISK, Write, runs

pytestmark = pytest.mark.usefixtures("image_folders")


def test_a_build_runs_the_phases_and_says_what_the_image_is(recipe: Write) -> None:
    recipe(DISK, 'echo \'{"kernel": "6.1"}\' >"$SEATRIAL_OUTPUT/facts.json"\n')
    built = image.build("tiny")
    assert built.disk.read_text() == "1.20.2\n"
    assert built.cmdline == "root=/dev/vda"
    assert built.manifest["kernel"] == "6.1"
    assert set(built.manifest["seconds"]) == {"1.sh", "2.sh"}
    assert image.current("tiny") == built
    assert [path.name for path in built.folder.parent.iterdir()] == [built.name]


def test_an_unchanged_recipe_is_not_built_again(recipe: Write) -> None:
    recipe(COUNT + DISK)
    assert image.build("tiny") == image.build("tiny")
    assert runs() == 1


def test_a_changed_recipe_makes_another_image_and_the_newest_is_listed_first(
    recipe: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe(DISK)
    first = image.build("tiny")
    manifest = {**first.manifest, "built": "2020-01-01T00:00:00+00:00"}
    (first.folder / "manifest.json").write_text(json.dumps(manifest))
    recipe(DISK + "true\n")
    assert image.current("tiny") is None
    second = image.build("tiny")
    assert [found.name for found in image.list_images()] == [second.name, first.name]
    monkeypatch.setenv("SEATRIAL_IMAGE", first.name)
    pinned = image.current("tiny")
    assert pinned is not None and pinned.name == first.name


def test_what_a_killed_removal_left_is_no_image_and_in_nobody_s_way(recipe: Write) -> None:
    recipe(DISK)
    built = image.build("tiny")
    (built.folder / "manifest.json").unlink()
    assert image.current("tiny") is None and image.list_images() == []
    assert image.build("tiny").folder == built.folder


def test_an_image_under_a_lab_s_disk_is_not_removed(recipe: Write) -> None:
    recipe(DISK)
    built = image.build("tiny")
    overlay = paths.state() / "labs" / "8-deployments" / "k8s-master.qcow2"
    overlay.parent.mkdir(parents=True)
    overlay.write_bytes(b"QFI\xfb" + bytes(500) + str(built.disk).encode() + bytes(100))
    with pytest.raises(image.ImageInUse, match="lab 8-deployments"):
        image.remove(built.name)
    assert image.current("tiny") == built
    overlay.unlink()
    image.remove(built.name)
    assert image.list_images() == [] and not built.folder.exists()


@pytest.mark.parametrize("name", ["tiny-000000000000", "../images", "", "."])
def test_only_an_image_can_be_removed(name: str) -> None:
    with pytest.raises(image.UnknownImage, match="There is no image"):
        image.remove(name)
