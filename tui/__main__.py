"""`python -m tui`: the one entry of the program. Turns every error of ours into a sentence."""

import sys
from collections.abc import Sequence

from labs.errors import SeatrialError
from tui.command_line.parser import parse

COULD_NOT = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or the app when none is named. Returns the exit code."""
    options = parse(sys.argv[1:] if argv is None else argv)
    try:
        return int(options.run(options))
    except SeatrialError as error:
        print(f"seatrial: {error.message}", file=sys.stderr)  # noqa: T201
        if error.remedy:
            print(f"  {error.remedy}", file=sys.stderr)  # noqa: T201
        return getattr(error, "exit_code", COULD_NOT)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
