"""`service`: a systemd unit is in exactly these states, as systemd and the unit's files say."""

from grader.finding import failed, passed, unknown
from grader.meaning.compare import compare
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import describe
from labs.checks.service import ServiceCheck

_SCRIPT = """
systemctl show -p LoadState,ActiveState,SubState,Result,NRestarts -- "$1" || exit 90
printf 'Enabled='
systemctl is-enabled -- "$1" 2>/dev/null || true
"""


def look(args: ServiceCheck, around: Surroundings) -> Finding:
    unit = args.unit if "." in args.unit else f"{args.unit}.service"
    result = around.round.run(args.node, ["sh", "-s", unit], stdin=_SCRIPT)
    if result.code == 90:
        return unknown(f"systemd on {args.node} does not answer: {result.stderr}")
    state = dict(line.partition("=")[::2] for line in result.stdout.splitlines() if "=" in line)
    place = f"{args.node}: {unit}"
    if state.get("LoadState") == "not-found":
        state |= {"ActiveState": "not-found", "Enabled": "not-found"}
    elif not state.get("Enabled"):
        state["Enabled"] = "not-found"
    return _judge(args, state, place)


def _judge(args: ServiceCheck, state: dict[str, str], place: str) -> Finding:
    for expected, key, word in (
        (args.active, "ActiveState", "is"),
        (args.enabled, "Enabled", "at the next start: it is"),
    ):
        actual = state.get(key, "")
        if expected is not None and compare(expected, actual) is not None:
            detail = f" ({state.get('SubState', '')})" if key == "ActiveState" else ""
            return failed(
                f"{place} {word} {actual}{detail}, not {describe(expected)}",
                expected=describe(expected),
                actual=actual,
                path=f"{place} {key}",
            )
    count = state.get("NRestarts", "")
    steady = {place: int(count)} if count.isdigit() else {}
    return passed(actual=f"{state.get('ActiveState')}, {state['Enabled']}", steady=steady)
