"""Calls of the container runtime interface over the runtime's own socket.

`crictl` is the learner's program: it may be missing, replaced or configured for another runtime.
gRPC is HTTP/2, which curl speaks over a unix socket; the bytes of the messages are read here.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote

from grader.meaning.protobuf import Message, NotProtobuf
from grader.round import Round, Unreadable
from labs.errors import SeatrialError

_SCRIPT = r"""
{
  printf "$3" | curl -q -sS -i -m 12 --http2-prior-knowledge --unix-socket "$1" --data-binary @- \
    --noproxy '*' -H 'content-type: application/grpc' -H 'te: trailers' "http://localhost/$2" 2>&1
  printf '\nexit %s' "$?"
} | base64 -w 0
"""

_UNIMPLEMENTED = "12"
_VERSIONS = ("v1", "v1alpha2")
_TRIES = 3
_STREAM_ERRORS = (16, 92)
"""curl's codes for a stream that the server closed before curl had sent all of it: a refused call,
now and then."""


class RuntimeSilent(SeatrialError):
    """No runtime answers at the socket: a state of the node, which a learner can mend."""


class RuntimeUnreadable(Unreadable):
    """The runtime's answer could not be understood."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A runtime of a node by its socket's path. All calls only read."""

    round: Round
    node: str
    socket: str

    def call(self, service: str, method: str, request: bytes = b"") -> Message | None:
        """The answer; None when the runtime has no such method.

        Raises NodeUnreachable, RuntimeSilent, RuntimeUnreadable.
        """
        for version in _VERSIONS:
            answer = self._call(f"runtime.{version}.{service}/{method}", request)
            if answer is not None:
                return answer
        return None

    def _call(self, method: str, request: bytes) -> Message | None:
        body = bytes([0, *len(request).to_bytes(4, "big"), *request])
        argv = ["sh", "-s", self.socket, method, "".join(f"\\{byte:03o}" for byte in body)]
        code, text = -1, b""
        for attempt in range(_TRIES):
            again = [str(attempt)] if attempt else []
            result = self.round.run(self.node, [*argv, *again], stdin=_SCRIPT)
            code, text = _output(result.stdout)
            if code not in _STREAM_ERRORS:
                break
        if code == 0:
            return self._answer(method, text)
        last = text.decode(errors="replace").strip().rpartition("\n")[2]
        if code < 0:
            raise RuntimeUnreadable(f"{self.node}:{self.socket} could not be asked: {last}", "")
        raise RuntimeSilent(f"no runtime answers at {self.node}:{self.socket}: {last}", "")

    def _answer(self, method: str, text: bytes) -> Message | None:
        head, _, body = text.partition(b"\r\n\r\n")
        length = int.from_bytes(body[1:5], "big") if len(body) >= 5 else 0
        trailers = (head + b"\r\n" + body[5 + length :]).decode(errors="replace")
        status = re.search(r"^grpc-status: *(\d+)", trailers, re.M | re.I)
        if status is None:
            raise RuntimeSilent(f"what answers at {self.node}:{self.socket} is no runtime", "")
        if status[1] == _UNIMPLEMENTED:
            return None
        if status[1] != "0":
            found = re.search(r"^grpc-message: *(.*)$", trailers, re.M | re.I)
            said = unquote(found[1].strip()) if found else f"status {status[1]}"
            raise RuntimeSilent(f"{method} of {self.node}:{self.socket} failed: {said}", "")
        try:
            return Message(body[5 : 5 + length])
        except NotProtobuf as error:
            raise RuntimeUnreadable(f"{method} of {self.node}: {error.message}", "") from error


def _output(text: str) -> tuple[int, bytes]:
    """curl's exit code (-1 when it is not known) and what it printed."""
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return -1, text.encode()
    printed, _, code = data.rpartition(b"\nexit ")
    return (int(code), printed) if code.isdigit() else (-1, data)
