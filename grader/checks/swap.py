"""`swap`: none in use now; neither fstab, nor a unit, nor zram turns one on at the next start."""

from dataclasses import dataclass

from grader.finding import failed, passed, unknown
from grader.nodes.unit_names import device_path, escape_path
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.swap import SwapCheck

_SCRIPT = """
sed 1d /proc/swaps | sed 's/^/used /'
sed 's/^/fstab /' /etc/fstab 2>/dev/null
for folder in /etc /run /usr/local/lib /usr/lib; do
  here=$folder/systemd/system
  for unit in "$here"/*.swap "$here"/*/*.swap "$here"/*/zramswap.service \
    "$here"/*/dphys-swapfile.service "$here/swap.target"; do
    [ -e "$unit" ] || [ -L "$unit" ] || continue
    echo "unit ${unit#"$here"/} $(readlink "$unit")"
  done
done
for folder in /etc /run /usr/local/lib /usr/lib; do
  [ -x /usr/lib/systemd/system-generators/zram-generator ] || break
  sed 's/^/zram /' "$folder/systemd/zram-generator.conf" 2>/dev/null && break
done
sed 's/^/kernel /' /proc/cmdline
echo end
"""


@dataclass(frozen=True, slots=True)
class Source:
    """What turns swap on at the next start, and where that is written."""

    what: str
    where: str


def look(args: SwapCheck, around: Surroundings) -> Finding:
    result = around.round.run(args.node, ["sh", "-s"], stdin=_SCRIPT)
    lines = result.stdout.splitlines()
    if "end" not in lines:
        return unknown(f"the swap of {args.node} could not be looked at: {result.stderr}")
    used = [line.split()[1] for line in lines if line.startswith("used ")]
    if args.now and used:
        return failed(
            f"swap is in use on {args.node}: {', '.join(used)}",
            expected="no swap",
            actual=", ".join(used),
            path=f"{args.node} /proc/swaps",
        )
    for source in sources_at_start(lines) if args.after_reboot else []:
        return failed(
            f"{args.node} turns swap on again at its next start: {source.what} in {source.where}",
            expected="no swap after a reboot",
            actual=source.what,
            path=f"{args.node}:{source.where}",
        )
    return passed(expected="no swap", actual="none")


def sources_at_start(lines: list[str]) -> list[Source]:
    """From the lines of the script above: fstab, units that are wanted, and zram devices."""
    units = [line.split()[1:] for line in lines if line.startswith("unit ")]
    masked = {unit[0] for unit in units if unit[1:] == ["/dev/null"]}
    kernel = [word for line in lines if line.startswith("kernel ") for word in line.split()[1:]]
    if "swap.target" in masked or "systemd.swap=0" in kernel or "systemd.swap=no" in kernel:
        return []
    sources = []
    for line in lines if not {"fstab=0", "fstab=no"} & set(kernel) else []:
        fields = line.split()[1:] if line.startswith("fstab ") else []
        if len(fields) < 3 or fields[0].startswith("#") or fields[2] != "swap":
            continue
        options = fields[3].split(",") if len(fields) > 3 else []
        if "noauto" not in options and unit_name(fields[0]) not in masked:
            sources.append(Source(fields[0], "/etc/fstab"))
    for name, *_ in units:
        folder, slash, unit = name.rpartition("/")
        if slash and folder.endswith((".wants", ".requires")) and unit not in masked:
            sources.append(Source(unit, f"systemd ({folder})"))
    sources += [
        Source(line.split()[1], "zram-generator.conf")
        for line in lines
        if line.startswith("zram [zram")
    ]
    return sources


def unit_name(device: str) -> str:
    """The name of the unit that systemd makes of an fstab line: `/dev/vdb` is `dev-vdb.swap`."""
    return escape_path(device_path(device)) + ".swap"
