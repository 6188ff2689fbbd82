"""Versions as Kubernetes' programs give them, compared as far as the wanted one is written."""

import re
from dataclasses import dataclass

_VERSION = re.compile(
    r"v?(?P<numbers>\d+(?:\.\d+)*)(?P<rest>[-+~].*|(?:alpha|beta|rc)\d*)?", re.IGNORECASE
)
_PRE_RELEASE = re.compile(r"[-~.]?(alpha|beta|rc|pre|dev)[.-]?(\d*)", re.IGNORECASE)
_RULE = re.compile(r"(?P<sign>>=|<=|!=|==|=|>|<)?\s*(?P<version>[^\s,<>=!]+)")
_STAGES = ("dev", "pre", "alpha", "beta", "rc")
_RELEASED = (len(_STAGES), 0)


@dataclass(frozen=True, slots=True)
class Version:
    numbers: tuple[int, ...]
    stage: tuple[int, int] = _RELEASED
    """Orders pre-releases before the release. What packagers add (`-00`, `+k3s1`) is left out."""

    def to(self, length: int) -> tuple[int, ...]:
        return (self.numbers + (0,) * length)[:length]


@dataclass(frozen=True, slots=True)
class VersionRule:
    sign: str
    version: Version

    def accepts(self, found: Version) -> bool:
        """`1.20` is every 1.20.x; so `>1.20` begins at 1.21, and `<=1.20` ends before it."""
        length = len(self.version.numbers)
        order = _order(found.to(length), self.version.to(length))
        if order == 0:
            released = (*found.numbers[length:], 0)[0] > 0
            order = 0 if released else _order(found.stage, self.version.stage)
        return {
            "=": order == 0,
            "!=": order != 0,
            ">=": order >= 0,
            "<=": order <= 0,
            ">": order > 0,
            "<": order < 0,
        }[self.sign]


def _order(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    return (left > right) - (left < right)


def parse_version(value: object) -> Version | None:
    """Of `v1.20.2`, `1.20.2-00`, `1.21.0-rc.1`, `containerd://1.6.20`; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = re.sub(r"^\w+://", "", str(value).strip())
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    numbers = tuple(int(number) for number in found["numbers"].split("."))
    pre = _PRE_RELEASE.match(found["rest"] or "")
    if pre is None:
        return Version(numbers)
    return Version(numbers, (_STAGES.index(pre[1].lower()), int(pre[2] or 0)))


def parse_version_rules(value: object) -> tuple[VersionRule, ...] | None:
    """Of `1.20`, `>=1.19`, `>=1.19 <1.22`; None when it cannot be read."""
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    rules, at = [], 0
    while at < len(text):
        found = _RULE.match(text, at)
        version = parse_version(found["version"]) if found else None
        if found is None or version is None:
            return None
        rules.append(VersionRule({None: "=", "==": "="}.get(found["sign"], found["sign"]), version))
        at = found.end()
        at += len(text[at:]) - len(text[at:].lstrip(" ,"))
    return tuple(rules) or None
