import threading
from dataclasses import replace
from typing import Any

import pytest

from cluster.node import ApiAccess, CommandResult
from grader.baseline import BaselineFailed, capture
from grader.checks import registry
from grader.grade import Grader
from grader.kubernetes.api import ApiDistrusted
from grader.live_source import ApiLink
from grader.readiness import LabNotReady, prove_ready
from grader.verdict import CriterionResult, GradeReport, Verdict
from labs.model import Criterion, Keep, Lab
from tests.grader.fakes import UNREACHABLE, FakeApi, FakeCluster, FakeNode, World, prints, world
from tests.grader.kubernetes_objects import deployment, pod, replica_set
from tests.grader.sample_lab import criterion, lab, step


def command(id_: str, node: str = "n1") -> Criterion:
    return criterion(id_, "command", node=node, argv=["true"])


def grade(here: World, sample: Lab, baseline: Any = None, **args: Any) -> GradeReport:
    passed = args.pop("passed", ())
    return Grader(sample, here.cluster, baseline or {}, passed, here.link()).grade(**args)


def verdicts(report: GradeReport) -> dict[str, str]:
    return {r.criterion_id: r.verdict.value for s in report.steps for r in s.results}


def test_every_criterion_of_every_step_gets_its_verdict() -> None:
    here = world(nodes=[FakeNode("n1"), FakeNode("n2", prints("", 1))])
    sample = lab(step("one", command("good")), step("two", command("bad", "n2")))
    report = grade(here, sample)
    assert verdicts(report) == {"good": "PASSED", "bad": "FAILED"}
    assert [s.points for s in report.steps] == [2, 0]
    assert report.exit_code == 1


def test_only_the_steps_that_were_asked_for_are_graded() -> None:
    here = world(nodes=[FakeNode("n1")])
    sample = lab(step("one", command("a")), step("two", command("b")))
    assert verdicts(grade(here, sample, step_ids=["two"])) == {"b": "PASSED"}
    with pytest.raises(KeyError):
        grade(here, sample, step_ids=["three"])


def test_results_are_told_one_by_one_in_the_callers_thread() -> None:
    told: list[tuple[str, int]] = []
    here = world(nodes=[FakeNode("n1")])

    def tell(result: CriterionResult) -> None:
        told.append((result.criterion_id, threading.get_ident()))

    grade(here, lab(step("one", command("a"), command("b"))), on_result=tell)
    assert sorted(told) == [("a", threading.get_ident()), ("b", threading.get_ident())]


def test_a_lost_node_costs_only_the_criteria_that_look_at_it() -> None:
    here = world(nodes=[FakeNode("n1"), FakeNode("n2", lost=True)])
    report = grade(here, lab(step("one", command("a"), command("b", "n2"))))
    assert verdicts(report) == {"a": "PASSED", "b": "UNKNOWN"}
    assert report.exit_code == 2
    assert "tried 3 times" in report.steps[0].results[1].evidence.why


def test_what_was_blind_for_a_moment_is_judged() -> None:
    class Returning(FakeNode):
        def run(self, *args: Any, **kwargs: Any) -> CommandResult:
            self.lost = len(self.calls) < 2
            return FakeNode.run(self, *args, **kwargs)

    here = world(nodes=[Returning("n1")])
    assert verdicts(grade(here, lab(step("one", command("a"))))) == {"a": "PASSED"}


def test_a_fault_of_ours_is_unknown_and_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(args: Any, around: Any) -> Any:
        raise ZeroDivisionError

    service = registry.REGISTRY["service"]
    monkeypatch.setitem(registry.REGISTRY, "service", replace(service, look=broken))
    here = world(nodes=[FakeNode("n1")])
    sample = lab(step("one", criterion("bad", "service", node="n1", unit="x"), command("a")))
    report = grade(here, sample)
    assert verdicts(report) == {"bad": "UNKNOWN", "a": "PASSED"}
    assert "a fault of ours (ZeroDivisionError)" in report.steps[0].results[0].evidence.why


def test_a_violated_guard_costs_the_steps_points() -> None:
    here = world(nodes=[FakeNode("n1"), FakeNode("n2", prints("", 1))])
    guard = replace(command("kept", "n2"), guard=True, points=0)
    report = grade(here, lab(step("one", command("a"), guard)))
    assert (report.steps[0].points, report.steps[0].max_points) == (0, 2)


