"""`seatrial notebook LAB`: the lab's notebook in JupyterLab."""

from tui.command_line.parser import Options


def open_lab(options: Options) -> int:
    """Serve until Ctrl-C. Raises NotRunning when the lab has no nodes."""
    from grader import attempt
    from notebooks.server import open_notebook

    found = attempt.resume(options.lab)
    return open_notebook(found.lab, announce=print, browser=not options.no_browser)
