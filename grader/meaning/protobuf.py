"""Protocol buffers' wire format, as far as reading answers of known messages needs it."""

from collections.abc import Iterator

from labs.errors import SeatrialError

Value = int | bytes


class NotProtobuf(SeatrialError):
    """Bytes that cannot be read as a message."""


class Message:
    """The fields of one message by number; an absent field is 0, empty, or no message."""

    def __init__(self, data: bytes) -> None:
        """Raises NotProtobuf."""
        self._fields: dict[int, list[Value]] = {}
        for number, value in _fields(data):
            self._fields.setdefault(number, []).append(value)

    def number(self, field: int) -> int:
        value = self._fields.get(field, [0])[-1]
        return value if isinstance(value, int) else 0

    def text(self, field: int) -> str:
        return self._bytes(field, [b""])[-1].decode(errors="replace")

    def texts(self, field: int) -> list[str]:
        return [value.decode(errors="replace") for value in self._bytes(field, [])]

    def message(self, field: int) -> "Message":
        """Parts of one message that were sent apart are one, as protobuf merges them."""
        return Message(b"".join(self._bytes(field, [])))

    def messages(self, field: int) -> list["Message"]:
        return [Message(value) for value in self._bytes(field, [])]

    def text_map(self, field: int) -> dict[str, str]:
        """A `map<string, string>`."""
        return {entry.text(1): entry.text(2) for entry in self.messages(field)}

    def _bytes(self, field: int, default: list[bytes]) -> list[bytes]:
        found = [one for one in self._fields.get(field, []) if isinstance(one, bytes)]
        return found or default


def _fields(data: bytes) -> Iterator[tuple[int, Value]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        value: Value
        if kind == 0:
            value, at = _varint(data, at)
        elif kind in (1, 5, 2):
            length = {1: 8, 5: 4}.get(kind, 0)
            if kind == 2:
                length, at = _varint(data, at)
            if at + length > len(data):
                raise NotProtobuf("a message ends too early", "")
            value, at = data[at : at + length], at + length
        else:
            raise NotProtobuf(f"a field has the unknown wire type {kind}", "")
        yield number, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at
    raise NotProtobuf("a message ends too early", "")
