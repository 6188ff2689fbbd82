"""`package`: a package of a node by dpkg's own records, its version by Debian's rules."""

from collections.abc import Callable

from grader.finding import failed, passed
from grader.meaning.debian_version import DebianVersion, compare_part, parse_version
from grader.nodes.packages import Package, read_package
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.package import PackageCheck
from labs.errors import SeatrialError


class NotAVersion(SeatrialError):
    """The lab's author wrote what Debian does not take for a version."""


def look(args: PackageCheck, around: Surroundings) -> Finding:
    found = read_package(around.round, args.node, args.name)
    place = f"{args.node} package {args.name}"
    installed = [one for one in found if one.installed]
    if args.state == "installed":
        if not installed:
            return _not_installed(args, found, place)
        return (
            _version(args, installed[0], place)
            or _held(args, installed[0], place)
            or _good(installed[0])
        )
    left = [one for one in found if _is_there(one, args.state)]
    if not left:
        return passed(expected=args.state, actual=args.state)
    status = _status(left[0])
    return failed(
        f"{args.name} is not {args.state} on {args.node}: dpkg says {status}",
        expected=args.state,
        actual=status,
        path=place,
    )


def _is_there(package: Package, state: str) -> bool:
    gone = ("not-installed", "config-files") if state == "absent" else ("not-installed",)
    return package.state not in gone


def _status(package: Package) -> str:
    return f"{package.want} {package.error} {package.state} {package.version}".strip()


def _good(package: Package) -> Finding:
    return passed(expected="installed", actual=_status(package))


def _not_installed(args: PackageCheck, found: tuple[Package, ...], place: str) -> Finding:
    status = _status(found[0]) if found else "never installed"
    return failed(
        f"{args.name} is not installed on {args.node}: dpkg says {status}"
        if found
        else f"{args.name} is not installed on {args.node}",
        expected="install ok installed",
        actual=status,
        path=place,
    )


def _held(args: PackageCheck, package: Package, place: str) -> Finding | None:
    held = package.want == "hold"
    if args.held is None or args.held == held:
        return None
    return failed(
        f"{args.name} is {'held' if held else 'not held'} on {args.node}",
        expected="held" if args.held else "not held",
        actual=_status(package),
        path=place,
    )


def _version(args: PackageCheck, package: Package, place: str) -> Finding | None:
    version = _parsed(package.version)
    rules: list[tuple[str, str, Callable[[DebianVersion], bool]]] = [
        (args.version, "", lambda wanted: version == wanted),
        (args.at_least, "at least ", lambda wanted: version >= wanted),
        (args.less_than, "less than ", lambda wanted: version < wanted),
        (
            args.upstream,
            "upstream version ",
            lambda wanted: compare_part(version.upstream, wanted.upstream) == 0,
        ),
    ]
    for text, word, holds in rules:
        if text and not holds(_parsed(text)):
            return failed(
                f"{args.name} on {args.node} has version {package.version}, not {word}{text}",
                expected=f"{word}{text}",
                actual=package.version,
                path=f"{place} version",
            )
    return None


def _parsed(text: str) -> DebianVersion:
    version = parse_version(text)
    if version is None:
        raise NotAVersion(f"{text!r} is no version of a Debian package", "")
    return version
