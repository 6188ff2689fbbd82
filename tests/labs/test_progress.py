"""Progress: what was acknowledged is there again, whatever happens to the process that wrote it."""

import contextlib
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from labs import paths
from labs.progress import Progress
from labs.records import NewAttempt, ProgressError, StepScore, VerdictRow


@pytest.fixture
def progress(tmp_path: Path) -> Iterator[Progress]:
    ticks = count(1000.0)
    with Progress.open(tmp_path / "deep" / "progress.sqlite", clock=lambda: next(ticks)) as opened:
        yield opened


def verdict(criterion: str, name: str, points: int = 0, actual: str = "") -> VerdictRow:
    return VerdictRow("scale", criterion, name, points, {"actual": actual})


def test_an_attempt_is_found_again_with_all_that_is_known_of_it(progress: Progress) -> None:
    new = NewAttempt("8/deployments", "s", "exam", {"ns": "订单"}, "abc", "debian-1", "emulated")
    started = progress.start_attempt(new)
    progress.set_baseline(started.id, {"scale/untouched": ["uid-1"]})
    found = progress.current_attempt("8/deployments")
    assert found is not None
    assert (found.id, found.mode, found.seed) == (started.id, "exam", "s")
    assert (found.variables, found.image, found.virtualisation) == (
        {"ns": "订单"},
        "debian-1",
        "emulated",
    )
    assert found.baseline == {"scale/untouched": ["uid-1"]}
    assert found.ready is not None and found.ready > found.started
    assert found == progress.attempt(started.id)


def test_a_new_attempt_finishes_the_one_before_of_the_same_lab_only(progress: Progress) -> None:
    first = progress.start_attempt(NewAttempt("8/deployments"))
    other = progress.start_attempt(NewAttempt("2/crictl"))
    second = progress.start_attempt(NewAttempt("8/deployments"))
    assert [attempt.id for attempt in progress.history("8/deployments")] == [second.id, first.id]
    assert progress.attempt(first.id).finished is not None
    assert progress.current_attempt("2/crictl") == other
    progress.finish(second.id)
    assert progress.current_attempt("8/deployments") is None


def test_a_pass_is_remembered_though_it_fails_later(progress: Progress) -> None:
    attempt = progress.start_attempt(NewAttempt("8/deployments")).id
    progress.record(attempt, [verdict("scaled", "PASSED", 3), verdict("other", "UNKNOWN")])
    progress.record(attempt, [verdict("scaled", "FAILED", 0, "2 replicas")])
    assert progress.passed_once(attempt) == {("scale", "scaled")}
    latest = {
        row.criterion: (row.verdict, row.evidence) for row in progress.latest_verdicts(attempt)
    }
    assert latest == {
        "other": ("UNKNOWN", {"actual": ""}),
        "scaled": ("FAILED", {"actual": "2 replicas"}),
    }


def test_a_verdict_that_stays_the_same_takes_no_new_row(progress: Progress) -> None:
    attempt = progress.start_attempt(NewAttempt("8/deployments")).id
    for actual in ("1", "1", "2", "1"):
        progress.record(attempt, [verdict("scaled", "FAILED", 0, actual)])
    with sqlite3.connect(progress.path) as raw:
        assert raw.execute("select count(*) from verdicts").fetchone() == (3,)
    raw.close()


def test_states_have_the_best_points_and_every_step_that_was_ever_passed(
    progress: Progress,
) -> None:
    first = progress.start_attempt(NewAttempt("8/deployments")).id
    progress.record(first, [], [StepScore("scale", 3, True), StepScore("undo", 1, False)])
    progress.record(first, [], [StepScore("scale", 0, False)])
    second = progress.start_attempt(NewAttempt("8/deployments"))
    progress.record(second.id, [], [StepScore("undo", 2, True)])
    state = progress.states()["8/deployments"]
    assert (state.attempts, state.best_points, state.current) == (2, 4, second.id)
    assert state.passed_steps == {"scale", "undo"}
    assert state.last == second.started
    assert list(progress.passed_steps(first)) == ["scale"]


def test_hints_count_once_and_notes_keep_their_order(progress: Progress) -> None:
    attempt = progress.start_attempt(NewAttempt("8/deployments")).id
    for number in (0, 0, 1):
        progress.hint_used(attempt, "scale", number)
    progress.note(attempt, "scale", "first")
    progress.note(attempt, "", "second")
    assert progress.hints_used(attempt) == {"scale": 2}
    assert [(note.step, note.text) for note in progress.notes(attempt)] == [
        ("scale", "first"),
        ("", "second"),
    ]


def test_what_belongs_to_no_attempt_is_refused(progress: Progress) -> None:
    with pytest.raises(ProgressError, match="FOREIGN KEY"):
        progress.note(77, "", "lost")
    with pytest.raises(ProgressError, match="no attempt 77"):
        progress.attempt(77)


