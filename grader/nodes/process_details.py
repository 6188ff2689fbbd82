"""What the kernel says of single processes: user, capabilities, seccomp, limits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from grader.round import Round

_SCRIPT = """
for pid in "$@"; do
  echo "pid $pid"
  cat "/proc/$pid/status" "/proc/$pid/limits" 2>/dev/null
done
echo users
cat /etc/passwd
"""

_NAMES = (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO "
    "SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME "
    "SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG "
    "WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
)
_CAPABILITIES = _NAMES.split()
_SETS = {
    "CapEff": "effective",
    "CapPrm": "permitted",
    "CapInh": "inheritable",
    "CapBnd": "bounding",
    "CapAmb": "ambient",
}
_LIMIT = re.compile(r"(Max .+?) {2,}(\S+) +(\S+)")
_SECCOMP = {"0": "disabled", "1": "strict", "2": "filter"}


@dataclass(frozen=True, slots=True)
class ProcessDetails:
    user: str
    """The name of the effective user; its number where /etc/passwd has none."""
    uid: str
    capabilities: dict[str, list[str]]
    """By set, names without `CAP_`."""
    no_new_privs: bool
    seccomp: str
    limits: dict[str, Any]
    """Soft limits by name; numbers, or `unlimited`."""


def read_details(round_: Round, node: str, pids: Iterable[int]) -> dict[int, ProcessDetails]:
    """Those that have ended meanwhile are left out. Raises NodeUnreachable."""
    words = [str(pid) for pid in sorted(pids)]
    head, _, users = round_.run(node, ["sh", "-s", *words], stdin=_SCRIPT).stdout.partition(
        "\nusers\n"
    )
    names: dict[str, str] = {}
    for line in users.splitlines():
        fields = line.split(":")
        if len(fields) > 2:
            names.setdefault(fields[2], fields[0])
    details = {}
    for part in f"\n{head}".split("\npid ")[1:]:
        pid, _, text = part.partition("\n")
        if "\nUid:" in f"\n{text}":
            details[int(pid)] = _details(text, names)
    return details


def _details(text: str, names: dict[str, str]) -> ProcessDetails:
    status = dict(line.partition(":")[::2] for line in text.splitlines())
    limits = filter(None, map(_LIMIT.match, text.splitlines()))
    uid = status["Uid"].split()[1]
    return ProcessDetails(
        user=names.get(uid, uid),
        uid=uid,
        capabilities={
            name: capabilities(status.get(key, "0").strip()) for key, name in _SETS.items()
        },
        no_new_privs=status.get("NoNewPrivs", "").strip() == "1",
        seccomp=_SECCOMP.get(status.get("Seccomp", "").strip(), "unknown"),
        limits={found[1]: _number(found[2]) for found in limits},
    )


def capabilities(mask: str) -> list[str]:
    """The names of a hexadecimal mask; bits that have none yet are called by their number."""
    bits = int(mask, 16)
    return [
        _CAPABILITIES[bit] if bit < len(_CAPABILITIES) else str(bit)
        for bit in range(bits.bit_length())
        if bits >> bit & 1
    ]


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text
