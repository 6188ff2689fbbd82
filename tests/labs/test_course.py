"""Loading: what is in the files comes out rendered and typed, quickly, and without pydantic."""

import subprocess
import sys
from pathlib import Path

import pytest

from labs import paths
from labs.course import load_course, load_lab
from labs.errors import UnknownLab
from labs.model import Keep

GOOD = Path(__file__).parent / "good"


def test_a_course_has_its_chapters_and_labs_in_order() -> None:
    course = load_course(root=GOOD)
    assert [chapter.title["zh"] for chapter in course.chapters] == ["港口"]
    assert [lab.id for lab in course.labs] == ["1/moorings"]


def test_a_lab_is_rendered_with_its_variables_everywhere() -> None:
    lab = load_lab("1/moorings", "anna", GOOD)
    ns, snap, port = (lab.variables[name] for name in ("ns", "snap", "port"))
    rope, knot = lab.steps
    assert rope.text["en"] == f"Namespace {ns} has a Deployment web."
    assert rope.requirements[1].text["en"] == f"Write {snap} to /opt/rope.txt on k8s-master"
    assert rope.criteria[0].check.args == {"namespace": ns, "name": "web", "replicas": 3}
    assert lab.setup[0].script.startswith(f"kubectl create namespace {ns}\n")
    assert f"--node-port={port}" in lab.solutions[0].steps["knot"][0].script
    assert knot.criteria[0].check.args["expect"] == {"spec.ports[name=http].nodePort": int(port)}


def test_criteria_have_seconds_points_and_when_they_count() -> None:
    scaled, written, untouched = load_lab("1/moorings", root=GOOD).steps[0].criteria
    assert (scaled.eventually, scaled.stable, scaled.keep) == (10.0, 0.5, Keep.ONCE)
    assert (written.requirements, written.points, written.keep) == (("R2",), 2, Keep.STILL)
    assert untouched.guard and untouched.points == 0


def test_plain_texts_are_english_and_other_languages_are_kept() -> None:
    lab = load_lab("1/moorings", root=GOOD)
    assert lab.summary == {"en": "A line on a bollard."}
    assert lab.title == {"en": "Make fast", "zh": "系泊"}


def test_seeds_draw_different_values_and_the_same_seed_the_same() -> None:
    drawn = [load_lab("1/moorings", seed, GOOD).variables for seed in ("anna", "anna", "ben")]
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_content_hash_changes_with_any_file_of_the_lab(tmp_path: Path) -> None:
    import shutil

    root = tmp_path / "root"
    shutil.copytree(GOOD, root)
    before = load_lab("1/moorings", root=root).content_hash
    assert before == load_lab("1/moorings", root=GOOD).content_hash
    for name in ("labs/1-harbour/moorings/wrong/any-port.sh", "notebooks/1-harbour/moorings.ipynb"):
        path = root / name
        path.write_text(path.read_text() + "\n")
        assert load_lab("1/moorings", root=root).content_hash != before
        before = load_lab("1/moorings", root=root).content_hash


def test_an_unknown_lab_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownLab, match="Did you mean '1/moorings'"):
        load_lab("1/mooring", root=GOOD)


def test_the_course_is_loaded_without_pydantic() -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom labs.course import load_course\n"
        f"load_course(root=Path({str(GOOD)!r}))\n"
        "sys.exit('pydantic' in sys.modules or 'sqlalchemy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=paths.SOURCE).returncode == 0
