"""Every command with its options, and the function that runs it. Nothing is done here."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]

WRONG_USAGE = 3

Options = argparse.Namespace


class Parser(argparse.ArgumentParser):
    """Wrong usage ends with exit code 3: 2 means that a lab could not be judged."""

    def error(self, message: str) -> NoReturn:
        self.print_usage()
        self.exit(WRONG_USAGE, f"{self.prog}: {message}\n")


def runs(module: str, function: str) -> Callable[[Options], int]:
    """A command that is imported only when it is run, so that the app starts quickly."""

    def run(options: Options) -> int:
        command = getattr(importlib.import_module(f"tui.command_line.{module}"), function)
        return int(command(options))

    return run


def parse(arguments: Sequence[str]) -> Options:
    """Parsed options; `options.run(options)` does the work and returns the exit code."""
    parser = Parser(prog="seatrial", description="Labs for Kubernetes on real virtual machines.")
    parser.add_argument("--demo", action="store_true", help="show the app on a fake cluster")
    parser.add_argument("--language", default="en", metavar="CODE", help="language of the texts")
    parser.set_defaults(run=runs("app", "open_app"))
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=Parser)
    _add_lab_commands(commands)
    _add_labs(commands)
    _add_faults(commands)
    _add_image(commands)
    doctor = commands.add_parser("doctor", help="what is there, what is missing, what to do")
    doctor.set_defaults(run=runs("doctor", "show"))
    bench = commands.add_parser("bench", help="measure this machine and this version")
    bench.add_argument("--only", action="append", metavar="PART", help="measure only this part")
    bench.set_defaults(run=runs("bench", "measure"))
    return parser.parse_args(arguments)


def _lab_command(commands: Commands, name: str, function: str, help: str) -> Parser:
    command = commands.add_parser(name, help=help)
    command.set_defaults(run=runs("lab", function))
    return command


def _add_lab_commands(commands: Commands) -> None:
    up = _lab_command(commands, "up", "up", "start a lab, or resume it")
    up.add_argument("lab", metavar="LAB", help="for example 8/deployments")
    up.add_argument("--seed", default="", help="draw the lab's variables by this seed")
    _lab_command(commands, "status", "status", "what runs").add_argument(
        "lab", metavar="LAB", nargs="?", default=""
    )
    shell = _lab_command(commands, "shell", "shell", "a shell on a node")
    shell.add_argument("lab", metavar="LAB")
    shell.add_argument("node", metavar="NODE", nargs="?", default="")
    down = _lab_command(commands, "down", "down", "end a lab and remove its machines")
    which = down.add_mutually_exclusive_group(required=True)
    which.add_argument("lab", metavar="LAB", nargs="?", default="")
    which.add_argument("--all", action="store_true", help="every lab that runs")
    grade = _lab_command(commands, "grade", "grade", "judge a running lab")
    grade.add_argument("lab", metavar="LAB")
    grade.add_argument("--step", default="", metavar="STEP", help="only this step")
    grade.add_argument("--json", default="", metavar="FILE", help="also as JSON")
    grade.add_argument("--junit", default="", metavar="FILE", help="also as JUnit XML")
    regrade = commands.add_parser("regrade", help="judge an attempt again, from what was seen")
    regrade.add_argument("attempt", metavar="ATTEMPT", help="its number, or a lab: its newest one")
    regrade.set_defaults(run=runs("regrade", "again"))
    notebook = commands.add_parser("notebook", help="open a lab's notebook in JupyterLab")
    notebook.add_argument("lab", metavar="LAB")
    notebook.add_argument("--no-browser", action="store_true")
    notebook.set_defaults(run=runs("notebook", "open_lab"))


def _add_labs(commands: Commands) -> None:
    labs = commands.add_parser("labs", help="the course: list, lint, prove, schema")
    verbs = labs.add_subparsers(metavar="VERB", required=True, parser_class=Parser)
    verbs.add_parser("list", help="every lab").set_defaults(run=runs("labs", "show"))
    lint = verbs.add_parser("lint", help="find mistakes in lab files")
    lint.add_argument("labs", metavar="LAB", nargs="*", help="default: all")
    lint.set_defaults(run=runs("labs", "lint"))
    prove = verbs.add_parser("prove", help="prove labs on real machines")
    prove.add_argument("labs", metavar="LAB", nargs="*", help="default: all")
    prove.add_argument("--only", action="append", metavar="PART", help="untouched, solution:ID, …")
    prove.set_defaults(run=runs("prove", "prove"))
    tried = verbs.add_parser("try", help="judge a running lab again and again while you edit it")
    tried.add_argument("lab", metavar="LAB")
    tried.add_argument("--step", default="", metavar="STEP", help="only this step")
    tried.add_argument("--once", action="store_true", help="judge once, and end")
    tried.set_defaults(run=runs("try_lab", "try_lab"))
    schema = verbs.add_parser("schema", help="the JSON Schema of lab.yaml, for editors")
    schema.set_defaults(run=runs("labs", "schema"))


def _add_faults(commands: Commands) -> None:
    faults = commands.add_parser("faults", help="the library of faults: list, prove")
    verbs = faults.add_subparsers(metavar="VERB", required=True, parser_class=Parser)
    verbs.add_parser("list", help="every fault").set_defaults(run=runs("faults", "show"))
    prove = verbs.add_parser("prove", help="prove faults on real machines")
    prove.add_argument("faults", metavar="ID", nargs="*", help="default: all")
    prove.add_argument("--verbose", action="store_true", help="say why a criterion does not pass")
    prove.set_defaults(run=runs("faults", "prove"))


def _add_image(commands: Commands) -> None:
    image = commands.add_parser("image", help="the nodes' disk images: build, list, remove")
    verbs = image.add_subparsers(metavar="VERB", required=True, parser_class=Parser)
    build = verbs.add_parser("build", help="build an image, or use the cached one")
    build.add_argument("recipe", nargs="?", default="debian")
    build.set_defaults(run=runs("image", "build"))
    verbs.add_parser("list", help="images in the cache").set_defaults(run=runs("image", "show"))
    remove = verbs.add_parser("remove", help="remove an image from the cache")
    remove.add_argument("image", help="as `image list` names it")
    remove.set_defaults(run=runs("image", "remove"))
