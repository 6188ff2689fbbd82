"""What systemd-sysctl would set at the next start: the rules of sysctl.d(5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from grader.nodes.configuration_folders import ConfigurationFile


@dataclass(frozen=True, slots=True)
class Setting:
    value: str
    path: str
    """The file that sets it."""


def proc_path(key: str) -> str:
    """`net.ipv4.ip_forward` and `net/ipv4/ip_forward` as the path below /proc/sys.

    The first separator tells the spelling: in `net/ipv4/conf/eth0.1/x` dots belong to names.
    """
    first = next((char for char in key if char in "./"), "/")
    if first == "/":
        return key
    return key.translate(str.maketrans("./", "/."))


def settings_at_start(files: Iterable[ConfigurationFile], key: str) -> Setting | None:
    """The last setting of `key`; one that names it outright beats every pattern."""
    wanted = proc_path(key)
    explicit: Setting | None = None
    by_pattern: Setting | None = None
    excluded = False
    for file in files:
        for line in file.lines():
            name, sign, value = line.partition("=")
            pattern = proc_path(name.strip().lstrip("-").strip())
            setting = Setting(" ".join(value.split()), file.path)
            if not sign:
                excluded = excluded or (line.startswith("-") and pattern == wanted)
            elif pattern == wanted:
                explicit = setting
            elif any(char in pattern for char in "*?[") and _fits(wanted, pattern):
                by_pattern = setting
    return explicit or (None if excluded else by_pattern)


def _fits(path: str, pattern: str) -> bool:
    """As glob(3) does over /proc/sys: a star does not cross a slash."""
    names, patterns = path.split("/"), pattern.split("/")
    return len(names) == len(patterns) and all(
        fnmatchcase(name, one) for name, one in zip(names, patterns, strict=True)
    )
