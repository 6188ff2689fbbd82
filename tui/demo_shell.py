"""The shell of the demonstration: a prompt that answers a few commands and runs nothing."""

import sys

sys.path.insert(0, __file__.rsplit("/", 2)[0])

from tui.demo_script import output_of


def main() -> int:
    """Until `exit` or the end of input."""
    node = sys.argv[1] if len(sys.argv) > 1 else "node"
    sys.stdout.write("DEMONSTRATION: nothing runs here. `exit` goes back to Seatrial.\n")
    while True:
        try:
            command = input(f"root@{node}:~# ").strip()
        except (EOFError, KeyboardInterrupt):
            return 0
        if command in ("exit", "logout"):
            return 0
        if command:
            sys.stdout.write("\n".join(output_of(command)) + "\n")


if __name__ == "__main__":
    sys.exit(main())
