"""JupyterLab for one lab: on 127.0.0.1, behind a token, with our kernel and nothing else in it.

Its settings, kernels and runtime files lie in a folder of ours; the user's own are not touched.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

from labs import paths
from labs.deadline import Deadline
from labs.errors import SeatrialError
from labs.model import Lab
from notebooks.kernel_spec import write_kernel_spec
from notebooks.shell_opener import LAB_SHELLS
from notebooks.working_copy import working_copy

SECONDS_TO_START = 120.0
SECONDS_TO_END = 10.0

_NEWS = Path("@jupyterlab/apputils-extension/notification.jupyterlab-settings")
"""JupyterLab's settings file in which the question about its news is answered with no."""


class NotebookServerFailed(SeatrialError):
    """JupyterLab did not start; the message has its last lines."""


@dataclass(frozen=True, slots=True)
class NotebookServer:
    """A JupyterLab that runs. It ends with `stop`, and with this process."""

    origin: str
    """http://127.0.0.1:PORT"""
    token: str
    notebook: Path
    process: "subprocess.Popen[bytes]"
    folder: Path

    @property
    def url(self) -> str:
        """Opens the notebook, already logged in."""
        return f"{self.origin}/lab/tree/{quote(self.notebook.name)}?token={self.token}"

    def wait(self) -> int:
        """Block until JupyterLab ends (its File menu has `Shut Down`)."""
        return self.process.wait()

    def stop(self) -> None:
        """End JupyterLab and its kernels."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def open_notebook(
    lab: Lab, *, announce: Callable[[str], None], browser: bool = True, shells: str = LAB_SHELLS
) -> int:
    """Serve the lab's notebook until JupyterLab ends or Ctrl-C; `announce` gets the login URL."""
    server = start_server(lab, shells)
    try:
        announce(server.url)
        if browser and _has_display():
            import webbrowser

            webbrowser.open(server.url)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.stop()


def start_server(lab: Lab, shells: str = LAB_SHELLS, copies: Path | None = None) -> NotebookServer:
    """Start JupyterLab and wait until it answers. Raises NotebookServerFailed, LabError."""
    notebook = working_copy(lab, copies)
    folder = Path(tempfile.mkdtemp(prefix="seatrial-jupyter-"))
    write_kernel_spec(folder, lab.id, shells)
    settings = folder / "settings" / _NEWS
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    token = secrets.token_urlsafe(24)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "notebooks.server_process",
                folder,
                *_arguments(notebook.parent),
            ],
            env=os.environ | _environment(folder, token),
            cwd=paths.SOURCE,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        origin = _origin(process, folder)
    except SeatrialError:
        NotebookServer("", token, notebook, process, folder).stop()
        raise
    return NotebookServer(origin, token, notebook, process, folder)


def _arguments(root: Path) -> list[str]:
    """No terminals: they would be shells on the host and be taken for a node's."""
    as_root = ["--allow-root"] if os.geteuid() == 0 else []
    return [
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.terminals_enabled=False",
        "--KernelSpecManager.ensure_native_kernel=False",
        "--KernelSpecManager.allowed_kernelspecs=seatrial",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *as_root,
    ]


def _environment(folder: Path, token: str) -> dict[str, str]:
    """The token goes by the environment: a command line can be read by everyone."""
    return {
        "JUPYTER_TOKEN": token,
        "JUPYTER_PATH": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join(
            filter(None, (str(paths.SOURCE), os.environ.get("PYTHONPATH", "")))
        ),
    }


def _origin(process: "subprocess.Popen[bytes]", folder: Path) -> str:
    """Where the server answers, once it does."""

    def answering() -> str | None:
        if process.poll() is not None:
            return ""
        for path in (folder / "runtime").glob("jpserver-*.json"):
            return _answers(path)
        return None

    origin = Deadline.after(SECONDS_TO_START).poll(answering, every=0.1)
    if not origin:
        last = (folder / "log").read_text(errors="replace").strip().splitlines()[-3:]
        raise NotebookServerFailed(
            f"JupyterLab does not start: {' / '.join(last)}", "See `seatrial doctor`."
        )
    return origin


def _answers(info: Path) -> str | None:
    try:
        found: dict[str, Any] = json.loads(info.read_text())
        origin = f"http://127.0.0.1:{found['port']}"
        with urlopen(f"{origin}/api", timeout=5):
            return origin
    except (ValueError, OSError):
        return None


def _has_display() -> bool:
    """Without one, `webbrowser` would start a text browser in the learner's terminal."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
