"""A systemd unit as systemd has it loaded, and the commands that its files would start."""

import re
from dataclasses import dataclass, field

from grader.nodes.configuration_folders import read_configuration
from grader.nodes.node_file import read_node_file
from grader.round import Round
from labs.errors import SeatrialError

_PROPERTIES = (
    "LoadState,ActiveState,SubState,Result,NRestarts,MainPID,InvocationID,NeedDaemonReload,"
    "FragmentPath,DropInPaths,TriggeredBy,ExecStart"
)
_SCRIPT = f"""
systemctl show -p {_PROPERTIES} -- "$1" || exit 90
printf 'Enabled='
systemctl is-enabled -- "$1" 2>/dev/null || true
"""
_PATH = re.compile(r"path=(.*?) ; argv\[\]=")
_PREFIXES = "@-:+!|"


class SystemdSilent(SeatrialError):
    """systemd of a node does not answer."""


@dataclass(frozen=True, slots=True)
class UnitState:
    unit: str
    properties: dict[str, str]
    commands: tuple[str, ...] = ()
    """The programs of ExecStart as loaded."""
    triggers: tuple[str, ...] = field(default=())
    """Units that start this one: sockets, timers, paths."""

    def __getitem__(self, name: str) -> str:
        return self.properties.get(name, "")

    @property
    def main_pid(self) -> int:
        text = self["MainPID"]
        return int(text) if text.isdigit() else 0


def read_unit(round_: Round, node: str, unit: str) -> UnitState:
    """Raises NodeUnreachable, SystemdSilent."""
    result = round_.run(node, ["sh", "-s", unit], stdin=_SCRIPT)
    if result.code == 90:
        raise SystemdSilent(f"systemd on {node} does not answer: {result.stderr}", "")
    lines = [line for line in result.stdout.splitlines() if "=" in line]
    properties = dict(line.partition("=")[::2] for line in lines)
    if properties.get("LoadState") == "not-found":
        properties |= {"ActiveState": "not-found", "Enabled": "not-found"}
    elif not properties.get("Enabled"):
        properties["Enabled"] = "not-found"
    found = [_PATH.search(line) for line in lines if line.startswith("ExecStart=")]
    commands = tuple(one[1] for one in found if one)
    return UnitState(unit, properties, commands, tuple(properties.get("TriggeredBy", "").split()))


def commands_at_start(round_: Round, node: str, state: UnitState) -> tuple[str, ...]:
    """The programs of ExecStart that the next start of the machine would take: those of the files,
    which differ from what is loaded until somebody says `daemon-reload`.

    Raises NodeUnreachable, UnreadableFolders.
    """
    if state["NeedDaemonReload"] != "yes":
        return state.commands
    fragment = read_node_file(round_, node, state["FragmentPath"])
    folder = f"systemd/system/{state.unit}.d"
    drop_ins = read_configuration(round_, node, folder, state.unit).files
    texts = [fragment.content if fragment else "", *(file.content for file in drop_ins)]
    # What systemd would put in for `%p` or `$X` is known only when it has loaded the files.
    return tuple(one for one in exec_start(texts) if not set("%$") & set(one))


def exec_start(texts: list[str]) -> tuple[str, ...]:
    """The programs of ExecStart of a unit's files in their order; an empty one begins anew."""
    programs: list[str] = []
    for text in texts:
        section = ""
        for line in re.sub(r"\\\n", " ", text).splitlines():
            line = line.strip()
            if line.startswith("["):
                section = line
            key, sign, value = line.partition("=")
            if section != "[Service]" or not sign or key.strip() != "ExecStart":
                continue
            words = value.split()
            if words:
                programs.append(words[0].lstrip(_PREFIXES).strip("\"'"))
            else:
                programs.clear()
    return tuple(programs)
