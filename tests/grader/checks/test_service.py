from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pytest

from cluster.node import CommandResult
from grader.checks.service import baseline
from grader.nodes import configuration_folders, unit_state
from grader.verdict import Finding, Verdict
from labs.checks.service import ServiceCheck
from tests.grader.fakes import FakeNode, passes, prints, why, world
from tests.grader.machine import Machine, Task, kubelet


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


RUNNING = {
    "MainPID": "825",
    "InvocationID": "one",
    "ExecStart": "{ path=/usr/bin/kubelet ; argv[]=/usr/bin/kubelet $X ; ignore_errors=no }",
}


class Unit:
    """A node with one unit (and those that start it), the rest as `Machine` says."""

    def __init__(self, **properties: str) -> None:
        self.machine = Machine([kubelet()])
        self.units = {"kubelet.service": unit(**(RUNNING | properties))}
        self.drop_ins: dict[str, str] = {}

    def answer(self, argv: Sequence[str], stdin: str) -> CommandResult:
        if stdin == unit_state._SCRIPT:
            return CommandResult(0, self.units[argv[2]], "")
        if stdin == configuration_folders._SCRIPT:
            assert argv[2] == "systemd/system/kubelet.service.d"
            files = [
                f"file {path}\n{b64encode(text.encode()).decode()}"
                for path, text in self.drop_ins.items()
            ]
            return CommandResult(0, "\n".join([*files, "unit enabled", "kernel x", ""]), "")
        return self.machine.answer(argv, stdin)

    def look(self, before: Any = None, /, **args: Any) -> Finding:
        here = world(nodes=[FakeNode("n1", self.answer)])
        return here.look("service", before, node="n1", unit="kubelet", **args)

    def before(self, **args: Any) -> Any:
        here = world(nodes=[FakeNode("n1", self.answer)])
        return baseline(ServiceCheck(node="n1", unit="kubelet", **args), here.around())


def test_a_unit_that_runs_the_installed_program_passes() -> None:
    node = Unit()
    then = node.before(program="/usr/bin/kubelet")
    assert passes(node.look(then, program="/usr/bin/kubelet", enabled="enabled"))


def test_a_unit_of_the_right_name_that_sleeps_fails() -> None:
    node = Unit(ExecStart="{ path=/usr/bin/sleep ; argv[]=/usr/bin/sleep infinity ; x }")
    node.machine.tasks = [Task(825, ["/usr/bin/sleep", "infinity"], "/usr/bin/sleep")]
    node.machine.programs["/usr/bin/kubelet"] = "8:1:1:1"
    found = node.look(node.before(program="/usr/bin/kubelet"), program="/usr/bin/kubelet")
    assert why(found) == (
        "the main process of n1: kubelet.service (PID 825) does not run /usr/bin/kubelet"
    )
    assert found.evidence.actual == "/usr/bin/sleep"


def test_a_link_from_the_wrong_path_to_the_program_is_a_right_mend() -> None:
    node = Unit(ExecStart="{ path=/usr/local/bin/kubelet ; argv[]=/usr/local/bin/kubelet ; x }")
    node.machine.tasks = [Task(825, ["/usr/local/bin/kubelet"], "/usr/bin/kubelet")]
    node.machine.programs["/usr/local/bin/kubelet"] = "8:16let:7:9"
    then = node.before(program="/usr/bin/kubelet")
    assert passes(node.look(then, program="/usr/bin/kubelet", enabled="enabled"))


def test_a_program_that_somebody_replaced_fails_and_a_package_may() -> None:
    node = Unit()
    then = node.before(program="/usr/bin/kubelet")
    node.machine.programs["/usr/bin/kubelet"] = "8:9:9:9"
    found = node.look(then, program="/usr/bin/kubelet")
    assert "n1:/usr/bin/kubelet is not the installed program" in why(found)
    node.machine.packaged["/usr/bin/kubelet"] = node.machine.md5["/usr/bin/kubelet"] = "c" * 32
    assert passes(node.look(then, program="/usr/bin/kubelet"))


def test_a_unit_without_a_main_process_runs_no_program() -> None:
    found = Unit(MainPID="0").look({}, program="/usr/bin/kubelet")
    assert why(found) == "n1: kubelet.service has no main process"


def test_a_unit_whose_program_the_next_start_would_not_find_fails() -> None:
    node = Unit(ExecStart="{ path=/usr/local/bin/kubelet ; argv[]=/usr/local/bin/kubelet ; x }")
    assert why(node.look(enabled="enabled")) == (
        "n1: kubelet.service would start /usr/local/bin/kubelet, which is no program on n1"
    )
    assert passes(node.look())


def test_files_that_were_changed_and_not_loaded_are_what_the_next_start_takes() -> None:
    node = Unit(NeedDaemonReload="yes", FragmentPath="/lib/systemd/system/kubelet.service")
    node.machine.files["/lib/systemd/system/kubelet.service"] = (
        "[Service]\nExecStart=/usr/bin/kubelet\n"
    )
    assert passes(node.look(enabled="enabled"))
    path = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
    node.drop_ins[path] = "[Service]\nExecStart=\nExecStart=-/usr/local/bin/kubelet \\\n  $X\n"
    assert "would start /usr/local/bin/kubelet" in why(node.look(enabled="enabled"))
    node.drop_ins[path] = (
        "[Unit]\nExecStart=/no\n[Service]\n# ExecStart=/no\n"
        "ExecStart=\nExecStart=@/usr/bin/kubelet x\n"
    )
    assert passes(node.look(enabled="enabled"))


def test_a_command_that_only_systemd_can_spell_out_is_not_guessed() -> None:
    node = Unit(NeedDaemonReload="yes", FragmentPath="/x")
    node.machine.files["/x"] = "[Service]\nExecStart=/usr/lib/%p/run\n"
    assert passes(node.look(enabled="enabled"))


def test_a_socket_that_starts_the_service_is_as_good_where_that_is_said() -> None:
    node = Unit(TriggeredBy="kubelet.socket", ActiveState="inactive", MainPID="0")
    node.units["kubelet.socket"] = unit()
    assert "is inactive" in why(node.look(enabled="enabled"))
    assert passes(node.look(enabled="enabled", or_trigger=True))
    node.units["kubelet.socket"] = unit(enabled="disabled")
    assert "is inactive" in why(node.look(enabled="enabled", or_trigger=True))


def test_a_masked_service_is_not_saved_by_its_socket() -> None:
    node = Unit(TriggeredBy="kubelet.socket", ActiveState="inactive", LoadState="masked")
    node.units["kubelet.socket"] = unit()
    assert "is inactive" in why(node.look(or_trigger=True))


def test_a_new_start_since_the_baseline_is_another_invocation() -> None:
    node = Unit()
    then = node.before(started_after_baseline=True)
    args: dict[str, Any] = {"started_after_baseline": True}
    assert why(node.look(then, **args)) == (
        "n1: kubelet.service has not been started anew since the lab began"
    )
    assert passes(Unit(InvocationID="two").look(then, **args))
    assert node.look(**args).verdict is Verdict.UNKNOWN


def test_drop_ins_in_force_have_no_order() -> None:
    node = Unit(DropInPaths="/etc/a.conf /run/b.conf")
    assert passes(node.look(drop_ins=["/run/b.conf", "/etc/a.conf"]))
    assert "has /run/b.conf besides" in why(node.look(drop_ins=["/etc/a.conf"]))
    assert passes(node.look(drop_ins={"not_in": ["/etc/bad.conf"]}))


def test_what_nobody_asks_for_is_not_recorded() -> None:
    assert Unit().before() == {}
