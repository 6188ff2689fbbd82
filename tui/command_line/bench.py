"""`seatrial bench`: measure this machine and this version, print, and keep as JSON."""

from tui.bench import parts
from tui.command_line.parser import Options


def measure(options: Options) -> int:
    """One line per figure as soon as it is known; all are kept, also when a part fails."""
    machine = parts.machine()
    print(machine, flush=True)
    figures = []
    try:
        for figure in parts.measure(options.only or ()):
            note = f"   {figure.note}" if figure.note else ""
            name = f"{figure.part:<12} {figure.name:<28}"
            print(f"{name} {figure.value:>9g} {figure.unit}{note}", flush=True)
            figures.append(figure)
    finally:
        if figures:
            print(f"kept in {parts.save(figures, machine)}")
    return 0
