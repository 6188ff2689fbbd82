"""JupyterLab in a process that ends when the one that started it does, however that happens.

Run as `python -m notebooks.server_process ARGUMENTS`; the end of standard input is the sign to go.
"""

import os
import signal
import sys
import threading


def _end_with_parent() -> None:
    """Reads the pipe itself: a thread inside sys.stdin's lock would trouble Python's own end."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    threading.Thread(target=_end_with_parent, daemon=True).start()
    LabApp.launch_instance(sys.argv[1:])


if __name__ == "__main__":
    main()
