"""pods/exec against a server that speaks the protocol of a real one."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler

from cluster.node import ApiAccess
from grader.kubernetes.api import ApiRefused, ApiUnreachable, ExecOutcome, ExecTarget
from grader.kubernetes.pod_exec import run_in_pod

SUCCESS = {"status": "Success"}
EXIT_3 = {
    "status": "Failure",
    "details": {"causes": [{"reason": "ExitCode", "message": "3"}]},
}


class Pod(WebSocketHandler):
    """Behaves by the pod's name."""

    async def prepare(self) -> None:
        refusals = {"gone": 404, "secret": 403, "broken": 500}
        name = self.path_args[0]
        if name in refusals:
            self.set_status(refusals[name])
            await self.finish({"message": f"pods {name}: refused"})

    def select_subprotocol(self, subprotocols: list[str]) -> str:
        return subprotocols[0]

    async def open(self, *args: str, **kwargs: str) -> None:
        command = self.get_query_arguments("command", strip=False)
        container = self.get_query_argument("container", "")
        await self._send(1, json.dumps([command, container])[:10])
        await self._send(1, json.dumps([command, container])[10:])
        await self._send(2, "warning")
        if args[0] == "slow":
            return
        if args[0] != "cut":
            await self._send(3, json.dumps(EXIT_3 if args[0] == "exit3" else SUCCESS))
        self.close()

    async def _send(self, channel: int, text: str) -> None:
        await self.write_message(bytes([channel]) + text.encode(), binary=True)

    def on_message(self, message: str | bytes) -> None:
        """Nothing is ever sent to a command."""


@pytest.fixture
async def server() -> AsyncIterator[ApiAccess]:
    listener, port = bind_unused_port()
    application = Application([(r"/api/v1/namespaces/shop/pods/(.*)/exec", Pod)])
    http = HTTPServer(application)
    http.add_sockets([listener])
    yield ApiAccess(f"http://127.0.0.1:{port}", "", "", "", "")
    http.stop()
    await http.close_all_connections()


async def run(server: ApiAccess, pod: str, *argv: str, **changes: Any) -> ExecOutcome:
    target = ExecTarget("shop", pod, changes.get("container", ""), argv, changes.get("limit", 5.0))
    return await asyncio.to_thread(run_in_pod, server, target)


async def test_a_command_reaches_the_pod_word_by_word(server: ApiAccess) -> None:
    words = ("sh", "-c", "echo 'a b' & é; true", "")
    outcome = await run(server, "web", *words, container="side")
    assert json.loads(outcome.stdout) == [list(words), "side"]
    assert (outcome.code, outcome.stderr) == (0, "warning")


async def test_an_exit_status_is_the_commands_own(server: ApiAccess) -> None:
    assert (await run(server, "exit3", "false")).code == 3


async def test_a_pod_that_is_not_there_has_no_exit_status(server: ApiAccess) -> None:
    outcome = await run(server, "gone", "true")
    assert (outcome.code, outcome.problem) == (None, "pods gone: refused")


async def test_a_refusal_is_told_from_a_server_that_cannot(server: ApiAccess) -> None:
    with pytest.raises(ApiRefused, match="refused"):
        await run(server, "secret", "true")
    with pytest.raises(ApiUnreachable, match="could not be sent"):
        await run(server, "broken", "true")


async def test_a_connection_that_breaks_or_lasts_too_long_is_no_answer(server: ApiAccess) -> None:
    with pytest.raises(ApiUnreachable, match="broke before"):
        await run(server, "cut", "true")
    with pytest.raises(ApiUnreachable, match="did not end in time"):
        await run(server, "slow", "true", limit=0.3)
