"""`module`: kernel modules there now, and loaded by systemd-modules-load at the next start."""

from grader.finding import failed, passed, unknown
from grader.nodes.configuration_folders import ConfigurationFolders, read_configuration
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.module import ModuleCheck

_SCRIPT = """
cut -d ' ' -f 1 /proc/modules | sed 's/^/loaded /'
read -r release </proc/sys/kernel/osrelease
sed 's/^/builtin /' "/lib/modules/$release/modules.builtin" 2>/dev/null || true
echo end
"""


def look(args: ModuleCheck, around: Surroundings) -> Finding:
    result = around.round.run(args.node, ["sh", "-s"], stdin=_SCRIPT)
    words = [line.partition(" ")[::2] for line in result.stdout.splitlines()]
    if ("end", "") not in words:
        return unknown(f"the modules of {args.node} could not be listed: {result.stderr}")
    builtin = {_name(rest.rpartition("/")[2]) for what, rest in words if what == "builtin"}
    loaded = {_name(rest) for what, rest in words if what == "loaded"} | builtin
    finding = _now(args, loaded) if args.now else None
    if finding is None and args.after_reboot:
        folders = read_configuration(
            around.round, args.node, "modules-load.d", "systemd-modules-load.service"
        )
        finding = _after_reboot(args, folders, builtin) or _denied(args, builtin, around)
    names = ", ".join(args.names)
    return finding or passed(expected=names, actual=names)


def _name(text: str) -> str:
    """Dashes and underscores mean the same in module names."""
    return text.removesuffix(".ko").replace("-", "_")


def _now(args: ModuleCheck, loaded: set[str]) -> Finding | None:
    for name in args.names:
        if _name(name) not in loaded:
            return failed(
                f"the module {name} is not loaded on {args.node} now",
                expected=f"{name} loaded",
                actual="not loaded",
                path=f"{args.node} {name} now",
            )
    return None


def _denied(args: ModuleCheck, builtin: set[str], around: Surroundings) -> Finding | None:
    """A module of modprobe.d's `blacklist`, or whose `install` does nothing, is not loaded."""
    unit = "systemd-modules-load.service"
    folders = read_configuration(around.round, args.node, "modprobe.d", unit)
    denied: dict[str, str] = {}
    for file in folders.files:
        for words in (line.split() for line in file.lines()):
            nothing = (
                words[0] == "install" and words[2:3] and words[2].endswith(("/true", "/false"))
            )
            if len(words) > 1 and (words[0] == "blacklist" or nothing):
                denied[_name(words[1])] = file.path
    for word in folders.kernel_words:
        key, _, value = word.partition("=")
        if key in ("module_blacklist", "modprobe.blacklist"):
            denied |= {_name(name): "the kernel's command line" for name in value.split(",")}
    for name in args.names:
        if _name(name) in denied and _name(name) not in builtin:
            return failed(
                f"the module {name} is not loaded at the next start: "
                f"{denied[_name(name)]} forbids it",
                expected=f"{name} loaded at the next start",
                actual="forbidden",
                path=f"{args.node} {name} after a reboot",
            )
    return None


def _after_reboot(
    args: ModuleCheck, folders: ConfigurationFolders, builtin: set[str]
) -> Finding | None:
    listed = builtin | {_name(line) for file in folders.files for line in file.lines()}
    for word in folders.kernel_words:
        key, _, value = word.partition("=")
        if key in ("modules-load", "modules_load", "rd.modules-load"):
            listed |= {_name(name) for name in value.split(",")}
    for name in args.names:
        masked = folders.unit_state.startswith("masked") and _name(name) not in builtin
        if masked or _name(name) not in listed:
            reason = (
                "systemd-modules-load.service is masked"
                if masked
                else f"no file in modules-load.d of {args.node} names it"
            )
            return failed(
                f"the module {name} is not loaded at the next start: {reason}",
                expected=f"{name} loaded at the next start",
                actual="not listed",
                path=f"{args.node} {name} after a reboot",
            )
    return None