WRITER = """
import sys
from pathlib import Path
from labs.progress import Progress
from labs.records import NewAttempt
progress = Progress.open(Path(sys.argv[1]))
attempt = progress.current_attempt("1/a") or progress.start_attempt(NewAttempt("1/a"))
for number in range(int(sys.argv[2])):
    progress.note(attempt.id, sys.argv[3], str(number))
    print(number, flush=True)
progress.close()
"""


def writer(path: Path, times: int, name: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(path), str(times), name]
    return subprocess.Popen(command, cwd=paths.SOURCE, stdout=subprocess.PIPE, text=True)


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    for round_number in range(3):
        with writer(path, 100_000, str(round_number)) as process:
            assert process.stdout is not None
            acknowledged = [int(process.stdout.readline()) for _ in range(round_number * 5 + 1)]
            process.send_signal(signal.SIGKILL)
            acknowledged += [
                int(line) for line in process.stdout.readlines() if line.endswith("\n")
            ]
        with Progress.open(path) as progress:
            attempt = progress.current_attempt("1/a")
            assert attempt is not None
            kept = {n.text for n in progress.notes(attempt.id) if n.step == str(round_number)}
        assert {str(number) for number in acknowledged} <= kept


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    with writer(path, 50, "a") as first, writer(path, 50, "b") as second:
        assert (first.wait(60), second.wait(60)) == (0, 0)
    with sqlite3.connect(path) as raw:
        counts = raw.execute("select step, count(*) from notes group by step").fetchall()
    raw.close()
    assert counts == [("a", 50), ("b", 50)]


def test_a_file_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    with contextlib.closing(sqlite3.connect(path, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.3, other.rollback)
        release.start()
        Progress.open(path).close()
        release.join()


def test_threads_share_one_progress(progress: Progress) -> None:
    attempt = progress.start_attempt(NewAttempt("1/a")).id

    def write() -> None:
        for number in range(20):
            progress.note(attempt, "", str(number))

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(progress.notes(attempt)) == 60


@pytest.mark.parametrize("content", [b"this is no database, it only lies here" * 200, None])
def test_a_damaged_file_gives_one_clear_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "progress.sqlite"
    if content is None:
        with Progress.open(path) as progress:
            attempt = progress.start_attempt(NewAttempt("1/a")).id
            for _ in range(200):
                progress.note(attempt, "", "x" * 500)
        content = path.read_bytes()
        content = content[:8192] + b"\xa5" * 40_000 + content[48_192:]
    path.write_bytes(content)
    with pytest.raises(ProgressError) as raised:
        Progress.open(path)
    assert raised.value.message == f"The record of your progress, {path}, is damaged."
    assert "Move it away" in raised.value.remedy


def test_a_file_of_a_newer_seatrial_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version=99")
    raw.close()
    with pytest.raises(ProgressError, match="newer Seatrial"):
        Progress.open(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("in the way")
    with pytest.raises(ProgressError, match=r"/a/b cannot be made"):
        Progress.open(tmp_path / "a" / "b" / "progress.sqlite")


def test_what_a_verdict_went_by_is_kept_once_and_found_with_the_verdict(progress: Progress) -> None:
    attempt = progress.start_attempt(NewAttempt("8/deployments")).id
    rows = [
        VerdictRow("scale", name, "FAILED", 0, {"why": name}, seen=b"world") for name in ("a", "b")
    ]
    progress.record(attempt, rows)
    progress.record(attempt, [VerdictRow("scale", "a", "PASSED", 2, {}, seen=None)])
    found = progress.recorded(attempt)
    assert [(row.criterion, row.verdict, row.seen) for row in found] == [
        ("a", "FAILED", b"world"),
        ("b", "FAILED", b"world"),
    ]
    with sqlite3.connect(progress.path) as raw:
        assert raw.execute("SELECT count(*) FROM recordings").fetchone() == (1,)


def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    with Progress.open(path) as progress:
        attempt = progress.start_attempt(NewAttempt("8/deployments")).id
        progress.record(attempt, [verdict("a", "FAILED")])
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE old AS SELECT * FROM verdicts")
        raw.executescript("DROP TABLE verdicts; DROP TABLE recordings")
        raw.execute(
            "CREATE TABLE verdicts (id INTEGER NOT NULL PRIMARY KEY, attempt INTEGER NOT NULL"
            " REFERENCES attempts (id) ON DELETE CASCADE, step TEXT NOT NULL,"
            " criterion TEXT NOT NULL, verdict TEXT NOT NULL, points INTEGER NOT NULL,"
            " evidence JSON NOT NULL, at FLOAT NOT NULL)"
        )
        columns = "id, attempt, step, criterion, verdict, points, evidence, at"
        raw.execute(f"INSERT INTO verdicts SELECT {columns} FROM old")
        raw.execute("PRAGMA user_version=1")
    with Progress.open(path) as progress:
        assert [row.criterion for row in progress.latest_verdicts(attempt)] == ["a"]
        progress.record(attempt, [VerdictRow("scale", "a", "PASSED", 2, {}, seen=b"x")])
        assert [row.seen for row in progress.recorded(attempt)] == [b"x"]
