"""What systemd-sysctl would set at the next start: the rules of sysctl.d(5)."""

from collections.abc import Collection, Iterable
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


_ONE = frozenset({"net/ipv4/ip_forward", "net/ipv4/conf/all/forwarding"})
"""Two names of one parameter of the kernel."""


def settings_at_start(
    files: Iterable[ConfigurationFile], key: str, kernel_words: Iterable[str] = ()
) -> Setting | None:
    """The last setting of `key`; one that names it outright beats every pattern.

    `sysctl.KEY=VALUE` on the kernel's command line holds where no file says otherwise.
    """
    wanted = proc_path(key)
    names = _ONE if wanted in _ONE else {wanted}
    explicit: Setting | None = None
    by_pattern: Setting | None = None
    excluded = False
    for file in files:
        for line in file.lines():
            name, sign, value = line.partition("=")
            pattern = proc_path(name.strip().lstrip("-").strip())
            setting = Setting(" ".join(value.split()), file.path)
            if not sign:
                excluded = excluded or (line.startswith("-") and pattern in names)
            elif pattern in names:
                explicit = setting
            elif any(_fits(one, pattern) for one in names):
                by_pattern = setting
    by_file = explicit or (None if excluded else by_pattern)
    return by_file or _of_kernel(kernel_words, names)


def _of_kernel(words: Iterable[str], names: Collection[str]) -> Setting | None:
    found = None
    for word in words:
        key, sign, value = word.partition("=")
        if sign and key.startswith("sysctl.") and proc_path(key.removeprefix("sysctl.")) in names:
            found = Setting(value, "the kernel's command line")
    return found


def _fits(path: str, pattern: str) -> bool:
    """As glob(3) does over /proc/sys: a star does not cross a slash."""
    names, patterns = path.split("/"), pattern.split("/")
    if not any(char in pattern for char in "*?["):
        return False
    return len(names) == len(patterns) and all(
        fnmatchcase(name, one) for name, one in zip(names, patterns, strict=True)
    )
