"""`log`: what a container or a systemd unit has written."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from labs.checks.model import CheckModel, Expected, Selection

NONCE = "{nonce}"


class Cause(CheckModel):
    """A command in a container of the same pod that makes it write a line."""

    container: str = ""
    argv: list[str] = Field(min_length=1)
    """With `{nonce}`, a token that no earlier line can hold."""


class LogCheck(CheckModel):
    """Lines that a container of pods, or a systemd unit of a node, has written since the lab was
    set up: that they are there, how many, or that there is none."""

    example: ClassVar[str] = """
namespace: shop
selector: app=web
container: access-log
cause: {container: web, argv: [wget, -qO-, "http://127.0.0.1/{nonce}"]}
line: {contains: "{nonce}"}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "the right line from before the repair",
        "a sidecar that shows old text, and nothing new",
        "no line of error, because nothing is written at all",
        "the log of another container, or of a pod that is going",
    )
    untold: ClassVar[tuple[str, ...]] = (
        *("node", "unit", "selector", "previous", "line", "since", "match", "cause", "container"),
    )

    node: str = ""
    unit: str = ""
    """Of the node's journal: `kubelet`."""
    namespace: str = ""
    pod: str = ""
    selector: str = ""
    """Of pods instead of a name."""
    container: str = ""
    """Only needed where the pod has several."""
    previous: bool = False
    """What the container wrote before it was last started again."""
    line: Expected
    """What is expected of a line, without its end; `{contains: …}` and `{matches: …}` look for a
    part of it. `{nonce}` is that of `cause`."""
    since: Literal["baseline", "start"] = "baseline"
    """What was written since the lab was set up, or since the container or unit was started."""
    match: Selection = "every"
    """Whether every pod has written such lines, any of them, or none."""
    min: int = 1
    """How many lines of a pod or unit must be so."""
    max: int | None = None
    cause: Cause | None = None
    """What is done first, so that there is something to write."""

    @model_validator(mode="after")
    def _is_one_log(self) -> Self:
        if bool(self.node) == bool(self.namespace):
            raise ValueError("a log is of a unit on a node, or of pods in a namespace")
        if bool(self.node) != bool(self.unit):
            raise ValueError("a node needs a unit, and a unit a node")
        if self.namespace and bool(self.pod) == bool(self.selector):
            raise ValueError("a namespace needs a pod or a selector")
        if self.line is None:
            raise ValueError("say what is expected of a line")
        if self.cause and (self.node or NONCE not in str(self.line)):
            raise ValueError("a cause is for pods, and `{nonce}` stands in line")
        if self.cause and not any(NONCE in word for word in self.cause.argv):
            raise ValueError("`{nonce}` stands in the argv of cause")
        return self
