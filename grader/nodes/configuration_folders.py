"""systemd's configuration folders on a node (`/etc/sysctl.d` and kin), in systemd's precedence."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from grader.round import Round, Unreadable

_SCRIPT = """
for folder in /etc /run /usr/local/lib /usr/lib; do
  for file in "$folder/$1"/*.conf; do
    [ -e "$file" ] || [ -L "$file" ] || continue
    printf 'file %s\\n' "$file"
    [ -f "$file" ] && base64 -w 0 <"$file"
    echo
  done
done
printf 'unit %s\\n' "$(systemctl is-enabled -- "$2" 2>/dev/null)"
printf 'kernel %s\\n' "$(cat /proc/cmdline)"
"""


class UnreadableFolders(Unreadable):
    """The configuration folders of a node could not be looked at."""


@dataclass(frozen=True, slots=True)
class ConfigurationFile:
    path: str
    content: str

    def lines(self) -> Iterator[str]:
        """The lines that say something: no blank ones, no comments."""
        for line in self.content.splitlines():
            text = line.strip()
            if text and text[0] not in "#;":
                yield text


@dataclass(frozen=True, slots=True)
class ConfigurationFolders:
    """`files` in the order in which they are applied; of those with one name the first holds."""

    files: tuple[ConfigurationFile, ...]
    unit_state: str
    """Of the unit that applies them, as `systemctl is-enabled` says."""
    kernel_words: tuple[str, ...]


def read_configuration(round_: Round, node: str, folder: str, unit: str) -> ConfigurationFolders:
    """`folder` as in `sysctl.d`. A link to /dev/null or to nothing reads as an empty file.

    Raises NodeUnreachable, UnreadableFolders.
    """
    result = round_.run(node, ["sh", "-s", folder, unit], stdin=_SCRIPT)
    by_name: dict[str, ConfigurationFile] = {}
    unit_state, kernel = "", ""
    lines = iter(result.stdout.splitlines())
    for line in lines:
        what, _, rest = line.partition(" ")
        if what == "file":
            content = base64.b64decode(next(lines, "")).decode(errors="replace")
            by_name.setdefault(rest.rpartition("/")[2], ConfigurationFile(rest, content))
        elif what == "unit":
            unit_state = rest
        elif what == "kernel":
            kernel = rest
    if not kernel:
        raise UnreadableFolders(f"{node}:{folder} could not be looked at: {result.stderr}", "")
    files = tuple(by_name[name] for name in sorted(by_name))
    return ConfigurationFolders(files, unit_state, tuple(kernel.split()))
