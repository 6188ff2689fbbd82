"""The parts of the app that have no widgets."""

import re
import string
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from threading import Event

import pytest

from cluster.events import LogLine, NodeReady, PhaseProgressed, PhaseStarted
from grader.verdict import CriterionResult, Evidence, Verdict
from labs import paths
from tests.tui.stage import NOW, SECONDS
from tui.clock import short, span
from tui.demo_course import COURSE
from tui.logbook import Logbook
from tui.mailbox import Mailbox
from tui.marks import Mark
from tui.news import CourseLoaded, LabStarted, StatesRead
from tui.open_lab import OpenLab
from tui.opening import Opening
from tui.outside_text import LINES, Printed, plain_line
from tui.pool import Pool
from tui.prose import Block, BlockKind, blocks, styled
from tui.stalls import LIMIT, StallMeter
from tui.theme import CHART, NIGHT
from tui.words import WORDS, Words
from tui.workbench import LabState

LAB = COURSE.labs[0]


def judged(criterion_id: str, verdict: Verdict, points: int = 0) -> CriterionResult:
    criterion = next(c for c in LAB.steps[0].criteria if c.id == criterion_id)
    return CriterionResult(
        "scale",
        criterion_id,
        verdict,
        Evidence(),
        points,
        criterion.points,
        criterion.guard,
        criterion.requirements,
        0.1,
    )


ALL_PASSED = [
    judged("scaled", Verdict.PASSED, 3),
    judged("reachable", Verdict.PASSED, 2),
    judged("docs-untouched", Verdict.PASSED),
]


def test_a_step_passes_once_and_with_its_last_criterion() -> None:
    lab = OpenLab(LAB, LabState(LAB.id))
    assert [lab.judge(result, NOW) for result in ALL_PASSED] == [False, False, True]
    assert not lab.judge(ALL_PASSED[0], NOW)
    assert lab.points(lab.step) == 5


def test_a_violated_guard_costs_the_step_and_is_shown_as_a_row_of_its_own() -> None:
    lab = OpenLab(LAB, LabState(LAB.id))
    for result in (*ALL_PASSED[:2], judged("docs-untouched", Verdict.FAILED)):
        assert not lab.judge(result, NOW)
    assert lab.points(lab.step) == 0
    assert [(row.id, row.mark) for row in lab.rows()] == [
        ("R1", Mark.PASSED),
        ("R2", Mark.PASSED),
        ("docs-untouched", Mark.FAILED),
    ]


def test_a_passed_step_stays_passed_when_its_cluster_moves_on() -> None:
    lab = OpenLab(LAB, LabState(LAB.id))
    for result in (*ALL_PASSED, judged("scaled", Verdict.FAILED)):
        lab.judge(result, NOW)
    assert lab.step_mark(lab.step) is Mark.PASSED
    assert lab.points(lab.step) == 5
    assert lab.rows()[0].mark is Mark.FAILED


def test_a_requirement_nobody_looked_at_is_neither_passed_nor_failed() -> None:
    rows = OpenLab(LAB, LabState(LAB.id)).rows()
    assert [(row.mark, row.points, row.max_points) for row in rows] == [
        (Mark.UNSEEN, 0, 3),
        (Mark.UNSEEN, 0, 2),
    ]


def test_the_clock_stands_when_the_last_step_passed() -> None:
    lab = OpenLab(LAB, LabState(LAB.id, started_at=NOW, passed_steps=frozenset({"update"})))
    for result in ALL_PASSED:
        lab.judge(result, NOW + 90)
    assert lab.finished
    assert lab.seconds(NOW + 1000) == 90


def test_what_was_asked_before_a_lab_started_knows_nothing_of_it() -> None:
    book = Logbook()
    book.take(CourseLoaded(COURSE), NOW)
    book.take(LabStarted(LAB.id, LAB, LabState(LAB.id, running=True), at=5.0), NOW)
    book.take(StatesRead({LAB.id: LabState(LAB.id)}, image_ready=True, asked=4.0), NOW)
    assert LAB.id in book.opened and book.state(LAB.id).running
    book.take(StatesRead({LAB.id: LabState(LAB.id)}, image_ready=True, asked=6.0), NOW)
    assert LAB.id not in book.opened, "its nodes were removed elsewhere"


