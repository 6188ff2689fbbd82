"""A node for tests of what looks at nodes: it answers our scripts from processes, files and CRI."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

from cluster.node import CommandResult
from grader.nodes import cri, node_file, process_details, processes, programs, sockets
from grader.nodes import runtime_endpoint as endpoint
from tests.grader.fakes import FakeNode

BOOT = "9bd1f525-e99f-4c9f-be40-9b79a97bf2a5"
SOCKET = "/run/containerd/containerd.sock"
POD = (
    "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{}.slice/cri-containerd-{}.scope"
)


@dataclass(slots=True)
class Task:
    """One process; `file` is the identity of what it runs."""

    pid: int
    argv: Sequence[str]
    exe: str
    cgroup: str = "/user.slice"
    started: int = 100
    file: str = ""
    comm: str = ""
    state: str = "S"
    status: str = "Uid:\t0\t0\t0\t0\n"


def kubelet(*flags: str, exe: str = "/usr/bin/kubelet", pid: int = 825) -> Task:
    return Task(pid, ["/usr/bin/kubelet", *flags], exe, "/system.slice/kubelet.service")


@dataclass(slots=True)
class Machine:
    tasks: list[Task] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """Content by path."""
    programs: dict[str, str] = field(default_factory=dict)
    """Signature by path, of what can be run; else that of tasks that run it."""
    packaged: dict[str, str] = field(default_factory=dict)
    """MD5 by path as dpkg knows it; `md5` is what the files have."""
    md5: dict[str, str] = field(default_factory=dict)
    calls: dict[str, bytes | int] = field(default_factory=dict)
    """Answers of the runtime by method; a number is a status of gRPC."""
    socket: str = SOCKET
    listening: str = ""
    boot: str = BOOT
    up: float = 1000.0

    def node(self) -> FakeNode:
        return FakeNode("n1", self.answer)

    def answer(self, argv: Sequence[str], stdin: str) -> CommandResult:
        scripts = {
            processes._SCRIPT: self._processes,
            programs._SCRIPT: self._program,
            programs._PACKAGE: self._package,
            process_details._SCRIPT: self._details,
            node_file._SCRIPT: self._file,
            cri._SCRIPT: self._cri,
            endpoint._SCRIPT: lambda words: f"{self.socket}\nend\n" if self.calls else "end\n",
            sockets._SCRIPT: self._sockets,
        }
        return CommandResult(0, scripts[stdin](argv[2:]), "")

    def _all(self) -> list[Task]:
        return [Task(1, ["/sbin/init"], "/usr/lib/systemd/systemd", "/init.scope"), *self.tasks]

    def _processes(self, words: Sequence[str]) -> str:
        lines = [f"boot {self.boot}", f"up {self.up}"]
        for one in self._all():
            comm = one.comm or one.exe.rpartition("/")[2][:15]
            rest = f"{one.state} 1 " + " ".join(["0"] * 17) + f" {one.started} 0 0"
            for line in f"{one.pid} ({comm}) {rest}".split("\n"):
                lines.append(f"/proc/{one.pid}/stat:{line}")
            lines.append(f"/proc/{one.pid}/cgroup:0::{one.cgroup}")
            if one.exe:
                lines.append(f"/proc/{one.pid}/exe:{one.exe}")
        records = [f"/proc/{one.pid}/cmdline:{word}" for one in self._all() for word in one.argv]
        return "\n".join([*lines, "argv", "\0".join(records) + "\0"])

    def _program(self, words: Sequence[str]) -> str:
        path, *exes = words
        if "/" not in path:
            there = [one for one in self._signatures() if one.endswith(f"/{path}")]
            path = there[0] if there else path
        lines = [f"path {path}"]
        signature = self._signatures().get(path)
        if signature:
            lines.append(f"is {signature} {path}")
        by_pid = {one.pid: one for one in self._all()}
        for exe in exes:
            task = by_pid[int(exe.split("/")[2])]
            lines.append(f"is {task.file or self._signatures().get(task.exe, '')} {exe}")
        return "\n".join([*lines, *(["runnable"] if signature else []), ""])

    def _signatures(self) -> dict[str, str]:
        known = {one.exe: f"8:{len(one.exe)}{one.exe[-3:]}:7:9" for one in self._all()}
        return known | self.programs

    def _package(self, words: Sequence[str]) -> str:
        lines = [f"{self.md5.get(words[0], '0' * 32)}  -"]
        if words[0] in self.packaged:
            lines.append(f"{self.packaged[words[0]]} /var/lib/dpkg/info/x.md5sums")
        return "\n".join([*lines, ""])

    def _details(self, words: Sequence[str]) -> str:
        by_pid = {str(one.pid): one for one in self._all()}
        text = "".join(f"pid {pid}\n{by_pid[pid].status}" for pid in words)
        return f"{text}users\nroot:x:0:0::/root:/bin/bash\netcd:x:101:101::/:/bin/false\n"

    def _file(self, words: Sequence[str]) -> str:
        content = self.files.get(words[0])
        if content is None:
            return "absent\n"
        data = base64.b64encode(content.encode()).decode()
        modified = "1970-01-01 00:00:01.000000000 +0000"
        facts = f"regular file|root|root|600|{len(content)}|{modified}"
        return f"there\n{facts}\n{'0' * 64}\n{data}"

    def _cri(self, words: Sequence[str]) -> str:
        path, method = words[0], words[1]
        answer = self.calls.get(method.rpartition("/")[2], 12)
        text, code = b"curl: (7) Couldn't connect to server", 7
        if path == self.socket and self.calls:
            head = b"HTTP/2 200 \r\ncontent-type: application/grpc\r\n"
            code = 0
            if isinstance(answer, int):
                text = head + f"grpc-status: {answer}\r\ngrpc-message: no%20such\r\n\r\n".encode()
            else:
                body = bytes([0, *len(answer).to_bytes(4, "big")]) + answer
                text = head + b"\r\n" + body + b"grpc-status: 0\r\ngrpc-message: \r\n"
        return base64.b64encode(text + f"\nexit {code}".encode()).decode()

    def _sockets(self, words: Sequence[str]) -> str:
        return self.listening


def message(**fields: "str | bytes | int | list[bytes] | list[str] | dict[str, str]") -> bytes:
    """A protobuf message: `f1="text"`, `f2=3`, `f3=[message, message]`, `f4={"key": "value"}`."""
    data = b""
    for name, value in fields.items():
        number = int(name[1:])
        if isinstance(value, int):
            data += _varint(number << 3) + _varint(value)
            continue
        if isinstance(value, dict):
            value = [message(f1=key, f2=text) for key, text in value.items()]
        for one in value if isinstance(value, list) else [value]:
            part = one.encode() if isinstance(one, str) else one
            data += _varint(number << 3 | 2) + _varint(len(part)) + part
    return data


def _varint(value: int) -> bytes:
    data = b""
    while value > 0x7F:
        data += bytes([value & 0x7F | 0x80])
        value >>= 7
    return data + bytes([value])
