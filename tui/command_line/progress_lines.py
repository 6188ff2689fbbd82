"""Progress as plain lines, one a phase, with share done and time left: without a terminal."""

import sys
import time

from cluster.events import Event, LabReady, Listener, LogLine, NodeReady, PhaseStarted


def duration(seconds: float) -> str:
    """`45 s`, `3 min`, `1 h 5 min`: as precise as a person needs."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def progress_lines(verbose: bool = False) -> Listener:
    """A listener that prints to standard error; output of what runs only when `verbose`."""
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"{duration(time.monotonic() - started):>7}  {text}", file=sys.stderr, flush=True)

    def listen(event: Event) -> None:
        match event:
            case PhaseStarted(phase, fraction, left, node):
                remaining = f" (about {duration(left)} left)" if left else ""
                say(f"{fraction:4.0%}  {f'{node}: ' if node else ''}{phase}{remaining}")
            case NodeReady(node):
                say(f"      {node} is ready")
            case LabReady(lab_id, seconds):
                say(f"100%  {lab_id} is ready after {duration(seconds)}")
            case LogLine(text, node) if verbose:
                say(f"      {f'{node}: ' if node else ''}{text}")

    return listen
