"""`kubelet`: the configuration that a node's kubelet runs with, its flags, and its agreement with
the runtime. A node is Ready for hours while the two disagree, so Ready says nothing of it."""

from collections.abc import Mapping
from typing import Any

from grader.finding import failed, mismatched, passed, unknown
from grader.meaning.argv import compare_flags, flag_values
from grader.meaning.compare import Mismatch, compare, compare_document
from grader.meaning.duration import parse_duration
from grader.meaning.operators import is_operators
from grader.meaning.quantity import parse_quantity
from grader.nodes.containers import read_state
from grader.nodes.cri import RuntimeSilent
from grader.nodes.kubelet_configuration import (
    KubeletConfiguration,
    KubeletUnreadable,
    node_capacity,
    read_configuration,
)
from grader.nodes.processes import Process
from grader.nodes.runtime_endpoint import kubelet_process
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.kubelet import KubeletCheck


def look(args: KubeletCheck, around: Surroundings) -> Finding:
    process = kubelet_process(around.round, args.node)
    if process is None and (args.running or args.flags):
        return failed(
            f"no kubelet runs on {args.node}",
            expected="a kubelet",
            actual="none",
            path=f"{args.node} kubelet",
        )
    mismatch = compare_flags(args.flags, process.argv) if process else None
    if mismatch is not None:
        return mismatched(mismatch, f"{args.node} kubelet (PID {process.pid if process else 0})")
    if not (args.config or args.eviction or args.cgroup_driver_as_runtime):
        return passed(expected="a kubelet", actual=f"PID {process.pid}" if process else "none")
    try:
        found = read_configuration(around.round, args.node, args.node_name or args.node, process)
        finding = _configured(args, found, process, around)
    except (KubeletUnreadable, RuntimeSilent) as error:
        return failed(error.message, expected="its configuration", actual="none", path=args.node)
    return finding or passed(expected="as asked", actual=f"as asked, by {found.source}")


def _configured(
    args: KubeletCheck, found: KubeletConfiguration, process: Process | None, around: Surroundings
) -> Finding | None:
    place = f"{args.node} kubelet {found.source}"
    mismatch = compare_configuration(args.config, found.document)
    if mismatch is not None:
        return mismatched(mismatch, place)
    finding = _eviction(args, found, place, around) if args.eviction else None
    if finding is None and args.cgroup_driver_as_runtime:
        finding = _driver(args, found, process, around)
    return finding


def compare_configuration(
    expected: Mapping[str, Any], document: Mapping[str, Any]
) -> Mismatch | None:
    """As `compare_document`; texts that are durations are compared as such (`5m` is `5m0s`)."""
    for path, wanted in expected.items():
        mismatch = compare_document({path: wanted}, document, api_object=True)
        if mismatch is not None and isinstance(wanted, str) and not wanted.isdigit():
            as_duration = parse_duration(wanted) is not None
            again = compare_document({path: {"duration": wanted}}, document)
            mismatch = again if as_duration else mismatch
        if mismatch is not None:
            return mismatch
    return None


def _driver(
    args: KubeletCheck, found: KubeletConfiguration, process: Process | None, around: Surroundings
) -> Finding | None:
    given = flag_values(process.argv, "cgroup-driver") if process else []
    from_file = found.source != "configz"
    driver = str(given[-1] if given and from_file else found.document.get("cgroupDriver") or "")
    state = read_state(around.round, args.node)
    if not state.cgroup_driver:
        return unknown(f"{state.name} on {args.node} does not tell its cgroup driver")
    if driver == state.cgroup_driver:
        return None
    return failed(
        f"the kubelet of {args.node} uses the cgroup driver {driver or 'cgroupfs'}, "
        f"{state.name} uses {state.cgroup_driver}",
        expected=state.cgroup_driver,
        actual=driver,
        path=f"{args.node} kubelet {found.source} cgroupDriver",
    )


def _eviction(
    args: KubeletCheck, found: KubeletConfiguration, place: str, around: Surroundings
) -> Finding | None:
    thresholds = found.document.get("evictionHard") or {}
    capacity: dict[str, float] = {}
    if any(not str(value).endswith("%") for value in thresholds.values()):
        capacity = node_capacity(around.round, args.node_name or args.node)
    for signal, wanted in args.eviction.items():
        path = f"evictionHard.{signal}"
        text = thresholds.get(signal)
        share = None if text is None else percent(str(text), capacity.get(signal))
        if text is not None and share is None:
            return unknown(f"{place}: {path} is {text}, of what is not known")
        rules = wanted if is_operators(wanted) else {"eq": wanted}
        mismatch = compare({name: _share(value) for name, value in rules.items()}, share or 0, path)
        if mismatch is not None:
            return failed(
                f"{place}: {path} is {text or 'not set'}, {float(share or 0):g} % of the capacity",
                expected=" and ".join(f"{name} {value}" for name, value in rules.items()),
                actual=text or "not set",
                path=f"{place} {path}",
            )
    return None


def percent(text: str, capacity: float | None) -> float | None:
    """The share of the capacity that a threshold is; None when the capacity is not known."""
    if text.endswith("%"):
        number = parse_quantity(text.removesuffix("%"))
        return None if number is None else float(number)
    amount = parse_quantity(text)
    return None if amount is None or not capacity else float(amount) / capacity * 100


def _share(value: Any) -> Any:
    return percent(value, None) if isinstance(value, str) and value.endswith("%") else value
