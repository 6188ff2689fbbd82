"""`function`: a Python function beside the lab, where no other check can say it."""

from typing import Any, ClassVar

from pydantic import Field

from labs.checks.model import CheckModel

FILE = "checks.py"


class FunctionCheck(CheckModel):
    """The last resort: `def NAME(args, view)` in `checks.py` of the lab's folder. `view` reads, and
    changes nothing: `objects(kind, namespace, selector)`, `object(kind, name, namespace)`,
    `file(node, path)`, `run(node, argv)`, `time()`. The function returns `passed(…)` or
    `failed(why, expected=…, actual=…, path=…)` of `grader.finding`. It asks nobody else, knows no
    clock and no chance. When it fails by itself, the verdict is UNKNOWN."""

    example: ClassVar[str] = """
name: judge_ring
args: {namespace: shop, members: 3}
"""
    catches: ClassVar[tuple[str, ...]] = ("what only the code of this one lab can tell apart",)
    untold: ClassVar[tuple[str, ...]] = ("name",)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Of the function."""
    args: dict[str, Any] = {}
    """What it is given."""
