"""The changes that a case can name, by the key that says what is done, and how they are made."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import PlainValidator

from tests.grader.cases.change_model import BadChange, ChangeModel
from tests.grader.cases.fields import NoSuchPlace
from tests.grader.cases.node_changes import (
    Command,
    Exec,
    File,
    Lost,
    PodLog,
    Trouble,
    Unit,
    Wait,
    Web,
)
from tests.grader.cases.object_changes import (
    Add,
    Copy,
    Delete,
    Fields,
    Remake,
    Rename,
    Template,
    Terminating,
    Unready,
)
from tests.grader.cases.world import Moment

_BY_KEY: dict[str, type[ChangeModel]] = {
    "in": Fields,
    "template": Template,
    "delete": Delete,
    "add": Add,
    "copy": Copy,
    "rename": Rename,
    "remake": Remake,
    "unready": Unready,
    "terminating": Terminating,
    "file": File,
    "unit": Unit,
    "command": Command,
    "exec": Exec,
    "web": Web,
    "log": PodLog,
    "api": Trouble,
    "lost": Lost,
    "wait": Wait,
}


def _read(value: Any) -> ChangeModel:
    """By the one key that says what is done, so that an error speaks of that change only."""
    kinds = [model for key, model in _BY_KEY.items() if isinstance(value, dict) and key in value]
    if len(kinds) != 1:
        raise ValueError(f"a change does one of {', '.join(_BY_KEY)}; this does not: {value!r}")
    return kinds[0].model_validate(value)


Change = Annotated[Any, PlainValidator(_read)]


def apply_all(
    moment: Moment, changes: tuple[ChangeModel, ...], namespace: str, settle: Callable[..., None]
) -> Moment:
    """A changed copy; each change must change something. Raises BadChange."""
    moment = moment.copy()
    for change in changes:
        before = moment.copy()
        try:
            change.apply(moment, namespace)
        except NoSuchPlace as error:
            raise BadChange(str(error)) from error
        if moment == before:
            raise BadChange(f"this changes nothing: {change!r}")
        settle(moment.objects)
    return moment
