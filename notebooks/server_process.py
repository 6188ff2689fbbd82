"""JupyterLab in a process that ends when the one that started it does, however that happens.

Run as `python -m notebooks.server_process FOLDER ARGUMENTS`; the end of standard input is the sign
to go, and to remove FOLDER, which nobody needs then.
"""

import os
import shutil
import signal
import sys
import threading


def _end_with_parent(parent_ended: threading.Event) -> None:
    """Reads the pipe itself: a thread inside sys.stdin's lock would trouble Python's own end."""
    while os.read(0, 4096):
        pass
    parent_ended.set()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    parent_ended = threading.Event()
    threading.Thread(target=_end_with_parent, args=(parent_ended,), daemon=True).start()
    try:
        LabApp.launch_instance(sys.argv[2:])
    finally:
        if parent_ended.is_set():
            shutil.rmtree(sys.argv[1], ignore_errors=True)


if __name__ == "__main__":
    main()
