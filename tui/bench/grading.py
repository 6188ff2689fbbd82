"""How long the grader takes for ten checks of different kinds, all of which pass."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.grade import Grader
from grader.verdict import Verdict
from labs.errors import SeatrialError
from labs.model import CheckSpec, Criterion, Lab, Step
from tui.bench.figure import Figure, quantile
from tui.bench.ground import running

PART = "grading"
PROFILE = "kubeadm-1"
RUNS = 20
NODE = "k8s-master"

CHECKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("node", {"name": NODE}),
    ("resource", {"kind": "Pod", "namespace": "kube-system", "min": 5}),
    ("resource", {"kind": "Namespace", "name": "default", "expect": {"status.phase": "Active"}}),
    ("rollout", {"namespace": "kube-system", "name": "coredns"}),
    ("endpoints", {"namespace": "kube-system", "service": "kube-dns"}),
    ("service", {"node": NODE, "unit": "kubelet.service"}),
    ("service", {"node": NODE, "unit": "containerd.service"}),
    ("sysctl", {"node": NODE, "values": {"net.ipv4.ip_forward": 1}, "after_reboot": False}),
    ("file", {"node": NODE, "path": "/etc/kubernetes/admin.conf", "mode": "0600"}),
    ("command", {"node": NODE, "argv": ["uname", "-s"], "stdout": {"contains": "Linux"}}),
)


def measure() -> Iterator[Figure]:
    with running(PROFILE) as cluster:
        grader = Grader(ten_checks(), cluster, {})
        seconds = [graded(grader) for _ in range(RUNS)]
    yield Figure(PART, "first time", round(seconds[0], 3), "s", "connections are made")
    for name, share in (("median", 0.5), ("95th percentile", 0.95)):
        yield Figure(PART, name, round(quantile(seconds[1:], share), 3), "s", "ten checks")


def graded(grader: Grader) -> float:
    """Seconds for one look at all. Raises SeatrialError when it was no full look."""
    report = grader.grade(quick=True)
    for result in report.steps[0].results:
        if result.verdict is not Verdict.PASSED:
            raise SeatrialError(
                f"The check {result.criterion_id} should pass: {result.evidence.why}",
                "The figure would be of something else; mend the image first.",
            )
    return report.seconds


def ten_checks() -> Lab:
    """A lab of one step that a fresh control plane passes."""
    return lab_of("ten checks", CHECKS)


def lab_of(name: str, checks: Iterable[tuple[str, Mapping[str, Any]]]) -> Lab:
    """A lab of one step, with a criterion for each of these checks."""
    criteria = tuple(
        Criterion(f"{number}-{kind}", CheckSpec(kind, arguments), points=1)
        for number, (kind, arguments) in enumerate(checks, 1)
    )
    text = {"en": name}
    step = Step("all", text, text, (), criteria, (), {})
    return Lab(
        id=f"bench/{PROFILE}",
        chapter=0,
        name=PROFILE,
        title=text,
        summary=text,
        source="",
        supports={},
        profile=PROFILE,
        target_seconds=0,
        steps=(step,),
        setup=(),
        ready=(),
        cleanup=(),
        solutions=(),
        wrong=(),
        notebook=Path(),
        folder=Path(),
    )
