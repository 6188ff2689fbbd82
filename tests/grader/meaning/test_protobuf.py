import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.protobuf import Message, NotProtobuf
from tests.grader.machine import message


@given(st.integers(0, 2**63), st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.text()))
def test_a_message_is_read_as_it_was_written(
    number: int, text: str, texts: list[str], pairs: dict[str, str]
) -> None:
    parts = [one.encode() for one in texts]
    read = Message(message(f1=number, f2=text, f3=parts, f4=pairs, f200=message(f1=text)))
    assert (read.number(1), read.text(2), read.texts(3)) == (number, text, texts)
    assert (read.text_map(4), read.message(200).text(1)) == (pairs, text)


def test_absent_fields_are_zero_empty_or_nothing() -> None:
    empty = Message(b"")
    assert (empty.number(1), empty.text(1), empty.texts(1), empty.messages(1)) == (0, "", [], [])
    assert empty.message(1).number(1) == 0


def test_fields_of_other_kinds_are_passed_over() -> None:
    read = Message(b"\x09" + b"\0" * 8 + b"\x15" + b"\0" * 4 + b"\x18\x05")
    assert read.number(3) == 5


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        Message(data)
    except NotProtobuf as error:
        assert error.message


@pytest.mark.parametrize("data", [b"\x0a\x05abc", b"\x08", b"\x0b", b"\x80" * 12])
def test_broken_messages_are_refused(data: bytes) -> None:
    with pytest.raises(NotProtobuf):
        Message(data)
