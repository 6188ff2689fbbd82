"""The corpus is read strictly: a case that proves nothing is an error."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from tests.grader.cases.change_model import BadChange
from tests.grader.cases.fields import NoSuchPlace, assign, insert, remove
from tests.grader.cases.judge import moments
from tests.grader.cases.row import Row, load_row

CRITERIA = {
    "serves": {"endpoints": {"namespace": "trial-harbour", "service": "web"}},
}
CASE = {
    "name": "the Service is gone",
    "is": "wrong",
    "change": [{"delete": "Service web"}],
    "failed": {"serves": "Service trial-harbour/web does not exist"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(folder: Path, criteria: Any = None, **changes: Any) -> Row:
    case = {key: value for key, value in (CASE | changes).items() if value is not None}
    row = {"row": "V11", "task": "…", "world": "blue-green", "namespace": "trial-harbour"}
    document = {**row, "criteria": criteria or CRITERIA, "cases": [case]}
    path = folder / "v11-small.yaml"
    path.write_text(yaml.safe_dump(document))
    return load_row(path)


def test_a_good_row_is_read(folder: Path) -> None:
    assert read(folder).cases[0].failed == CASE["failed"]


@pytest.mark.parametrize(
    ("says", "changes"),
    [
        ("Extra inputs are not permitted", {"reason": "none"}),
        ("exactly what is wrong fails", {"failed": None}),
        ("tells nothing", {"failed": {"serves": "gone"}}),
        ("there is no criterion other", {"failed": {"other": "Service web does not exist"}}),
        ("nothing is changed", {"change": None}),
        ("a change does one of", {"change": [{"destroy": "Service web"}]}),
        ("a change does one of", {"change": [{"delete": "Service web", "wait": 1}]}),
        ("Extra inputs are not permitted", {"change": [{"delete": "Service web", "now": True}]}),
        ("exactly what is wrong fails", {"is": "right"}),
        ("exactly what is unseen is unknown", {"is": "unseen", "failed": None}),
    ],
)
def test_a_case_that_proves_nothing_is_an_error(
    folder: Path, says: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError, match=says):
        read(folder, **changes)


def test_a_criterion_has_one_check_with_fields_that_it_knows(folder: Path) -> None:
    with pytest.raises(ValueError, match="one check"):
        read(folder, {"serves": {}})
    with pytest.raises(ValidationError, match="Extra inputs"):
        read(folder, {"serves": {"endpoints": {"namespace": "a", "service": "b", "minimum": 1}}})


@pytest.mark.parametrize(
    ("says", "change"),
    [
        ("this changes nothing", {"in": "Service web", "set": {"spec.selector.version": "green"}}),
        ("there is no Service wep", {"delete": "Service wep"}),
        ("no such item", {"in": "Service web", "remove": ["spec.ports[name=other]"]}),
        ("the world has no node n1", {"file": "n1:/etc/fstab", "text": ""}),
        ("is not there", {"file": "k8s-master:/etc/nothing", "gone": True}),
        ("nothing was recorded of", {"web": "http://other/", "status": 404}),
    ],
)
def test_a_change_that_changes_nothing_is_an_error(
    folder: Path, says: str, change: dict[str, Any]
) -> None:
    row = read(folder, change=[change])
    with pytest.raises(BadChange, match=says):
        moments(row, row.cases[0])


def test_fields_are_written_where_the_grader_reads_them() -> None:
    item: dict[str, Any] = {"spec": {"ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]}}
    assign(item, "spec.ports[name=b].port", 3)
    assign(item, 'metadata.labels."a.b/c"', "new")
    assign(item, "spec.ports[].protocol", "TCP")
    insert(item, "spec.ports", {"name": "c"}, first=True)
    remove(item, "spec.ports[name=a]")
    ports = [{"name": "c"}, {"name": "b", "port": 3, "protocol": "TCP"}]
    assert item == {"spec": {"ports": ports}, "metadata": {"labels": {"a.b/c": "new"}}}
    with pytest.raises(NoSuchPlace):
        remove(item, "spec.selector")
