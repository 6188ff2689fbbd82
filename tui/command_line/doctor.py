"""`seatrial doctor`: what is there, what is missing, what to do."""

from cluster.doctor import Standing, examine
from tui.command_line.parser import Options

MARKS = {Standing.OK: "✔ ok  ", Standing.WARN: "! warn", Standing.BAD: "✗ bad "}


def show(options: Options) -> int:
    """One line per finding as soon as it is known; 1 when something is bad."""
    worst = 0
    for finding in examine():
        print(f"{MARKS[finding.standing]}  {finding.name:<15} {finding.fact}", flush=True)
        if finding.remedy:
            print(f"{'':25}{finding.remedy}")
        worst = max(worst, finding.standing is Standing.BAD)
    return worst