def test_a_pass_on_record_counts_for_ever_where_once_is_enough() -> None:
    here = world(nodes=[FakeNode("n1", prints("", 1))])
    once, still = replace(command("once"), keep=Keep.ONCE), command("still")
    sample = lab(step("one", once, still))
    passed = {("one", "once"), ("one", "still")}
    assert verdicts(grade(here, sample, passed=passed)) == {"once": "PASSED", "still": "FAILED"}
    assert verdicts(grade(here, sample)) == {"once": "FAILED", "still": "FAILED"}


def test_one_round_reads_each_thing_once() -> None:
    here = world(deployment(), replica_set("web", 1), *[pod(f"w{n}", owner="rs-1") for n in "123"])
    rollout = {"namespace": "shop", "name": "web"}
    criteria = [criterion(f"r{n}", "rollout", **rollout) for n in range(8)]
    report = grade(here, lab(step("one", *criteria)))
    assert set(verdicts(report).values()) == {"PASSED"}
    assert sorted(here.api.reads) == sorted(set(here.api.reads))


def test_a_server_that_does_not_answer_is_asked_once_in_a_round() -> None:
    here = world()
    here.api.trouble = UNREACHABLE
    criteria = [criterion(f"r{n}", "resource", kind="Pod", namespace=f"n{n}") for n in range(9)]
    here.cluster.time_scale = 0.1
    report = grade(here, lab(step("one", *criteria)), quick=True)
    assert set(verdicts(report).values()) == {"UNKNOWN"}
    assert len(here.api.reads) <= 6, "no more than there are threads"


def test_a_cluster_that_converges_passes_and_one_that_does_not_fails_with_its_last_reason() -> None:
    class Growing(FakeNode):
        def run(self, *args: Any, **kwargs: Any) -> CommandResult:
            self.calls.append(())
            return CommandResult(0, str(len(self.calls)), "")

    def counting(wanted: int, eventually: float) -> Criterion:
        check = criterion("c", "command", node="n1", argv=["count"], stdout={"ge": wanted})
        return replace(check, eventually=eventually)

    report = grade(world(nodes=[Growing("n1")]), lab(step("one", counting(2, 30))))
    assert verdicts(report) == {"c": "PASSED"}
    report = grade(world(nodes=[Growing("n1")]), lab(step("one", counting(99, 0.2))))
    assert verdicts(report) == {"c": "FAILED"}
    assert "it must be at least 99" in report.steps[0].results[0].evidence.why


def test_a_quick_grading_does_not_wait() -> None:
    here = world(nodes=[FakeNode("n1", prints("", 1))])
    slow = replace(command("a"), eventually=3600, stable=3600)
    assert verdicts(grade(here, lab(step("one", slow)), quick=True)) == {"a": "FAILED"}


def test_a_stopped_grading_leaves_the_rest_unknown() -> None:
    stop = threading.Event()
    here = world(nodes=[FakeNode("n1", prints("", 1))])
    slow = replace(command("slow"), eventually=3600)
    report = grade(
        here, lab(step("one", slow, command("a"))), stop=stop, on_result=lambda _: stop.set()
    )
    assert verdicts(report) == {"slow": "UNKNOWN", "a": "FAILED"}


UNCHANGED = criterion("kept", "unchanged", kind="Deployment", namespace="shop")


def test_the_baseline_is_captured_by_criterion_and_used() -> None:
    here, sample = world(deployment()), lab(step("one", UNCHANGED, command("a")))
    baseline = capture(sample, here.cluster, here.link())
    assert list(baseline) == ["one/kept"]
    assert verdicts(grade(here, sample, baseline, step_ids=["one"]))["kept"] == "PASSED"
    here.api.items.clear()
    assert verdicts(grade(here, sample, baseline, step_ids=["one"]))["kept"] == "FAILED"


def test_a_baseline_that_cannot_be_captured_is_an_error() -> None:
    here = world()
    here.cluster.time_scale = 0.001
    here.api.trouble = UNREACHABLE
    with pytest.raises(BaselineFailed, match="does not answer"):
        capture(lab(step("one", UNCHANGED)), here.cluster, here.link())


def test_a_lab_is_ready_when_all_that_it_names_holds() -> None:
    here = world(nodes=[FakeNode("n1"), FakeNode("n2", prints("", 1, "kubelet runs"))])
    prove_ready(lab(ready=(command("symptom"),)), here.cluster, link=here.link())
    with pytest.raises(LabNotReady, match=r"symptom.*kubelet runs"):
        prove_ready(lab(ready=(command("symptom", "n2"),)), here.cluster, link=here.link())