def test_an_opening_follows_phases_nodes_and_the_time_left() -> None:
    opening = Opening("8/x", NOW)
    opening.expect(("a", "b"))
    opening.record(PhaseStarted("restoring", 0.2, 8.0), NOW)
    opening.record(PhaseStarted("waiting for SSH", 0.3, node="a"), NOW + 1)
    opening.record(PhaseProgressed(0.1), NOW + 2)
    opening.record(PhaseProgressed(0.5, 3.0), NOW + 2)
    opening.record(NodeReady("a"), NOW + 3)
    assert opening.fraction == 0.5, "it never goes back"
    assert opening.seconds_left(NOW + 4) == 1.0
    assert (opening.nodes["a"].started, opening.nodes["a"].ended) == (NOW + 1, NOW + 3)
    assert opening.nodes["b"].started is None
    opening.record(NodeReady("b"), NOW + 4)
    assert opening.nodes["b"].started == NOW, "it began with the phase in which it became ready"
    opening.record(PhaseStarted("proving", 0.9), NOW + 5)
    assert [(p.text, p.ended) for p in opening.phases] == [
        ("restoring", NOW + 5),
        ("proving", None),
    ]
    opening.record(PhaseStarted("joining", 0.9, node="b"), NOW + 6)
    assert (opening.nodes["b"].started, opening.nodes["b"].ended) == (NOW + 6, None)


def test_a_log_is_bounded_and_counts_what_it_left_out() -> None:
    opening = Opening("8/x", NOW)
    for number in range(2000):
        opening.record(LogLine(f"line {number}"), NOW)
    assert opening.logged == 2000
    assert opening.log[-1] == "line 1999"
    assert len(opening.log) == opening.log.maxlen


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        (" 10%\r 50%\r100%", "100%"),
        ("a\tb", "a       b"),
        ("[ERROR] [bold]not markup[/]", "[ERROR] [bold]not markup[/]"),
        ("bell\x07 and \x00null", "bell and null"),
        ("x" * 5000, "x" * 999 + "…"),
    ],
)
def test_a_line_from_outside_is_shown_as_a_terminal_would_leave_it(
    printed: str, shown: str
) -> None:
    assert plain_line(printed) == shown


def test_output_comes_in_any_pieces_and_only_its_end_is_kept() -> None:
    printed = Printed()
    for piece in ("one li", "ne\ntwo\nth", "ree"):
        printed.add(piece)
    assert printed.text == "one line\ntwo\nthree"
    printed.add("\n" + "".join(f"{n}\n" for n in range(1000)))
    lines = printed.text.splitlines()
    assert (len(lines), lines[-1], printed.left_out) == (LINES, "999", 1003 - LINES)


def test_the_little_markdown_is_read_block_by_block() -> None:
    text = "# Title\none\nparagraph\n\n- first\n  goes on\n- second\n\n"
    text += "```\n$ code *as is*\n```\n> said"
    assert blocks(text) == [
        Block(BlockKind.HEADING, "Title"),
        Block(BlockKind.PARAGRAPH, "one paragraph"),
        Block(BlockKind.ITEM, "first goes on", "•"),
        Block(BlockKind.ITEM, "second", "•"),
        Block(BlockKind.CODE, "$ code *as is*"),
        Block(BlockKind.QUOTE, "said"),
    ]


def test_styled_text_keeps_what_it_does_not_know() -> None:
    text = "use `kubectl get` and **never** [ERROR] 2*3*4 _or_ snake_case_name"
    assert styled(text).plain == "use kubectl get and never [ERROR] 2*3*4 or snake_case_name"


def test_chinese_lines_of_one_paragraph_join_without_a_space() -> None:
    assert blocks("一行\n二行")[0].text == "一行二行"


def test_times_read_like_a_clock() -> None:
    assert [span(7), span(761), span(3723)] == ["0:07", "12:41", "1:02:03"]
    assert [short(0.42), short(12.3), short(200)] == ["0.4 s", "12 s", "3:20"]


