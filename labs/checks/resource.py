"""`resource`: objects of the API, of any kind."""

from typing import ClassVar

from labs.checks.model import CheckModel, Expectations, Selection


class ResourceCheck(CheckModel):
    """Kubernetes objects of one kind: which exist, and what is true of their fields."""

    example: ClassVar[str] = """
kind: Deployment
namespace: shop
name: web
expect:
  spec.template.spec.containers[name=web].image: nginx:1.22
  spec.replicas: {ge: 2}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "an object of that name in another namespace, or under deletion",
        "an empty selection, of which everything would be true",
        "an image of the same name by another publisher",
        "with `new`: an object left over from before",
    )
    untold: ClassVar[tuple[str, ...]] = (
        "kind",
        "api_version",
        "match",
    )

    kind: str
    api_version: str = ""
    """Only needed where two groups have the kind."""
    namespace: str = ""
    name: str = ""
    selector: str = ""
    """Labels, as for `kubectl -l`."""
    match: Selection = "every"
    """How many of the selected objects must fit `expect`."""
    min: int = 1
    """How many objects must be there at least."""
    max: int | None = None
    new: bool = False
    """Only objects made after the lab was set up count."""
    expect: Expectations = {}
    """`spec.effective` is there, too: see "Effective values"."""
