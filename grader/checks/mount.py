"""`mount`: what is mounted at a path of a node now, and what will be after its next start."""

from dataclasses import dataclass

from grader.finding import failed, passed, unknown
from grader.nodes.mounts import Mount, lacks_option, mount_of, parse_mountinfo
from grader.nodes.mounts_at_start import Devices, PlannedMount, UnitFiles, decode, planned_mount
from grader.nodes.unit_names import device_path, escape_path
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.mount import MountCheck

_SCRIPT = """
printf 'real %s\\n' "$(readlink -f -- "$1")"
sed 's/^/mount /' /proc/self/mountinfo
sed 's/^/fstab /' /etc/fstab 2>/dev/null
sed 's/^/kernel /' /proc/cmdline
stat -c 'link %N' /dev/disk/*/* /dev/mapper/* 2>/dev/null
grep -H '' /sys/class/block/*/dev 2>/dev/null | sed 's/^/block /'
for folder in /etc /run /usr/local/lib /usr/lib; do
  here=$folder/systemd/system
  for unit in "$here"/*mount "$here"/*/*mount; do
    [ -e "$unit" ] || [ -L "$unit" ] || continue
    echo "unit ${unit#"$here"/} $(readlink "$unit")"
  done
done
for folder in /etc /run /usr/local/lib /usr/lib; do
  [ -f "$folder/systemd/system/$2" ] || continue
  printf 'content %s\\n' "$(base64 -w 0 <"$folder/systemd/system/$2")"
  break
done
rmdir "$1/.$3" 2>&1 | sed 's/^/write /'
ls "$1" >/dev/null 2>&1 && echo readable
echo end
"""


@dataclass(frozen=True, slots=True)
class Mounts:
    """All that a node says of one path."""

    real: str
    mount: Mount | None
    planned: PlannedMount | None
    devices: Devices
    access: frozenset[str]


def look(args: MountCheck, around: Surroundings) -> Finding:
    path = "/" + args.path.strip("/")
    unit = f"{escape_path(path)}.mount"
    # No folder has this name: to remove it changes nothing, and tells what is read-only.
    nothing = f"no-{around.round.nonce()}"
    result = around.round.run(args.node, ["sh", "-s", path, unit, nothing], stdin=_SCRIPT)
    found = _read(path, result.stdout.splitlines())
    if found is None:
        return unknown(f"the mounts of {args.node} could not be read: {result.stderr}")
    place = f"{args.node}:{path}"
    finding = _now(args, found, place) if args.now else None
    if finding is None and args.after_reboot:
        finding = _later(args, found, place)
    mount = found.mount
    return finding or passed(actual=f"{mount.source} {mount.fstype}" if mount else "not mounted")


def _read(path: str, lines: list[str]) -> Mounts | None:
    if "end" not in lines:
        return None
    words: dict[str, list[str]] = {}
    for line in lines:
        kind, _, rest = line.partition(" ")
        words.setdefault(kind, []).append(rest)
    mounts = parse_mountinfo(words.get("mount", []))
    real = (words.get("real") or [path])[0] or path
    met = mount_of(mounts, real)
    if met is None:
        return None
    devices = Devices(
        dict(_link(one) for one in words.get("link", [])),
        {
            one.partition("/dev:")[0].rpartition("/")[2]: one.partition("/dev:")[2]
            for one in words.get("block", [])
        },
    )
    units = UnitFiles(
        [_pair(one) for one in words.get("unit", [])],
        decode("".join(words.get("content", []))),
    )
    kernel = " ".join(words.get("kernel", [])).split()
    spellings = dict.fromkeys((path, real))
    planned = planned_mount(spellings, words.get("fstab", []), units, kernel)
    refused = "Read-only file system" in " ".join(words.get("write", []))
    writable = not refused and "ro" not in met.options
    access = {"readable"} & words.keys() | ({"writable"} if writable else set())
    return Mounts(real, met if met.point == real else None, planned, devices, frozenset(access))


def _link(text: str) -> tuple[str, str]:
    """`'/dev/mapper/a' -> '../dm-0'`, as stat writes a link."""
    left, _, right = text.partition("' -> '")
    return left.lstrip("'"), right.rstrip("'")


def _pair(text: str) -> tuple[str, str]:
    left, _, right = text.partition(" ")
    return left, right


def _now(args: MountCheck, found: Mounts, place: str) -> Finding | None:
    mount = found.mount
    if args.mounted != (mount is not None):
        return failed(
            f"nothing is mounted at {place}"
            if mount is None
            else f"{mount.source} ({mount.fstype}) is mounted at {place}",
            expected="a mount" if args.mounted else "no mount",
            actual=mount.source if mount else "no mount",
            path=f"{place} now",
        )
    for word, wanted in (("writable", args.writable), ("readable", args.readable)):
        if wanted is not None and wanted != (word in found.access):
            return failed(
                f"{place} is {'not ' if wanted else ''}{word}",
                expected=word if wanted else f"not {word}",
                actual=f"not {word}" if wanted else word,
                path=f"{place} now",
            )
    if mount is None:
        return None
    same = _same_now(args.source, mount, found.devices)
    return _compare(args, mount.source if same else "", mount, place, "now")


def _same_now(wanted: str, mount: Mount, devices: Devices) -> bool:
    number = devices.number(wanted)
    return (bool(number) and number == mount.device) or devices.same(wanted, mount.source)


def _later(args: MountCheck, found: Mounts, place: str) -> Finding | None:
    planned = found.planned
    path = f"{place} after a reboot"
    will_be = planned is not None and not planned.trouble
    if not args.mounted:
        if planned is None or not will_be:
            return None
        return failed(
            f"{planned.where} mounts {planned.source} at {place} at the next start",
            expected="no mount",
            actual=planned.source,
            path=path,
        )
    if planned is None and found.real == "/":
        return None
    if planned is None or not will_be:
        reason = planned.trouble if planned else "neither /etc/fstab nor a unit names it"
        return failed(
            f"{place} is not mounted at the next start: {reason}",
            expected="a mount",
            actual=reason,
            path=path,
        )
    device = device_path(planned.source)
    if device.startswith("/dev/") and not found.devices.number(planned.source):
        return failed(
            f"{planned.where} mounts {planned.source} at {place}, but there is no such device",
            expected="a device",
            actual=planned.source,
            path=path,
        )
    same = found.devices.same(args.source, planned.source)
    return _compare(args, planned.source if same else "", planned, place, "after a reboot")


def _compare(
    args: MountCheck, same_source: str, mount: Mount | PlannedMount, place: str, when: str
) -> Finding | None:
    words: tuple[str, str, str] | None = None
    if args.source and not same_source:
        words = "source", args.source, mount.source
    elif args.fstype and mount.fstype not in (args.fstype, "auto"):
        words = "file system", args.fstype, mount.fstype
    for option in args.options if words is None else ():
        if lacks_option(mount.options, option):
            words = "option", option, ",".join(sorted(mount.options))
            break
    if words is None:
        return None
    what, wanted, actual = words
    return failed(
        f"the {what} of {place} {when} is not {wanted}: {actual}"
        if what != "option"
        else f"{place} {when} is not {wanted}: its options are {actual}",
        expected=wanted,
        actual=actual,
        path=f"{place} {when} {what}",
    )