def test_news_wakes_its_reader_once_and_comes_in_order() -> None:
    woken: list[int] = []
    mailbox = Mailbox[int](lambda: woken.append(1))
    for number in range(3):
        mailbox.put(number)
    assert len(woken) == 1
    read: list[int] = []
    mailbox.read(read.append)
    assert read == [0, 1, 2]
    mailbox.put(3)
    assert len(woken) == 2


def test_a_reading_that_takes_too_long_leaves_the_rest_for_the_next() -> None:
    woken: list[int] = []
    mailbox = Mailbox[int](lambda: woken.append(1))
    for number in range(2):
        mailbox.put(number)
    read: list[int] = []

    def slowly(number: int) -> None:
        read.append(number)
        Event().wait(0.02)

    mailbox.read(slowly)
    assert read == [0]
    assert len(woken) == 2
    mailbox.read(slowly)
    assert read == [0, 1]


def test_a_pool_runs_no_more_jobs_at_once_than_it_has_threads() -> None:
    pool, gate, begun = Pool(2), Event(), [Event() for _ in range(3)]
    for event in begun:

        def job(event: Event = event) -> None:
            event.set()
            gate.wait(SECONDS)

        pool.submit(job)
    assert begun[0].wait(SECONDS) and begun[1].wait(SECONDS)
    assert not begun[2].is_set()
    gate.set()
    assert begun[2].wait(SECONDS)


def test_stalls_count_what_is_over_the_limit() -> None:
    meter = StallMeter()
    for late, work in ((0.001, 0.0), (LIMIT + 0.01, 0.02), (LIMIT - 0.001, 0.03)):
        meter.note(late, work)
    assert (meter.stalls.longest, meter.stalls.count) == (LIMIT + 0.01, 1)
    assert meter.stalls.longest_work == 0.03


def test_every_word_takes_the_same_values_in_every_language() -> None:
    def values(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert not [
        key for key, (english, chinese) in WORDS.items() if values(english) != values(chinese)
    ]


def test_every_word_that_the_code_says_exists_and_none_is_left_over() -> None:
    sources = "".join(
        path.read_text() for path in (paths.SOURCE / "tui").rglob("*.py") if path.name != "words.py"
    )
    said = set(re.findall(r"[\"']([a-z]+(?:[._][a-z_]+)*)[\"']", sources))
    built = {key for key in WORDS if key.split(".")[0] in ("profile", "failed", "palette")}
    assert not {key for key in re.findall(r'say\(\s*"([^"{]+)"', sources) if key not in WORDS}
    assert not set(WORDS) - said - built, "these are never said"


def test_every_symbol_has_a_word_and_all_differ() -> None:
    shown = [mark for mark in Mark if mark.symbol.strip()]
    assert all(mark.word in WORDS for mark in shown)
    assert len({mark.symbol for mark in shown}) == len(shown)
    assert Words("zh")(Mark.PASSED.word) == "通过"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [NIGHT, CHART], ids=lambda theme: theme.name)
def test_text_stands_out_from_every_ground_of_both_faces(theme: object) -> None:
    assert theme in (NIGHT, CHART)
    face = NIGHT if theme is NIGHT else CHART
    grounds = [face.background, face.surface, face.panel]
    inks = [face.foreground, face.primary, face.accent, face.success, face.warning, face.error]
    for ground in grounds:
        for ink in [*inks, face.variables["muted"]]:
            assert ground and ink
            dark, light = sorted((luminance(ground), luminance(ink)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {ground}"


def test_the_app_loads_nothing_heavy_before_its_first_paint() -> None:
    heavy = "libvirt paramiko kubernetes sqlalchemy nbclient pydantic markdown_it httpx yaml"
    program = f"import sys, tui.app; print([m for m in {heavy.split()} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=paths.SOURCE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_points_of_a_finished_attempt_are_those_of_the_records() -> None:
    lab = OpenLab(LAB, replace(LabState(LAB.id), passed_steps=frozenset({"scale", "update"})))
    assert lab.all_points == LAB.points
    assert all(a <= b for a, b in pairwise([0, lab.all_points]))
