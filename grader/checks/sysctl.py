"""`sysctl`: kernel parameters now, and as systemd-sysctl would set them at the next start."""

from grader.finding import failed, passed
from grader.meaning.plain import same_scalar
from grader.nodes.configuration_folders import read_configuration
from grader.nodes.sysctl_settings import proc_path, settings_at_start
from grader.surroundings import Surroundings
from grader.verdict import Finding
from labs.checks.sysctl import SysctlCheck

_SCRIPT = """
for key in "$@"; do
  if [ -e "/proc/sys/$key" ]; then printf 'is %s\\n' "$(tr '\\n\\t' '  ' <"/proc/sys/$key")"
  else echo absent; fi
done
"""


def look(args: SysctlCheck, around: Surroundings) -> Finding:
    finding = _now(args, around) if args.now else None
    if finding is None and args.after_reboot:
        finding = _after_reboot(args, around)
    values = ", ".join(f"{key}={value}" for key, value in args.values.items())
    return finding or passed(expected=values, actual=values)


def _now(args: SysctlCheck, around: Surroundings) -> Finding | None:
    paths = [proc_path(key) for key in args.values]
    result = around.round.run(args.node, ["sh", "-s", *paths], stdin=_SCRIPT)
    for (key, wanted), line in zip(args.values.items(), result.stdout.splitlines(), strict=True):
        actual = " ".join(line.removeprefix("is ").split())
        if line == "absent":
            return failed(
                f"{args.node} has no kernel parameter {key} now; is its module loaded?",
                expected=wanted,
                actual="no such parameter",
                path=f"{args.node} {key} now",
            )
        if not _same(wanted, actual):
            return failed(
                f"{key} is {actual} on {args.node} now, not {wanted}",
                expected=wanted,
                actual=actual,
                path=f"{args.node} {key} now",
            )
    return None


def _after_reboot(args: SysctlCheck, around: Surroundings) -> Finding | None:
    unit = "systemd-sysctl.service"
    found = read_configuration(around.round, args.node, "sysctl.d", unit)
    for key, wanted in args.values.items():
        path = f"{args.node} {key} after a reboot"
        setting = settings_at_start(found.files, key, found.kernel_words)
        by_kernel = setting is not None and not setting.path.startswith("/")
        if found.unit_state.startswith("masked") and not by_kernel:
            return failed(
                f"{unit} is masked on {args.node}, so nothing is set at the next start",
                expected=wanted,
                actual="not set",
                path=path,
            )
        if setting is None:
            return failed(
                f"{key} is set in no file that {args.node} reads at its next start",
                expected=wanted,
                actual="not set",
                path=path,
            )
        if not _same(wanted, setting.value):
            return failed(
                f"{setting.path} has the last word at the next start: {key} becomes "
                f"{setting.value}, not {wanted}",
                expected=wanted,
                actual=setting.value,
                path=path,
            )
    return None


def _same(wanted: str | int, actual: str) -> bool:
    if isinstance(wanted, str):
        wanted = " ".join(wanted.split())
    return same_scalar(wanted, actual, "metadata")
