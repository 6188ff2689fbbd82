"""Old news of a lab does not undo newer news."""

from tests.tui.stage import NOW
from tui.demo_course import COURSE
from tui.logbook import Logbook
from tui.news import CourseLoaded, LabStarted, StatesRead
from tui.workbench import LabState

LAB = COURSE.labs[0]


def test_what_was_asked_before_a_lab_started_knows_nothing_of_it() -> None:
    book = Logbook()
    book.take(CourseLoaded(COURSE), NOW)
    book.take(LabStarted(LAB.id, LAB, LabState(LAB.id, running=True), at=5.0), NOW)
    book.take(StatesRead({LAB.id: LabState(LAB.id)}, image_ready=True, asked=4.0), NOW)
    assert LAB.id in book.opened and book.state(LAB.id).running
    book.take(StatesRead({LAB.id: LabState(LAB.id)}, image_ready=True, asked=6.0), NOW)
    assert LAB.id not in book.opened, "its nodes were removed elsewhere"
