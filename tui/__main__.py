"""`python -m tui`: the one entry of the program. Every error becomes a sentence and a code."""

import logging
import os
import sys
from collections.abc import Sequence

from labs import paths
from labs.errors import SeatrialError
from tui.command_line.parser import parse

COULD_NOT = 2
INTERRUPTED = 130
PIPE_CLOSED = 141

_log = logging.getLogger("seatrial")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or the app when none is named. Returns the exit code."""
    options = parse(sys.argv[1:] if argv is None else argv)
    try:
        _log_to_file()
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except SeatrialError as error:
        _say(error.message, error.remedy)
        return getattr(error, "exit_code", COULD_NOT)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our lines has enough (`| head`). What is left to be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as fault:  # noqa: BLE001  # the outer edge
        _log.exception("a fault of ours")
        _say(f"This is a fault of ours: {fault!r}.", f"The whole of it is in {log_file()}.")
        return COULD_NOT


def log_file() -> str:
    """Where faults of ours are kept."""
    return str(paths.state() / "logs" / "seatrial.log")


def _log_to_file() -> None:
    """Warnings and worse of our own code; the file is made with its first line."""
    try:
        (paths.state() / "logs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SeatrialError(
            f"The folder {paths.state()} cannot be made: {error.strerror}.",
            "Make room or set XDG_STATE_HOME to a folder of yours.",
        ) from error
    handler = logging.FileHandler(log_file(), encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for name in ("seatrial", "grader", "cluster", "notebooks"):
        logging.getLogger(name).addHandler(handler)


def _say(message: str, remedy: str) -> None:
    print(f"seatrial: {message}", file=sys.stderr)  # noqa: T201
    if remedy:
        print(f"  {remedy}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
