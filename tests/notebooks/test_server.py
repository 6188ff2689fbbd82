"""A real JupyterLab: it lets in who has the token, runs cells, and ends with its caller."""

import json
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websocket

from labs import paths
from labs.course import load_lab
from labs.deadline import Deadline
from notebooks.server import NotebookServer, NotebookServerFailed, open_notebook, start_server

HERE = Path(__file__).parent
GOOD = HERE.parent / "labs" / "good"
LOCAL = "local_shells:LocalShells"
SECONDS = 60.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(HERE))
        started = start_server(
            load_lab("1/moorings", root=GOOD), LOCAL, tmp_path_factory.mktemp("copies")
        )
    yield started
    started.stop()


@pytest.fixture
def client(server: NotebookServer) -> Iterator[httpx.Client]:
    login = {"Authorization": f"token {server.token}"}
    with httpx.Client(base_url=server.origin, headers=login, timeout=SECONDS) as opened:
        yield opened


def test_without_the_token_nobody_gets_in(server: NotebookServer) -> None:
    assert httpx.get(f"{server.origin}/api/contents").status_code == 403
    assert httpx.get(f"{server.origin}/api/contents?token=guess").status_code == 403


def test_the_login_url_opens_the_notebook(server: NotebookServer) -> None:
    answer = httpx.get(server.url, follow_redirects=True)
    assert answer.status_code == 200
    assert "/lab/tree/moorings.ipynb" in server.url
    assert "JupyterLab" in answer.text


def test_there_is_our_kernel_and_no_other_and_no_terminal(client: httpx.Client) -> None:
    assert list(client.get("/api/kernelspecs").json()["kernelspecs"]) == ["seatrial"]
    notebook = client.get("/api/contents/moorings.ipynb").json()["content"]
    assert notebook["metadata"]["kernelspec"]["name"] == "seatrial"
    assert client.get("/api/terminals").status_code in (403, 404)


def test_jupyterlab_does_not_ask_about_its_news(client: httpx.Client) -> None:
    news = "@jupyterlab/apputils-extension:notification"
    assert client.get(f"/lab/api/settings/{news}").json()["settings"] == {
        "fetchNews": "false",
        "checkForUpdates": False,
    }


def test_a_cell_runs_over_the_websocket(server: NotebookServer, client: httpx.Client) -> None:
    kernel = client.post("/api/kernels", json={"name": "seatrial"}).json()["id"]
    channels = websocket.create_connection(
        f"{server.origin.replace('http', 'ws')}/api/kernels/{kernel}/channels",
        header=[f"Authorization: token {server.token}"],
        timeout=SECONDS,
    )
    try:
        assert executed(channels, "%node k8s-node1\necho $NODE; false") == (
            "k8s-node1\n",
            {"status": "error", "evalue": "exit code 1"},
        )
    finally:
        channels.close()
        client.delete(f"/api/kernels/{kernel}")


def executed(channels: websocket.WebSocket, code: str) -> tuple[str, dict[str, Any]]:
    """Output and reply of one execute request, by Jupyter's own protocol."""
    message_id = uuid.uuid4().hex
    header = {"msg_id": message_id, "msg_type": "execute_request", "version": "5.3"}
    header |= {"username": "", "session": uuid.uuid4().hex, "date": "2026-11-20T00:00:00Z"}
    request = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell"}
    channels.send(json.dumps(request | {"content": {"code": code, "silent": False}}))
    output, idle = "", False
    reply: dict[str, Any] = {}
    while not (reply and idle):
        message = json.loads(channels.recv())
        if message["parent_header"].get("msg_id") != message_id:
            continue
        content = message["content"]
        if message["msg_type"] == "stream":
            output += content["text"]
        if message["msg_type"] == "execute_reply":
            reply = {key: content[key] for key in ("status", "evalue") if key in content}
        idle = idle or content.get("execution_state") == "idle"
    return output, reply


CALLER = """
import sys
from pathlib import Path
from labs.course import load_lab
from notebooks.server import start_server
server = start_server(load_lab("1/moorings", root=Path(sys.argv[1])), copies=Path(sys.argv[2]))
print(server.process.pid, server.folder, flush=True)
sys.stdin.read()
"""


def test_jupyterlab_ends_when_its_caller_is_killed(
    tmp_path: Path, running: Callable[[int], bool]
) -> None:
    command = [sys.executable, "-c", CALLER, str(GOOD), str(tmp_path)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=paths.SOURCE, **pipes) as caller:
        assert caller.stdout
        pid, folder = caller.stdout.readline().split()
        caller.send_signal(signal.SIGKILL)
    gone = Deadline.after(SECONDS).poll(lambda: not running(int(pid)) or None, every=0.1)
    assert gone, f"{pid} still runs, see {folder}"
    assert not Path(folder).exists()


def test_a_jupyterlab_that_does_not_start_is_told_with_its_last_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "path"
    broken.mkdir()
    (broken / "jupyterlab.py").write_text("raise SystemExit('no lab today')")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    with pytest.raises(NotebookServerFailed, match="no lab today"):
        start_server(load_lab("1/moorings", root=GOOD), LOCAL, tmp_path / "copies")


def test_opening_announces_the_url_and_waits_for_jupyterlab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    announced: list[str] = []

    def shut_down(url: str) -> None:
        announced.append(url)
        origin, token = url.partition("/lab/")[0], url.partition("token=")[2]
        login = {"Authorization": f"token {token}"}
        assert httpx.post(f"{origin}/api/shutdown", headers=login).status_code == 200

    lab = load_lab("1/moorings", root=GOOD)
    assert open_notebook(lab, announce=shut_down, shells=LOCAL) == 0
    assert announced[0].startswith("http://127.0.0.1:")
    assert (tmp_path / "seatrial" / "notebooks" / "1-moorings" / "moorings.ipynb").is_file()
