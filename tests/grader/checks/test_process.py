import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from cluster.node import CommandResult
from cluster.toolbox import toolbox_file
from grader.judgement import Case
from grader.verdict import Finding, Verdict
from tests.grader.fakes import FakeNode, passes, prints, why, world
from tests.grader.machine import POD, Machine, Task, kubelet

ETCD = "f" * 64


def look(machine: Machine, before: Any = None, /, **args: Any) -> Finding:
    return world(nodes=[machine.node()]).look("process", before, node="n1", **args)


def test_a_process_is_known_by_the_file_that_it_runs() -> None:
    found = look(Machine([kubelet()]), program="/usr/bin/kubelet", unit="kubelet")
    assert passes(found)
    assert "kubelet (PID 825)" in found.evidence.actual


def test_a_script_that_bears_the_name_is_not_it() -> None:
    fake = Task(9, ["/bin/sh", "/usr/bin/kubelet"], "/usr/bin/dash")
    machine = Machine([fake], programs={"/usr/bin/kubelet": "8:1:1:1"})
    assert why(look(machine, program="/usr/bin/kubelet")) == (
        "no process is running /usr/bin/kubelet on n1; dash (PID 9) has the name, "
        "but runs /usr/bin/dash"
    )


def test_another_program_that_was_given_the_name_is_not_it() -> None:
    fake = Task(9, ["kubelet", "infinity"], "/usr/bin/sleep", "/system.slice/kubelet.service")
    machine = Machine([fake], programs={"/usr/bin/kubelet": "8:1:1:1"})
    assert "runs /usr/bin/sleep" in why(look(machine, program="kubelet", unit="kubelet"))


def test_one_file_that_is_many_programs_is_told_apart_by_the_first_word() -> None:
    many = {"/usr/bin/kubelet": "8:77:1:1", "/usr/bin/kubeadm": "8:77:1:1"}
    one = Task(9, ["/usr/bin/kubeadm", "join"], "/usr/lib/many", file="8:77:1:1")
    assert "no process" in why(look(Machine([one], programs=many), program="/usr/bin/kubelet"))
    two = Task(9, ["/usr/bin/kubelet"], "/usr/lib/many", file="8:77:1:1")
    assert passes(look(Machine([two], programs=many), program="/usr/bin/kubelet"))


def test_a_link_to_the_program_is_the_program() -> None:
    linked = Task(9, ["/usr/local/bin/kubelet"], "/usr/bin/kubelet")
    assert passes(look(Machine([linked]), program="/usr/bin/kubelet"))


def test_no_process_at_all_fails_and_says_so() -> None:
    assert why(look(Machine(), program="crio")) == (
        "no process is running crio on n1: crio does not exist"
    )
    assert why(look(Machine(), unit="kubelet")) == "no process is of kubelet on n1"


def test_a_zombie_is_no_process() -> None:
    dead = kubelet()
    dead.state = "Z"
    assert "no process" in why(look(Machine([dead]), unit="kubelet"))


def test_numbers_are_counted_in_both_directions() -> None:
    machine = Machine([kubelet(), kubelet(pid=826)])
    assert passes(look(machine, unit="kubelet", min=2, max=2))
    assert "1 of 2" in why(look(Machine([kubelet()]), unit="kubelet", min=2))
    assert "not 1 at most" in why(look(machine, unit="kubelet", max=1))


def test_absence_is_a_fact_only_where_processes_are_seen() -> None:
    assert passes(look(Machine(), program="kubelet", exists=False))
    found = look(Machine([kubelet()]), unit="kubelet", exists=False)
    assert why(found) == "kubelet (PID 825) is of kubelet on n1"
    blind = world(nodes=[FakeNode("n1", prints("boot x\nup 1\nargv\n"))])
    assert blind.look("process", node="n1", unit="x", exists=False).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "words",
    [
        ["--node-ip=192.168.52.201"],
        ["--node-ip", "192.168.52.201"],
        ["-node-ip=192.168.52.201"],
        ["--node_ip=192.168.52.201"],
        ["--node-ip=10.0.0.1", "--node-ip=192.168.52.201"],
    ],
)
def test_a_flag_is_what_it_means(words: list[str]) -> None:
    found = look(Machine([kubelet(*words)]), unit="kubelet", flags={"node-ip": "192.168.52.201"})
    assert passes(found)


