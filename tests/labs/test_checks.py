"""What authors read of a check is true: its example fits it, and it says what it catches."""

import pytest
import yaml

from labs.checks.model import CheckModel
from labs.checks.registry import CHECKS


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_has_an_example_that_fits(name: str) -> None:
    CHECKS[name].model_validate(yaml.safe_load(CHECKS[name].example))


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_names_wrong_work_that_it_does_not_pass(name: str) -> None:
    assert all(len(mistake) > 20 for mistake in CHECKS[name].catches)
    assert CHECKS[name].catches


@pytest.mark.parametrize("model", CHECKS.values(), ids=CHECKS.keys())
def test_what_need_not_be_told_is_a_field(model: type[CheckModel]) -> None:
    schema = str(model.model_json_schema(by_alias=True))
    assert [name for name in model.untold if f"'{name}'" not in schema] == []
