"""How quick the grader is where nothing else is slow: on an API server that runs natively here."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from queue import Empty, SimpleQueue

from cluster import image
from cluster.native.api_server import NativeApi
from grader.grade import Grader
from grader.judgement import Case
from grader.kubernetes.api import Api
from grader.live import watch
from grader.recording import RecordedSource, Recording
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import CriterionResult, Verdict
from grader.waves import look_once
from labs.errors import SeatrialError
from tui.bench.figure import Figure, quantile
from tui.bench.grading import graded, lab_of
from tui.bench.native_objects import NAMESPACE, checks, fill

PART = "native"
RUNS = 30
PATCHES = 40
LOOKS = 5000
LIMIT = 20.0
_SETTLE = 2.0
"""Seconds for the watches to begin."""
_CHANGED = "3-"
"""The criterion that asks for the image of the Deployment that is changed."""
_WATCHED = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/web"
MIB = 1 << 20


def measure() -> Iterator[Figure]:
    """Thirty checks graded, watched and judged from what was stored. Raises SeatrialError."""
    began = time.monotonic()
    with NativeApi(image.current() or image.build()) as server:
        seconds = time.monotonic() - began
        yield Figure(PART, "ready after", round(seconds, 2), "s", "etcd and kube-apiserver")
        grader = Grader(lab_of("thirty checks", checks()), server, {})
        api = grader.link.api()
        fill(api)
        yield from _grading(grader)
        recorded = grader.grade(quick=True).steps[0].results
        yield from _watching(grader, api)
    yield from _evaluation(grader, [result for result in recorded if result.seen])


def _grading(grader: Grader) -> Iterator[Figure]:
    taken = [graded(grader) * 1000 for _ in range(RUNS)][1:]
    for name, share in (("median", 0.5), ("95 %", 0.95)):
        yield Figure(PART, f"grading, {name}", round(quantile(taken, share), 1), "ms", "30 checks")


def _watching(grader: Grader, api: Api) -> Iterator[Figure]:
    """From the answer to a change of one object until the verdict on it is told."""
    taken = [seconds * 1000 for seconds in verdicts_after_patches(grader, api)]
    note = f"{PATCHES} changes, 30 checks watched"
    for name, share in (("median", 0.5), ("95 %", 0.95)):
        value = round(quantile(taken, share))
        yield Figure(PART, f"change to verdict, {name}", value, "ms", note)


def verdicts_after_patches(grader: Grader, api: Api) -> Iterator[float]:
    """Seconds, for a change that fails a criterion and one that mends it, by turns."""
    told: SimpleQueue[tuple[float, CriterionResult]] = SimpleQueue()
    stop = threading.Event()
    step = grader.lab.steps[0]

    def tell(result: CriterionResult) -> None:
        told.put((time.monotonic(), result))

    thread = threading.Thread(target=watch, args=(grader, step.id, tell, stop))
    thread.start()
    try:
        while not _next(told)[1].criterion_id.startswith(_CHANGED):
            pass
        stop.wait(_SETTLE)
        for image_ in islice(cycle(("nginx:1.23", "nginx:1.22")), PATCHES):
            yield _verdict_after(api, image_, told)
    finally:
        stop.set()
        thread.join()


def _verdict_after(
    api: Api, image_: str, told: "SimpleQueue[tuple[float, CriterionResult]]"
) -> float:
    found = api.request("GET", _WATCHED, None, "", ()).body
    found["spec"]["template"]["spec"]["containers"][0]["image"] = image_
    if api.request("PUT", _WATCHED, found, "", ()).status != 200:
        raise SeatrialError("The server does not take a change.", "")
    answered = time.monotonic()
    wanted = Verdict.PASSED if image_ == "nginx:1.22" else Verdict.FAILED
    while True:
        at, result = _next(told)
        if result.criterion_id.startswith(_CHANGED) and result.verdict is wanted:
            return at - answered


def _next(
    told: "SimpleQueue[tuple[float, CriterionResult]]",
) -> tuple[float, CriterionResult]:
    try:
        return told.get(timeout=LIMIT)
    except Empty:
        raise SeatrialError(f"No verdict was told within {LIMIT:.0f} s.", "") from None


def _evaluation(grader: Grader, results: Sequence[CriterionResult]) -> Iterator[Figure]:
    """What judging alone takes, without a cluster: from evidence as it is stored, and unpacked."""
    cases = {case.criterion.id: case for case in grader.cases(grader.lab.steps[0])}
    stored = [(cases[one.criterion_id], one.seen.pack()) for one in results if one.seen is not None]
    unpacked = [(case, Recording.unpack(data)) for case, data in stored]
    rate = _rate(lambda: [judge(case, seen) for case, seen in unpacked])
    yield Figure(PART, "judged from evidence", round(rate), "checks/s", _NOTE)
    rate = _rate(lambda: [judge(case, Recording.unpack(data)) for case, data in stored])
    yield Figure(PART, "unpacked and judged", round(rate), "checks/s", _NOTE)


_NOTE = "of one processor's time"


def _rate(judge_all: Callable[[], Sequence[Verdict]]) -> float:
    began, done = time.process_time(), 0
    while done < LOOKS:
        verdicts = judge_all()
        if set(verdicts) != {Verdict.PASSED}:
            raise SeatrialError("What passed on the cluster did not pass from its evidence.", "")
        done += len(verdicts)
    return done / (time.process_time() - began)


def judge(case: Case, recording: Recording) -> Verdict:
    around = Surroundings(
        Round(RecordedSource(recording.answers)),
        recording.time_scale,
        case.baseline,
        dict(recording.memory),
        recording.patient,
    )
    return look_once(case, around).verdict