def test_an_unknown_is_never_ready() -> None:
    here = world(nodes=[FakeNode("n1", lost=True)])
    with pytest.raises(LabNotReady, match="could not be judged"):
        prove_ready(lab(ready=(command("symptom"),)), here.cluster, link=here.link())


def test_every_check_of_the_format_is_judged_by_its_own_code() -> None:
    from labs.checks.registry import CHECKS

    assert {name: check.model for name, check in registry.REGISTRY.items()} == CHECKS
    modules = {name: check.look.__module__ for name, check in registry.REGISTRY.items()}
    assert modules == {name: f"grader.checks.{name}" for name in CHECKS}
    models = {name: model.__module__ for name, model in CHECKS.items()}
    assert models == {name: f"labs.checks.{name}" for name in CHECKS}


def test_no_verdict_is_lost_among_many_criteria() -> None:
    here = world(nodes=[FakeNode("n1")])
    report = grade(here, lab(step("one", *[command(f"c{n}") for n in range(50)])))
    assert len(verdicts(report)) == 50 and report.exit_code == 0
    assert all(r.verdict is Verdict.PASSED for r in report.steps[0].results)


def needing(criterion_: Criterion, *names: str) -> Criterion:
    return replace(criterion_, needs=names)


def test_what_needs_a_failed_criterion_is_blocked_and_says_by_what() -> None:
    here = world(nodes=[FakeNode("n1"), FakeNode("n2", prints("", 1))])
    sample = lab(step("one", command("up", "n2"), needing(command("then"), "up")))
    report = grade(here, sample)
    assert verdicts(report) == {"up": "FAILED", "then": "UNKNOWN"}
    assert report.steps[0].results[1].evidence.why.startswith("blocked by up: n2: true ended with")
    assert here.cluster.nodes["n1"].calls == []  # type: ignore[union-attr]


def test_blocking_goes_on_from_one_to_the_next() -> None:
    here = world(nodes=[FakeNode("n1"), FakeNode("n2", lost=True)])
    chain = (command("a", "n2"), needing(command("b"), "a"), needing(command("c"), "b"))
    report = grade(here, lab(step("one", *chain)))
    assert verdicts(report) == {"a": "UNKNOWN", "b": "UNKNOWN", "c": "UNKNOWN"}
    assert "blocked by b: blocked by a" in report.steps[0].results[2].evidence.why


@pytest.mark.parametrize("quick", [True, False])
def test_what_it_needs_has_passed_so_it_is_judged(quick: bool) -> None:
    here = world(nodes=[FakeNode("n1"), FakeNode("n2", prints("", 1))])
    sample = lab(step("one", command("up"), needing(command("then", "n2"), "up")))
    assert verdicts(grade(here, sample, quick=quick)) == {"up": "PASSED", "then": "FAILED"}


def test_what_stands_later_or_nowhere_blocks_nothing() -> None:
    """The linter finds it; the grader must not wait for ever."""
    here = world(nodes=[FakeNode("n1")])
    first, second = needing(command("a"), "b", "nowhere"), needing(command("b"), "a")
    assert verdicts(grade(here, lab(step("one", first, second)))) == {"a": "PASSED", "b": "PASSED"}


class Authorities(FakeCluster):
    """Credentials by the CA that is on the control plane now."""

    ca: str = "old"
    asked: int = 0

    def api(self) -> ApiAccess:
        self.asked += 1
        return ApiAccess("https://127.0.0.1:1", "kubernetes", self.ca, "cert", "key")


def test_new_credentials_are_made_when_the_cluster_has_another_authority() -> None:
    cluster, connected = Authorities(), []

    def connect(access: ApiAccess, scale: float) -> FakeApi:
        connected.append(access.ca_file)
        trouble = None if access.ca_file == cluster.ca else ApiDistrusted("of another authority")
        return FakeApi([deployment()], trouble)

    link = ApiLink(cluster, connect)
    wanted = criterion("c", "resource", kind="Deployment", namespace="shop", name="web")
    grader = Grader(lab(step("one", wanted)), cluster, {}, link=link)
    assert [verdicts(grader.grade(quick=True))["c"] for _ in range(2)] == ["PASSED", "PASSED"]
    assert cluster.asked == 1, "as long as it works, nobody reads the CA again"
    old = link.api()
    assert isinstance(old, FakeApi)
    old.trouble = ApiDistrusted("of another authority")
    assert verdicts(grader.grade(quick=True)) == {"c": "UNKNOWN"}, "the CA is still the same"
    cluster.ca = "new"
    assert verdicts(grader.grade(quick=True)) == {"c": "PASSED"}
    assert connected == ["old", "new"]
