"""`event`: what components of Kubernetes reported about an object."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from labs.checks.model import CheckModel, Expected


class EventCheck(CheckModel):
    """Events about objects that there are: that they happened, how often, or that they did not.
    They are kept for an hour; what may have expired is not judged."""

    example: ClassVar[str] = """
kind: Pod
namespace: shop
name: by-hand
reason: Scheduled
source: default-scheduler
match: none
beside: Started
"""
    catches: ClassVar[tuple[str, ...]] = (
        "an event of an object of that name that is gone",
        "an event from before the lab began, or its repetition before",
        "no event, because none of the object's events is kept",
    )
    untold: ClassVar[tuple[str, ...]] = (
        *("kind", "api_version", "reason", "type", "source", "since", "match", "beside"),
        "message",
    )

    kind: str
    api_version: str = ""
    """Only needed where two groups have the kind."""
    namespace: str = ""
    """Of the object; none for what is in none."""
    name: str = ""
    selector: str = ""
    """Labels instead of a name; every selected object must have such events, or none of them."""
    reason: Expected = None
    type: Expected = None
    """`Normal` or `Warning`."""
    message: Expected = None
    source: Expected = None
    """The component that reports: `default-scheduler`, `kubelet`, `deployment-controller`."""
    since: Literal["baseline", "creation"] = "baseline"
    """What happened since the lab was set up, or since the object was made."""
    match: Literal["any", "none"] = "any"
    min: int = 1
    """How often it must have happened, repetitions counted."""
    max: int | None = None
    beside: str = ""
    """With `none`: a reason of which there must be an event of the same object, as a proof that its
    events are kept. Without it, any event of the object is proof."""

    @model_validator(mode="after")
    def _is_about_something(self) -> Self:
        if bool(self.name) == bool(self.selector):
            raise ValueError("give a name or a selector")
        if self.beside and self.match != "none":
            raise ValueError("beside belongs to match: none")
        if all(one is None for one in (self.reason, self.type, self.message, self.source)):
            raise ValueError("give a reason, type, message or source")
        return self
