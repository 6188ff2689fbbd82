"""Requests from a node with exactly the credentials of a kubeconfig: curl, no kubectl, no files.

Certificates and keys reach curl through the shell's here-documents, so that none is ever left.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from grader.kubernetes.kubeconfig import BrokenKubeconfig, Kubeconfig
from grader.meaning.certificate import pem_blocks
from grader.round import Round

_SECONDS = 8
"""What one request may take, at native speed."""
_ASK = """
mark=$1 seconds=$2 url=$3
shift 3
command -v curl >/dev/null || { echo 'no curl'; exit 0; }
for body in "$@"; do
  curl -q -K /dev/fd/6 -sS -m "$seconds" -H 'Content-Type: application/json' -d "$body" \\
    -w "\\n$mark%{json}\\n" -- "$url" 2>/dev/null 3<<'END3' 4<<'END4' 5<<'END5' 6<<'END6'
"""
_END = """
done
echo "$mark-end"
"""
_HEADER_TEXT = re.compile(r"[\x21-\x7e]+")
_PEM_LINE = re.compile(r"[A-Za-z0-9+/=]*|-----(BEGIN|END) [A-Z0-9 ]+-----")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The texts that a kubeconfig embeds or refers to."""

    ca: str
    certificate: str
    key: str
    token: str


@dataclass(frozen=True, slots=True)
class KubeAnswer:
    """`status` 0: none came, and `problem` is curl's exit status with its message."""

    status: int
    body: Any = None
    problem: tuple[int, str] = (0, "")


def post(
    round_: Round,
    node: str,
    config: Kubeconfig,
    credentials: Credentials,
    asked: Sequence[tuple[str, Mapping[str, Any]]],
    time_scale: float,
) -> list[KubeAnswer] | None:
    """Answers to bodies, all for one path; None when curl cannot be run there.

    Raises BrokenKubeconfig where curl could not take the material as it is.
    """
    mark = round_.nonce()
    bodies = [json.dumps(body, sort_keys=True) for _, body in asked]
    script = _script(config, credentials)
    url = _url(config) + asked[0][0]
    result = round_.run(
        node,
        ["sh", "-s", mark, str(round(_SECONDS * time_scale)), url, *bodies],
        stdin=script,
        timeout=_SECONDS * len(bodies) + 10,
    )
    if f"{mark}-end" not in result.stdout:
        return None
    return _answers(result.stdout, mark)


def _url(config: Kubeconfig) -> str:
    """With `tls-server-name` as the host: curl is told where to connect instead."""
    server = config.server.rstrip("/")
    if not config.tls_server_name:
        return server
    parts = urlsplit(server)
    return f"{parts.scheme}://{config.tls_server_name}:{_port(config)}{parts.path}"


def _port(config: Kubeconfig) -> int:
    try:
        parts = urlsplit(config.server)
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise BrokenKubeconfig(f"its server {config.server} is no URL: {error}", "") from error


def address(config: Kubeconfig) -> str:
    """`HOST:PORT` of the server. Raises BrokenKubeconfig."""
    host = urlsplit(config.server).hostname
    if not host:
        raise BrokenKubeconfig(f"its server {config.server} is no URL", "")
    return f"[{host}]:{_port(config)}" if ":" in host else f"{host}:{_port(config)}"


def _script(config: Kubeconfig, credentials: Credentials) -> str:
    options = ['noproxy = "*"'] if not config.proxy else [f'proxy = "{_plain(config.proxy)}"']
    if credentials.certificate:
        options += ['cert = "/dev/fd/3"', 'key = "/dev/fd/4"']
    if config.insecure:
        options.append("insecure")
    elif credentials.ca:
        options.append('cacert = "/dev/fd/5"')
    if config.tls_server_name:
        name = _plain(config.tls_server_name)
        options.append(f'connect-to = "{name}:{_port(config)}:{address(config)}"')
    if credentials.token:
        options.append(f'header = "Authorization: Bearer {_plain(credentials.token)}"')
    if config.impersonates:
        options.append(f'header = "Impersonate-User: {_plain(config.impersonates)}"')
    documents = [
        _pem(credentials.certificate, "CERTIFICATE"),
        _pem(credentials.key, "PRIVATE KEY"),
        _pem(credentials.ca, "CERTIFICATE"),
        "\n".join(options),
    ]
    texts = [f"{text.rstrip()}\nEND{number}\n" for number, text in enumerate(documents, 3)]
    return _ASK + "".join(texts) + _END


def _pem(text: str, kind: str) -> str:
    """The blocks of a kind alone: nothing else of a learner's file enters our script."""
    blocks = [block for name, block in pem_blocks(text) if name.endswith(kind)]
    for block in blocks:
        if not all(_PEM_LINE.fullmatch(line.strip()) for line in block.splitlines()):
            raise BrokenKubeconfig(f"its {kind.lower()} is encrypted or not whole", "")
    return "".join(blocks)


def _plain(text: str) -> str:
    text = text.strip()
    if not _HEADER_TEXT.fullmatch(text) or '"' in text or "\\" in text:
        raise BrokenKubeconfig("its token or another text has characters that do not belong", "")
    return text


def _answers(output: str, mark: str) -> list[KubeAnswer]:
    """curl's output, taken apart at the marks, which no body can hold."""
    found: list[KubeAnswer] = []
    rest = output
    while True:
        body, sign, tail = rest.partition(f"\n{mark}{{")
        if not sign:
            return found
        line, _, rest = tail.partition("\n")
        facts = json.loads("{" + line)
        if facts["exitcode"]:
            problem = (int(facts["exitcode"]), str(facts.get("errormsg") or ""))
            found.append(KubeAnswer(0, problem=problem))
            continue
        try:
            document = json.loads(body)
        except ValueError:
            document = body
        found.append(KubeAnswer(int(facts["http_code"]), document))
