"""The stages of `./seatrial test`: format, lint, types, imports, tests, image, live tests.

Every stage runs, whatever became of those before it. The image is built beside the stages
before it, which use one processor. The last line counts the tests.
"""

import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Stage:
    """One program to run in the checkout. `report`: where pytest leaves its JUnit file.

    `beside`: begun before all others; what it prints is shown when its turn has come.
    """

    name: str
    argv: tuple[str, ...]
    report: Path | None = None
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A stage that has begun. `output` is where its lines lie until they are shown, or None."""

    stage: Stage
    process: "subprocess.Popen[bytes]"
    began: float
    output: Path | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many tests passed, failed (errors included) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


@dataclass(frozen=True, slots=True)
class Outcome:
    stage: Stage
    ok: bool
    seconds: float
    count: Count = Count()


def count_of(report: Path) -> Count:
    """The tests in a JUnit file. A run that left none behind counts as one failure."""
    try:
        suites = ElementTree.parse(report).getroot().iter("testsuite")
    except (FileNotFoundError, ElementTree.ParseError):
        return Count(failed=1)
    total = Count()
    for suite in suites:
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        total += Count(tests - skipped - failed, failed, skipped)
    return total


def pytest_stage(name: str, reports: Path, arguments: Sequence[str]) -> Stage:
    report = reports / f"{name.replace(' ', '-')}.xml"
    argv = (sys.executable, "-m", "pytest", "-q", "--durations=5", f"--junitxml={report}")
    return Stage(name, (*argv, *arguments), report)


def stages(reports: Path, quick: bool, pytest_arguments: Sequence[str]) -> list[Stage]:
    """All stages; only pytest, with these arguments, if there are any."""
    if pytest_arguments:
        return [pytest_stage("tests", reports, pytest_arguments)]
    found = [
        Stage("format", (f"{BIN}/ruff", "format", "--check", ".")),
        Stage("lint", (f"{BIN}/ruff", "check", ".")),
        Stage("types", (f"{BIN}/mypy",)),
        Stage("imports", (f"{BIN}/lint-imports",)),
        pytest_stage("tests", reports, ["--ignore=tests/live", "tests"]),
    ]
    if not quick:
        found.append(Stage("image", (sys.executable, "-m", "tui", "image", "build"), beside=True))
        found.append(pytest_stage("live tests", reports, ["tests/live"]))
    return found


def begin(stage: Stage, output: Path | None = None) -> Running:
    with output.open("wb") if output else nullcontext() as file:
        process = subprocess.Popen(
            stage.argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    return Running(stage, process, time.monotonic(), output)


@contextmanager
def begun_beside(chosen: Sequence[Stage], folder: Path) -> Iterator[dict[str, Running]]:
    """The stages that run beside others, by name. None of them outlives the block."""
    running = {
        stage.name: begin(stage, folder / f"{stage.name}.txt") for stage in chosen if stage.beside
    }
    try:
        yield running
    finally:
        for one in running.values():
            one.process.terminate()
            one.process.wait()


def end(running: Running) -> Outcome:
    """Shows what the stage printed until now and prints from now on, and waits for its end."""
    if running.output:
        with running.output.open(encoding="utf-8", errors="replace") as lines:
            ended = False
            while not ended:
                ended = running.process.poll() is not None
                print(lines.read(), end="", flush=True)
                time.sleep(0 if ended else 0.2)
    code = running.process.wait()
    seconds = time.monotonic() - running.began
    report = running.stage.report
    return Outcome(running.stage, code == 0, seconds, count_of(report) if report else Count())


def run_all(chosen: Sequence[Stage], folder: Path) -> Iterator[Outcome]:
    with begun_beside(chosen, folder) as beside:
        for stage in chosen:
            print(f"== {stage.name}", flush=True)
            yield end(beside.get(stage.name) or begin(stage))


def main(arguments: Sequence[str]) -> int:
    quick = "--quick" in arguments
    rest = [argument for argument in arguments if argument != "--quick"]
    with tempfile.TemporaryDirectory(prefix="seatrial-test-") as name:
        folder = Path(name)
        outcomes = list(run_all(stages(folder, quick, rest), folder))
    print()
    for outcome in outcomes:
        word = "ok" if outcome.ok else "FAILED"
        print(f"{outcome.stage.name:<12} {word:<7} {outcome.seconds:6.1f} s")
    print(sum((outcome.count for outcome in outcomes), Count()), flush=True)
    return 0 if all(outcome.ok for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
