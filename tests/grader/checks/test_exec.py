from typing import Any

from grader.kubernetes.api import ExecOutcome
from grader.verdict import Verdict
from tests.grader.fakes import UNREACHABLE, World, passes, why, world
from tests.grader.kubernetes_objects import pod

WEB: dict[str, Any] = {"namespace": "shop", "selector": "app=web", "argv": ["cat", "/data/x"]}


def answering(outcome: ExecOutcome, *items: dict[str, object]) -> World:
    here = world(*(items or (pod("web-1"),)))
    here.api.exec_outcome = outcome
    return here


def test_the_output_of_a_command_in_a_pod_is_compared() -> None:
    here = answering(ExecOutcome(0, "hello\n"))
    assert passes(here.look("exec", **WEB, stdout="hello"))
    assert "stdout is hello, not bye" in why(here.look("exec", **WEB, stdout="bye"))


def test_a_wrong_exit_status_fails_with_the_commands_words() -> None:
    here = answering(ExecOutcome(1, "", "cat: /data/x: No such file"))
    assert why(here.look("exec", **WEB)).endswith("ended with 1: cat: /data/x: No such file")


def test_a_command_that_could_not_start_is_no_proof_of_a_refusal() -> None:
    here = answering(ExecOutcome(None, problem='exec: "cat": executable file not found'))
    found = here.look("exec", **WEB, exit={"ne": 0})
    assert why(found) == (
        'the command could not start in web-1: exec: "cat": executable file not found'
    )


def test_a_refusal_is_the_exit_status_and_its_reason() -> None:
    here = answering(ExecOutcome(1, "", "touch: /x: Read-only file system"))
    found = here.look("exec", **WEB, exit={"ne": 0}, stderr={"contains": "Read-only file system"})
    assert passes(found)


def test_no_pod_fails_and_so_does_one_that_is_not_ready() -> None:
    assert why(world().look("exec", **WEB)) == "there is no Pod in shop with app=web"
    waiting = world(pod("web-1", ready=False, waiting="ImagePullBackOff"))
    assert why(waiting.look("exec", **WEB)) == (
        "no Pod in shop with app=web is Ready; web-1: ImagePullBackOff"
    )


def test_the_command_runs_in_a_pod_that_is_ready() -> None:
    here = answering(ExecOutcome(0), pod("web-1", ready=False), pod("web-2"))
    assert passes(here.look("exec", **WEB, container="web"))
    (call,) = here.api.exec_calls
    assert (call.pod, call.container, call.argv) == ("web-2", "web", ("cat", "/data/x"))


def test_an_unreachable_server_is_unknown() -> None:
    here = world(pod("web-1"))
    here.api.trouble = UNREACHABLE
    assert here.look("exec", **WEB).verdict is Verdict.UNKNOWN