def test_a_flag_that_must_not_be_given_is_named() -> None:
    machine = Machine([kubelet("--nonexistent", "--v=2")])
    found = look(machine, unit="kubelet", flags={"--nonexistent": {"exists": False}})
    assert "--nonexistent is set, to true" in why(found)
    assert passes(look(machine, unit="kubelet", flags={"v": 2, "--gone": {"exists": False}}))
    assert "--gone is not given" in why(look(machine, unit="kubelet", flags={"gone": "1"}))


def test_lists_in_flags_have_no_order() -> None:
    machine = Machine([kubelet("--feature-gates=B=false,A=true")])
    gates = {"feature-gates": ["A=true", "B=false"]}
    assert passes(look(machine, unit="kubelet", flags=gates))
    assert passes(look(machine, unit="kubelet", flags={"feature-gates": {"contains": "A=true"}}))
    assert "feature-gates" in why(
        look(machine, unit="kubelet", flags={"feature-gates": ["A=true"]})
    )


def test_a_name_of_a_process_may_hold_anything() -> None:
    odd = Task(7, ["x"], "/usr/bin/x", comm="a) R 9 9\n(b")
    machine = Machine([odd, kubelet()])
    assert passes(look(machine, program="/usr/bin/x"))
    assert passes(look(machine, program="/usr/bin/kubelet"))


def test_arguments_cannot_speak_for_another_process() -> None:
    liar = Task(7, ["x", "/proc/825/cmdline:--nonexistent"], "/usr/bin/x")
    found = look(
        Machine([kubelet(), liar]), unit="kubelet", flags={"nonexistent": {"exists": False}}
    )
    assert passes(found)


def before(machine: Machine, **args: Any) -> Any:
    from grader.checks.process import baseline
    from labs.checks.process import ProcessCheck

    around = world(nodes=[machine.node()]).around()
    return baseline(ProcessCheck(node="n1", **args), around)


def test_started_since_the_baseline_is_by_the_kernels_clock() -> None:
    args: dict[str, Any] = {"unit": "kubelet", "started_after_baseline": True}
    old = Machine([kubelet()], up=10)
    then = before(old, **args)
    assert "has not been started anew" in why(look(old, then, **args))
    anew = kubelet()
    anew.started = 1001
    assert passes(look(Machine([anew]), then, **args))
    assert passes(look(Machine([kubelet()], boot="another"), then, **args))
    assert look(old, **args).verdict is Verdict.UNKNOWN


def test_a_genuine_program_is_the_one_of_the_baseline_or_of_a_package() -> None:
    args: dict[str, Any] = {"program": "/usr/bin/kubelet", "genuine": True}
    machine = Machine([kubelet()])
    then = before(machine, **args)
    assert passes(look(machine, then, **args))
    other = Machine([kubelet()], programs={"/usr/bin/kubelet": "8:9:9:9"})
    assert "is not the installed program" in why(look(other, then, **args))
    other.md5["/usr/bin/kubelet"] = other.packaged["/usr/bin/kubelet"] = "a" * 32
    assert passes(look(other, then, **args))


def test_a_process_that_still_runs_the_replaced_file_is_not_genuine() -> None:
    stale = kubelet(exe="/usr/bin/kubelet (deleted)")
    machine = Machine([stale], programs={"/usr/bin/kubelet": "8:9:9:9"})
    found = look(machine, {"program": "8:9:9:9"}, program="/usr/bin/kubelet", genuine=True)
    assert "still runs a file that has been replaced or removed" in why(found)


STATUS = (
    "Name:\tetcd\nUid:\t0\t101\t101\t101\nNoNewPrivs:\t1\nSeccomp:\t2\n"
    "CapEff:\t0000000000000400\nCapBnd:\t00000000a80425fb\n"
    "Max open files            1024                 524288               files     \n"
    "Max processes             unlimited            unlimited            processes \n"
)


def confined() -> Machine:
    group = "/" + POD.format("dd91d370cd11aa8fc5be8c6be861971d", ETCD)
    return Machine([Task(743, ["etcd", "--name=a"], "/usr/bin/etcd", group, status=STATUS)])


