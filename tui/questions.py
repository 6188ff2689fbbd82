"""The app's questions and notices, as dialogs in words; what an answer leads to is the App's."""

from collections.abc import Sequence

from labs.model import Lab
from tui.news import WorkFailed
from tui.screens.dialog import Choice, Dialog
from tui.words import Words
from tui.workbench import NodeState

KEEP = "keep"
REMOVE = "remove"


def failure(say: Words, failed: WorkFailed) -> Dialog:
    """One clear sentence, what to do, and where the log is."""
    log = say("failed.log", log=failed.log) if failed.log else ""
    paragraphs = [text for text in (failed.message, failed.remedy, log) if text]
    title = say(f"failed.{failed.work.value}", message="")
    return Dialog(title, paragraphs, [Choice("close", "c", say("close"))])


def absent(say: Words, why: str) -> Dialog:
    """This lab is not possible with the present image."""
    close = Choice("close", "c", say("close"))
    return Dialog(say("absent.title"), [why], [close])


def remove_nodes(say: Words, lab: Lab) -> Dialog:
    """Returns REMOVE or something else."""
    choices = [Choice("no", "n", say("cancel")), Choice(REMOVE, "y", say("remove.yes"))]
    title = say("remove.title", lab=say.text(lab.title))
    return Dialog(title, [say("remove.text")], choices)


def leave(say: Words, running: Sequence[Lab]) -> Dialog:
    """Returns KEEP, REMOVE or something else, which means to stay."""
    choices = [
        Choice(KEEP, "k", say("quit.keep")),
        Choice(REMOVE, "r", say("quit.remove")),
        Choice("stay", "s", say("quit.stay")),
    ]
    labs = ", ".join(say.text(lab.title) for lab in running)
    return Dialog(say("quit.title"), [say("quit.text", labs=labs)], choices)


def pick_node(say: Words, nodes: Sequence[NodeState]) -> Dialog:
    """Returns the name of a node, or ''."""
    choices = [Choice(node.name, str(n), node.name) for n, node in enumerate(nodes, 1)]
    return Dialog(say("pick.title"), [], choices)
