from collections.abc import Mapping
from typing import Any

import pytest

from grader.kubernetes.api import ApiAnswer
from grader.verdict import Finding, Verdict
from tests.grader.checks.test_runtime import calls, status
from tests.grader.fakes import NOT_INITIALISED, UNREACHABLE, FakeNode, passes, why, world
from tests.grader.machine import SOCKET, Machine, kubelet

CONFIGZ: dict[str, Any] = {
    "syncFrequency": "1m0s",
    "cgroupDriver": "systemd",
    "authentication": {"anonymous": {"enabled": False}},
    "evictionHard": {"nodefs.available": "10%", "memory.available": "100Mi"},
    "evictionPressureTransitionPeriod": "5m0s",
    "maxPods": 110,
}
SUMMARY = {
    "node": {
        "fs": {"capacityBytes": 10_000, "inodes": 100},
        "memory": {"availableBytes": 600 * 2**20, "workingSetBytes": 400 * 2**20},
    }
}
FILE = "/var/lib/kubelet/config.yaml"


def machine(*flags: str) -> Machine:
    return Machine([kubelet(*flags)], calls=calls())


def look(
    on: Machine, answer: ApiAnswer | None = None, config: Any = CONFIGZ, /, **args: Any
) -> Finding:
    here = world(nodes=[on.node()])

    def answers(method: str, path: str, body: Mapping[str, Any] | None) -> ApiAnswer:
        if path == "/api/v1/nodes/n1/proxy/configz":
            return answer or ApiAnswer(200, {"kubeletconfig": config})
        assert path == "/api/v1/nodes/n1/proxy/stats/summary"
        return ApiAnswer(200, SUMMARY)

    here.api.answers = answers
    return here.look("kubelet", node="n1", **args)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("syncFrequency", "60s"),
        ("syncFrequency", "1m"),
        ("evictionPressureTransitionPeriod", "300s"),
        ("authentication.anonymous.enabled", False),
        ("readOnlyPort", 0),
        ("protectKernelDefaults", False),
        ("maxPods", {"le": 110}),
        ('evictionHard."memory.available"', "102400Ki"),
    ],
)
def test_what_the_kubelet_runs_with_is_compared_by_meaning(path: str, value: Any) -> None:
    assert passes(look(machine(), config={path: value}))


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("syncFrequency", "2m", "is 1m0s, not 2m"),
        ("maxPods", 100, "maxPods is 110, not 100"),
        ("cgroupDriver", "cgroupfs", "cgroupDriver is systemd, not cgroupfs"),
        ("readOnlyPort", 10255, "readOnlyPort is 0, not 10255"),
    ],
)
def test_what_it_does_not_run_with_is_named(path: str, value: Any, reason: str) -> None:
    found = look(machine(), config={path: value})
    assert reason in why(found)
    assert "configz" in found.evidence.path


def test_a_file_that_was_changed_and_not_read_does_not_count() -> None:
    on = machine()
    on.files[FILE] = "kind: KubeletConfiguration\nmaxPods: 50\n"
    assert "maxPods is 110, not 50" in why(look(on, config={"maxPods": 50}))


def test_a_kubelet_that_does_not_answer_fails() -> None:
    refused = ApiAnswer(503, {"message": "dial tcp: connection refused"})
    found = look(machine(), refused, config={"maxPods": 110})
    assert why(found) == (
        "the kubelet of n1 does not tell its configuration: dial tcp: connection refused"
    )


def test_no_kubelet_at_all_fails() -> None:
    assert why(look(Machine(), config={"maxPods": 110})) == "no kubelet runs on n1"


def test_its_flags_are_those_of_the_process() -> None:
    on = machine("--node-ip", "10.0.0.1")
    assert passes(look(on, flags={"node-ip": "10.0.0.1", "nonexistent": {"exists": False}}))
    assert "--node-ip is 10.0.0.1, not 10.0.0.2" in why(look(on, flags={"node-ip": "10.0.0.2"}))


def test_the_same_cgroup_driver_as_the_runtime_passes() -> None:
    assert passes(look(machine(), cgroup_driver_as_runtime=True))