def test_rights_are_those_that_the_kernel_gives() -> None:
    machine = confined()
    args: dict[str, Any] = {
        "program": "etcd",
        "user": "etcd",
        "no_new_privs": True,
        "seccomp": "filter",
        "capabilities": {"effective": ["CAP_NET_BIND_SERVICE"], "ambient": {"count": 0}},
        "limits": {"Max open files": {"ge": 1024}, "Max processes": "unlimited"},
    }
    assert passes(look(machine, **args))
    for name, value, reason in (
        ("user", "root", "runs as etcd, not root"),
        ("no_new_privs", False, "no_new_privs is true, not false"),
        ("seccomp", "disabled", "seccomp is filter"),
        ("capabilities", {"effective": []}, "besides what was asked for"),
        ("capabilities", {"bounding": {"not_in": ["NET_RAW"]}}, "NET_RAW"),
        ("limits", {"Max open files": {"ge": 65536}}, "must be at least 65536"),
    ):
        assert reason in why(look(machine, **(args | {name: value})))


def test_the_container_of_a_process_is_found_by_its_cgroup() -> None:
    from grader.nodes.processes import parse_processes

    machine = confined()
    table = parse_processes(machine._processes([]))
    process = table.processes[743]
    assert (process.container_id, process.pod_uid) == (ETCD, "dd91d370cd11aa8fc5be8c6be861971d")
    machine.tasks[0].cgroup = f"/kubepods/burstable/pod63ac4a46-96df-4851-a01d-2572429ab377/{ETCD}"
    process = parse_processes(machine._processes([])).processes[743]
    assert (process.container_id, process.pod_uid[:8]) == (ETCD, "63ac4a46")


def test_a_check_that_chooses_nothing_is_the_labs_fault() -> None:
    found = look(Machine())
    assert found.verdict is Verdict.UNKNOWN
    assert "the lab is at fault" in found.evidence.why


def test_a_lost_node_is_unknown() -> None:
    here = world(nodes=[FakeNode("n1", lost=True)])
    assert here.look("process", node="n1", unit="kubelet").verdict is Verdict.UNKNOWN


class Here:
    """This machine, as a node."""

    name = "n1"

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60) -> CommandResult:
        done = subprocess.run(
            list(argv), input=stdin, capture_output=True, text=True, timeout=timeout, check=False
        )
        return CommandResult(done.returncode, done.stdout, done.stderr)

    def inspect(
        self, script: str, arguments: Sequence[str] = (), *, timeout: float = 60
    ) -> CommandResult:
        argv = [str(toolbox_file()), "sh", "-s", *arguments]
        return self.run(argv, stdin=script, timeout=timeout)


@pytest.fixture
def sleeper() -> Iterator[int]:
    """A process of ours that calls itself something else."""
    process = subprocess.Popen(["seatrial-name", "60"], executable="/usr/bin/sleep")
    yield process.pid
    process.kill()
    process.wait()


def test_the_scripts_read_a_real_kernel(sleeper: int, tmp_path: Path) -> None:
    here: Any = Here()
    from grader.nodes.processes import read_processes
    from grader.nodes.programs import read_program

    round_ = world(nodes=[here]).around().round
    process = read_processes(round_, "n1").processes[sleeper]
    assert process.argv == ("seatrial-name", "60")
    assert read_program(round_, "n1", process.program, [sleeper]).is_run_by(sleeper)
    found = read_program(round_, "n1", "sleep", [sleeper])
    assert found.runnable and found.path.endswith("bin/sleep")
    assert not read_program(round_, "n1", str(tmp_path / "no"), [sleeper]).signature
    assert not read_program(round_, "n1", "cat", [sleeper]).is_run_by(sleeper)


def test_a_look_is_judged_again_from_what_it_saw() -> None:
    from grader.recording import RecordedSource, Recording, record_answers
    from grader.round import Round
    from grader.surroundings import Surroundings
    from grader.waves import look_once
    from tests.grader.sample_lab import criterion

    args = {"program": "/usr/bin/kubelet", "unit": "kubelet", "flags": {"v": 2}, "user": "root"}
    case = Case("step", criterion("c", "process", node="n1", **args))
    around = world(nodes=[Machine([kubelet("--v=2")]).node()]).around()
    seen = look_once(case, around)
    packed = Recording(record_answers(around.round.asked)).pack()
    again = Round(RecordedSource(Recording.unpack(packed).answers))
    assert passes(seen)
    assert look_once(case, Surroundings(again)) == seen
