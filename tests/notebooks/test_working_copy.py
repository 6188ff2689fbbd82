"""The learner's copy of a notebook is theirs."""

import json
from dataclasses import replace
from pathlib import Path

from labs.course import load_lab
from notebooks.working_copy import working_copy

LAB = load_lab("1/moorings", "anna", Path(__file__).parent.parent / "labs" / "good")


def test_the_copy_is_rendered_and_chooses_our_kernel(tmp_path: Path) -> None:
    copy = working_copy(LAB, tmp_path)
    document = json.loads(copy.read_text())
    assert document["metadata"]["kernelspec"]["name"] == "seatrial"
    assert LAB.variables["ns"] in document["cells"][0]["source"]
    assert "{{" not in copy.read_text()


def test_edits_are_kept_when_it_is_opened_again(tmp_path: Path) -> None:
    copy = working_copy(LAB, tmp_path)
    copy.write_text("edited")
    assert working_copy(LAB, tmp_path) == copy
    assert copy.read_text() == "edited"


def test_a_changed_notebook_gets_a_new_copy_beside_the_old_one(tmp_path: Path) -> None:
    first = working_copy(LAB, tmp_path)
    first.write_text("edited")
    other = working_copy(replace(LAB, variables={**LAB.variables, "ns": "other"}), tmp_path)
    assert (first.name, other.name) == ("moorings.ipynb", "moorings-2.ipynb")
    assert first.read_text() == "edited"
    assert working_copy(LAB, tmp_path) == first


def test_a_copy_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    working_copy(LAB, tmp_path).unlink()
    assert working_copy(LAB, tmp_path).is_file()
