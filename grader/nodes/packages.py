"""Packages of a node, from dpkg's own status file and the journal that it keeps beside it."""

import re
from dataclasses import dataclass

from grader.round import Round, Unreadable

_SCRIPT = r"""
set -- "$1" /var/lib/dpkg/status
for file in /var/lib/dpkg/updates/[0-9]*; do [ -e "$file" ] && set -- "$@" "$file"; done
wanted=$1
shift
exec sed -n -e "/^Package: \(dpkg\|$wanted\)\$/,/^\$/p" "$@"
"""
_ITSELF = "dpkg"


class UnreadablePackages(Unreadable):
    """dpkg's records of a node could not be read."""


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    architecture: str
    want: str
    """install, hold, deinstall, purge."""
    error: str
    """ok, or reinstreq."""
    state: str
    """installed, config-files, half-configured, unpacked, half-installed, not-installed, …"""
    version: str

    @property
    def installed(self) -> bool:
        return (self.error, self.state) == ("ok", "installed") and self.want in ("install", "hold")


def read_package(round_: Round, node: str, name: str) -> tuple[Package, ...]:
    """The package once for each architecture that dpkg has heard of.

    Raises NodeUnreachable, UnreadablePackages.
    """
    name, _, architecture = name.partition(":")
    pattern = re.sub(r"[.*\[\]^$\\/]", r"\\\g<0>", name)
    result = round_.run(node, ["sh", "-s", pattern], stdin=_SCRIPT)
    packages = parse_status(result.stdout)
    if not any(one.name == _ITSELF and one.installed for one in packages):
        raise UnreadablePackages(f"dpkg's records of {node} could not be read: {result.stderr}", "")
    return tuple(
        one for one in packages if one.name == name and architecture in ("", one.architecture)
    )


def parse_status(text: str) -> tuple[Package, ...]:
    """Paragraphs of dpkg's status file; of one package and architecture, the last one holds."""
    found: dict[tuple[str, str], Package] = {}
    for paragraph in re.split(r"\n(?=Package: )|\n\s*\n", text):
        fields = dict(
            line.partition(": ")[::2] for line in paragraph.splitlines() if line[:1].isalpha()
        )
        words = fields.get("Status", "").split()
        if "Package" in fields and len(words) == 3:
            name, architecture = fields["Package"].strip(), fields.get("Architecture", "").strip()
            version = fields.get("Version", "").strip()
            want, error, state = words
            found[name, architecture] = Package(name, architecture, want, error, state, version)
    return tuple(found.values())
