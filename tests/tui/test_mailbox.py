"""News from other threads: one call wakes the reader, and no reading keeps the app for long."""

from threading import Event

from tui.mailbox import Mailbox


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
