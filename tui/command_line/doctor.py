"""`seatrial doctor`: what is there, what is missing, what to do."""

from tui.command_line.parser import Options


def show(options: Options) -> int:
    """One line per finding; 1 when something is bad."""
    from cluster import doctor

    findings = doctor.examine()
    for line in doctor.text_lines(findings):
        print(line)
    return 1 if any(finding.level is doctor.Level.BAD for finding in findings) else 0
