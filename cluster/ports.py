"""Free TCP ports on 127.0.0.1 for the forwards of a lab."""

import socket

from labs.errors import SeatrialError


class NoFreePort(SeatrialError):
    """The host has no port left on 127.0.0.1."""


def free(count: int) -> list[int]:
    """`count` different ports that nobody listens on at this moment. Raises NoFreePort."""
    sockets: list[socket.socket] = []
    try:
        for _ in range(count):
            listener = socket.socket()
            sockets.append(listener)
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in sockets]
    except OSError as error:
        raise NoFreePort(
            f"No free port on 127.0.0.1: {error}.", "Stop a lab with `seatrial down`."
        ) from error
    finally:
        for listener in sockets:
            listener.close()
