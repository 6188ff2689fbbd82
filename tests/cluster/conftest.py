"""What several of these tests ask for."""

import json
from pathlib import Path

import pytest

from cluster import image_recipe
from cluster.image_phase import NotPrivileged, as_root
from tests.cluster.tiny_recipe import Write


@pytest.fixture
def image_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recipes, builds and images of this test alone."""
    monkeypatch.delenv("SEATRIAL_IMAGE", raising=False)
    for variable in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.setattr(image_recipe, "FOLDER", tmp_path / "recipes")


@pytest.fixture
def recipe(tmp_path: Path, image_folders: None) -> Write:
    """Writes the recipe “tiny” with the given scripts as its phases, ten seconds each."""
    try:
        as_root()
    except NotPrivileged as reason:
        pytest.skip(str(reason))

    def write(*scripts: str, needed_disk_gib: float = 0) -> Path:
        folder = tmp_path / "recipes" / "tiny"
        folder.mkdir(parents=True, exist_ok=True)
        phases = []
        for number, script in enumerate(scripts, start=1):
            (folder / f"{number}.sh").write_text(f"set -eu\n{script}")
            phases.append({"script": f"{number}.sh", "title": f"phase {number}", "seconds": 10})
        declared = {
            "kubernetes": "1.20.2",
            "needed_disk_gib": needed_disk_gib,
            "command_line": "root=/dev/vda",
            "phases": phases,
        }
        (folder / "recipe.yaml").write_text(json.dumps(declared))
        return folder

    return write