def test_another_cgroup_driver_than_the_runtimes_fails_though_the_node_is_ready() -> None:
    cgroupfs = CONFIGZ | {"cgroupDriver": "cgroupfs"}
    assert why(look(machine(), None, cgroupfs, cgroup_driver_as_runtime=True)) == (
        "the kubelet of n1 uses the cgroup driver cgroupfs, containerd uses systemd"
    )
    other = {"containerd": {"runtimes": {"runc": {"options": {"SystemdCgroup": False}}}}}
    on = Machine([kubelet()], calls=calls(Status=status(other)))
    assert "containerd uses cgroupfs" in why(look(on, cgroup_driver_as_runtime=True))
    assert passes(look(on, None, cgroupfs, cgroup_driver_as_runtime=True))


def test_a_runtime_that_is_dead_fails_where_it_is_asked_for() -> None:
    on = Machine([kubelet(f"--container-runtime-endpoint={SOCKET}")])
    assert "no runtime answers" in why(look(on, cgroup_driver_as_runtime=True))


@pytest.mark.parametrize(
    ("signal", "rule"),
    [
        ("nodefs.available", {"ge": "5%", "le": "15%"}),
        ("nodefs.available", "10%"),
        ("memory.available", {"ge": "9%", "le": "11%"}),
    ],
)
def test_a_sane_threshold_passes_as_share_or_amount(signal: str, rule: Any) -> None:
    assert passes(look(machine(), eviction={signal: rule}))


@pytest.mark.parametrize(
    ("value", "shown"), [("95%", "95%"), ("0%", "0%"), ("9000", "9000"), (None, "not set")]
)
def test_a_threshold_that_is_off_or_cannot_be_met_fails(value: str | None, shown: str) -> None:
    hard = {} if value is None else {"nodefs.available": value}
    found = look(
        machine(),
        None,
        CONFIGZ | {"evictionHard": hard},
        eviction={"nodefs.available": {"ge": "1%", "le": "15%"}},
    )
    assert f"evictionHard.nodefs.available is {shown}" in why(found)


NOT_JOINED = ApiAnswer(404, {"message": 'nodes "n1" not found'})


def test_a_node_in_no_cluster_is_judged_by_its_file_with_the_defaults() -> None:
    on = Machine(files={FILE: "kind: KubeletConfiguration\nfailSwapOn: false\n"}, calls=calls())
    asked: dict[str, Any] = {
        "running": False,
        "config": {"failSwapOn": False, "maxPods": 110, "authorization.mode": "Webhook"},
    }
    assert passes(look(on, NOT_JOINED, **asked))
    found = look(on, NOT_JOINED, running=False, cgroup_driver_as_runtime=True)
    assert "uses the cgroup driver cgroupfs, containerd uses systemd" in why(found)
    here = world(nodes=[on.node()], no_api=NOT_INITIALISED)
    assert passes(here.look("kubelet", node="n1", **asked))


def test_who_sets_one_eviction_threshold_has_set_all() -> None:
    text = "kind: KubeletConfiguration\nevictionHard: {memory.available: 5%}\n"
    on = Machine(files={FILE: text})
    rule = {"nodefs.available": {"ge": "1%"}}
    assert "is not set" in why(look(on, NOT_JOINED, running=False, eviction=rule))


@pytest.mark.parametrize("text", ["kind: [", "kind: ClusterConfiguration\n"])
def test_a_file_that_no_kubelet_would_read_fails(text: str) -> None:
    on = Machine(files={FILE: text})
    assert FILE in why(look(on, NOT_JOINED, running=False, config={"maxPods": 110}))
    missing = look(Machine(), NOT_JOINED, running=False, config={"maxPods": 110})
    assert why(missing) == f"n1 is in no cluster, and has no {FILE}"


def test_an_unreachable_api_or_node_is_unknown() -> None:
    here = world(nodes=[machine().node()])
    here.api.trouble = UNREACHABLE
    assert here.look("kubelet", node="n1", config={"maxPods": 1}).verdict is Verdict.UNKNOWN
    lost = world(nodes=[FakeNode("n1", lost=True)])
    assert lost.look("kubelet", node="n1").verdict is Verdict.UNKNOWN
