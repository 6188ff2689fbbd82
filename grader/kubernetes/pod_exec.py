"""The API's `pods/exec` over a WebSocket, with the command's true exit status."""

import json
import ssl
import time
from urllib.parse import quote, urlencode

import websocket

from cluster.node import ApiAccess
from grader.kubernetes.api import ApiRefused, ApiUnreachable, ExecOutcome, ExecTarget

_STDOUT, _STDERR, _STATUS = 1, 2, 3


def run_in_pod(access: ApiAccess, target: ExecTarget) -> ExecOutcome:
    """Raises ApiUnreachable, ApiRefused."""
    query = [("command", word) for word in target.argv] + [("stdout", "true"), ("stderr", "true")]
    if target.container:
        query.append(("container", target.container))
    path = f"/api/v1/namespaces/{quote(target.namespace)}/pods/{quote(target.pod)}/exec"
    url = access.server.replace("http", "ws", 1).rstrip("/") + path + "?" + urlencode(query)
    until = time.monotonic() + target.timeout
    try:
        socket = websocket.create_connection(
            url,
            timeout=target.timeout,
            sslopt=_tls(access),
            subprotocols=["v4.channel.k8s.io"],
            suppress_origin=True,
            http_no_proxy=["*"],
        )
    except websocket.WebSocketBadStatusException as error:
        return _refusal(error)
    except (OSError, websocket.WebSocketException) as error:
        raise ApiUnreachable("the API server does not answer", "Is it running?") from error
    try:
        return outcome(_read(socket, until))
    finally:
        if socket.sock is not None:
            socket.sock.close()


def _tls(access: ApiAccess) -> dict[str, object]:
    return {
        "cert_reqs": ssl.CERT_REQUIRED,
        "ca_certs": access.ca_file,
        "certfile": access.cert_file,
        "keyfile": access.key_file,
        "server_hostname": access.tls_server_name,
    }


def _refusal(error: websocket.WebSocketBadStatusException) -> ExecOutcome:
    try:
        said = str(json.loads(error.resp_body or b"{}")["message"])
    except (ValueError, KeyError, TypeError):
        said = f"status {error.status_code}"
    if error.status_code == 403:
        raise ApiRefused(said, "Look at the API server's authorization.") from error
    if error.status_code in (400, 404):
        return ExecOutcome(None, problem=said)
    raise ApiUnreachable(f"the command could not be sent to the pod: {said}", "") from error


def _read(socket: websocket.WebSocket, until: float) -> dict[int, bytes]:
    """Everything that came on each channel until the server closed the connection."""
    channels: dict[int, bytes] = {}
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise ApiUnreachable("the command in the pod did not end in time", "")
        socket.settimeout(left)
        try:
            code, data = socket.recv_data()
        except websocket.WebSocketTimeoutException as error:
            raise ApiUnreachable("the command in the pod did not end in time", "") from error
        except (OSError, websocket.WebSocketException):
            return channels
        if code == websocket.ABNF.OPCODE_CLOSE:
            return channels
        if data:
            channels[data[0]] = channels.get(data[0], b"") + data[1:]


def outcome(channels: dict[int, bytes]) -> ExecOutcome:
    """What the channels say once they are closed. Raises ApiUnreachable when they broke."""
    stdout = channels.get(_STDOUT, b"").decode(errors="replace")
    stderr = channels.get(_STDERR, b"").decode(errors="replace")
    if _STATUS not in channels:
        raise ApiUnreachable("the connection to the pod broke before the command ended", "")
    status = json.loads(channels[_STATUS])
    if status.get("status") == "Success":
        return ExecOutcome(0, stdout, stderr)
    for cause in (status.get("details") or {}).get("causes") or []:
        if cause.get("reason") == "ExitCode":
            return ExecOutcome(int(cause["message"]), stdout, stderr)
    return ExecOutcome(
        None, stdout, stderr, str(status.get("message", "the command did not start"))
    )
