from typing import Any

import pytest

from grader.verdict import Finding, Verdict
from tests.grader.fakes import FakeNode, passes, prints, why, world


def unit(active: str = "active", enabled: str = "enabled", **more: str) -> str:
    state = {
        "LoadState": "loaded",
        "ActiveState": active,
        "SubState": "running",
        "NRestarts": "0",
    } | more
    lines = [f"{key}={value}" for key, value in state.items()]
    return "\n".join([*lines, f"Enabled={enabled}", ""])


def look(output: str, code: int = 0, **args: Any) -> Finding:
    here = world(nodes=[FakeNode("n1", prints(output, code, "Failed to connect to bus"))])
    return here.look("service", node="n1", unit="kubelet", **args)


def test_an_active_and_enabled_unit_passes() -> None:
    assert passes(look(unit(), enabled="enabled"))


@pytest.mark.parametrize("state", ["inactive", "activating", "failed", "deactivating", "reloading"])
def test_nothing_but_active_is_active(state: str) -> None:
    assert why(look(unit(state))).startswith(f"n1: kubelet.service is {state}")


@pytest.mark.parametrize("state", ["disabled", "static", "masked", "enabled-runtime", "linked"])
def test_nothing_but_enabled_is_enabled(state: str) -> None:
    found = look(unit(enabled=state), enabled="enabled")
    assert why(found) == (f"n1: kubelet.service at the next start: it is {state}, not enabled")


def test_running_now_but_disabled_passes_where_only_now_is_asked_for() -> None:
    assert passes(look(unit(enabled="disabled")))


def test_one_of_several_states_can_be_asked_for() -> None:
    assert passes(look(unit(enabled="static"), enabled={"in": ["enabled", "static"]}))


def test_a_unit_that_does_not_exist_is_neither_active_nor_inactive() -> None:
    output = unit("inactive", "", LoadState="not-found")
    assert "is not-found" in why(look(output))
    assert "is not-found" in why(look(output, active="inactive"))


def test_restarts_must_hold_still() -> None:
    assert list(look(unit(NRestarts="7")).steady.values()) == [7]


def test_a_systemd_that_does_not_answer_is_unknown() -> None:
    assert look("", 90).verdict is Verdict.UNKNOWN
