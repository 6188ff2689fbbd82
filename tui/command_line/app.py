"""`seatrial` without a command: the app, on the real world or as a demonstration."""

from tui.command_line.parser import Options


def open_app(options: Options) -> int:
    """Run the app until the learner quits."""
    from tui.app import run_app
    from tui.workbench import Workbench

    workbench: Workbench
    if options.demo:
        from tui.demo import DemoWorkbench

        workbench = DemoWorkbench()
    else:
        from tui.real_workbench import RealWorkbench

        workbench = RealWorkbench()
    return run_app(workbench, language=options.language)
