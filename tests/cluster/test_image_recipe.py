"""What of a recipe makes it another one, and what is said of one that is not there."""

import pytest

from cluster import image, image_recipe
from tests.cluster.tiny_recipe import DISK, Write


def test_every_file_of_a_recipe_counts_but_tests_of_its_programs_and_documents(
    recipe: Write,
) -> None:
    folder = recipe(DISK)
    seen = {image_recipe.load_recipe("tiny").hash}
    (folder / "src").mkdir()
    (folder / "src" / "main_test.go").write_text("package main")
    (folder / "src" / "README.md").write_text("# Programs")
    assert image_recipe.load_recipe("tiny").hash in seen
    for change in (
        lambda: (folder / "src" / "main.go").write_text("package main"),
        lambda: (folder / "src" / "main.go").chmod(0o755),
        lambda: (folder / "src" / "main.go").rename(folder / "src" / "other.go"),
    ):
        change()
        changed = image_recipe.load_recipe("tiny").hash
        assert changed not in seen
        seen.add(changed)


def test_an_unknown_recipe_is_answered_with_the_known_ones(recipe: Write) -> None:
    recipe(DISK)
    with pytest.raises(image_recipe.UnknownRecipe, match="There are: tiny"):
        image.build("other")
