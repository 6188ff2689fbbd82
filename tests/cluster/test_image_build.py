"""Builds that fail, are killed, cancelled, resumed, refused or kept waiting, and their progress."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cluster import image, image_build, image_recipe, lock
from cluster.events import Event, LogLine, PhaseProgressed, PhaseStarted
from cluster.image_build import NotEnoughDisk, PhaseFailed
from cluster.image_phase import NotPrivileged, as_root
from labs import paths
from labs.deadline import Deadline
from tests.cluster.tiny_recipe import COUNT, DISK, Write, runs

pytestmark = pytest.mark.usefixtures("image_folders")


def started(events: list[Event]) -> list[PhaseStarted]:
    return [event for event in events if isinstance(event, PhaseStarted)]


def test_a_failing_phase_shows_its_last_lines_and_where_the_log_is(recipe: Write) -> None:
    recipe("seq 100\necho the reason >&2\nexit 7\n")
    with pytest.raises(PhaseFailed, match=r"phase 1.*code 7") as failure:
        image.build("tiny")
    lines = failure.value.message.splitlines()
    assert lines[-1] == "the reason" and "100" in lines and "50" not in lines
    (log,) = (paths.state() / "logs").iterdir()
    assert str(log) in failure.value.remedy
    assert "\n50\n" in log.read_text()
    assert image.current("tiny") is None and image.list_images() == []


def test_the_build_after_a_failure_goes_on_from_the_phase_that_failed(
    recipe: Write, tmp_path: Path
) -> None:
    recipe(COUNT + DISK, f"test -e {tmp_path}/mended\n")
    with pytest.raises(PhaseFailed):
        image.build("tiny")
    (tmp_path / "mended").touch()
    events: list[Event] = []
    image.build("tiny", events.append)
    assert runs() == 1
    assert [event.fraction for event in started(events)] == [0.5]


def test_a_killed_build_leaves_nothing_running_and_the_next_one_goes_on(
    recipe: Write, tmp_path: Path
) -> None:
    waiting = f"test -e {tmp_path}/mended || {{ touch {tmp_path}/waiting; sleep 86399.25; }}\n"
    recipe(COUNT + DISK, waiting)
    program = (
        "import sys; from pathlib import Path; from cluster import image, image_recipe;"
        "image_recipe.FOLDER = Path(sys.argv[1]); image.build('tiny')"
    )
    killed = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "recipes")], cwd=paths.SOURCE
    )
    reached = Deadline.after(60).poll(lambda: (tmp_path / "waiting").exists() or None, every=0.05)
    killed.kill()
    killed.wait()
    assert reached
    assert Deadline.after(10).poll(lambda: None if _runs("86399.25") else True, every=0.05)
    assert image.list_images() == []
    (tmp_path / "mended").touch()
    image.build("tiny")
    assert runs() == 1


def _runs(argument: str) -> bool:
    """Whether any process on this machine has `argument` among its arguments."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if argument.encode() in file.read_bytes().split(b"\0"):
                return True
        except (FileNotFoundError, ProcessLookupError):
            continue
    return False


def test_a_recipe_that_is_edited_while_it_is_built_makes_another_image(recipe: Write) -> None:
    folder = recipe("true\n", DISK)
    before = image_recipe.load_recipe("tiny").hash

    def edit(event: Event) -> None:
        if event == PhaseStarted("phase 2", 0.5, 10.0):
            (folder / "2.sh").write_text("exit 1\n")

    built = image.build("tiny", edit)
    assert built.hash == before and built.disk.exists()
    assert image.current("tiny") is None


def test_a_listener_that_raises_ends_the_phase_at_once(recipe: Write) -> None:
    recipe("echo begun\nsleep 86399.75\n")

    def cancel(event: Event) -> None:
        if event == LogLine("begun"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        image.build("tiny", cancel)
    assert Deadline.after(10).poll(lambda: None if _runs("86399.75") else True, every=0.05)


def test_mounts_of_a_phase_are_gone_when_it_is(recipe: Write, tmp_path: Path) -> None:
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    recipe(f"mount -t tmpfs tmpfs {mounted}\ntouch {mounted}/inside\n{DISK}")
    image.build("tiny")
    assert list(mounted.iterdir()) == []


def test_a_full_disk_is_found_before_any_work(recipe: Write) -> None:
    recipe(COUNT + DISK, needed_disk_gib=10**9)
    with pytest.raises(NotEnoughDisk, match=r"1000000000\.0 GiB"):
        image.build("tiny")
    assert not (paths.cache() / "build").exists()


def test_a_second_builder_says_so_and_waits_for_the_first(recipe: Write) -> None:
    recipe(DISK)
    told = threading.Event()
    built: list[image.Image] = []

    def listener(event: Event) -> None:
        if isinstance(event, LogLine) and "waiting" in event.text:
            told.set()

    second = threading.Thread(target=lambda: built.append(image.build("tiny", listener)))
    with lock.held(paths.cache() / "images" / "tiny.lock", "a test"):
        second.start()
        assert told.wait(30)
        assert built == []
    second.join(60)
    assert built == [image.current("tiny")]


def test_progress_rises_to_the_end_and_learns_from_the_last_build(
    recipe: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_build, "REPORT_EVERY", 0.0)
    recipe("echo a line\n", DISK)
    events: list[Event] = []
    image.build("tiny", events.append)
    assert [(event.phase, event.fraction, event.seconds_left) for event in started(events)] == [
        ("phase 1", 0.0, 20.0),
        ("phase 2", 0.5, 10.0),
    ]
    within = [event.fraction for event in events if isinstance(event, PhaseProgressed)]
    assert within and all(0.0 < fraction < 0.5 for fraction in within)
    (paths.cache() / "build" / "tiny" / "seconds.json").write_text('{"1.sh": 90, "gone.sh": 50}')
    recipe("echo a line\n", DISK + "true\n")
    events.clear()
    image.build("tiny", events.append)
    assert [(event.fraction, event.seconds_left) for event in started(events)] == [
        (0.0, 100.0),
        (0.9, 10.0),
    ]


def test_the_next_build_is_timed_by_this_one(recipe: Write) -> None:
    recipe(DISK)
    image.build("tiny")
    learned = json.loads((paths.cache() / "build" / "tiny" / "seconds.json").read_text())
    assert set(learned) == {"1.sh"} and 0 < learned["1.sh"] < 10


def test_phases_from_before_the_machine_crashed_are_done_again(
    recipe: Write, tmp_path: Path
) -> None:
    recipe(COUNT + DISK, f"test -e {tmp_path}/mended\n")
    with pytest.raises(PhaseFailed):
        image.build("tiny")
    (stamp,) = (paths.cache() / "images").glob(".work-*/1.sh.done")
    stamp.write_text("0.1 another-boot")
    (tmp_path / "mended").touch()
    image.build("tiny")
    assert runs() == 2


def test_without_root_and_sudo_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(NotPrivileged, match="sudo -v"):
        as_root()
