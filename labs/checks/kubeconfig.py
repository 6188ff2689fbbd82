"""`kubeconfig`: whether a kubeconfig on a node works, as whom, and for what."""

from typing import ClassVar, Self

from pydantic import model_validator

from labs.checks.model import CheckModel, Expected


class Access(CheckModel):
    """One thing that somebody may or may not do."""

    verb: str
    resource: str = ""
    """`pods`, `pods/log`, `deployments.apps`."""
    namespace: str = ""
    """All of them without it."""
    name: str = ""
    path: str = ""
    """Instead of a resource: a URL path such as `/metrics`."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if bool(self.resource) == bool(self.path):
            raise ValueError("give a resource or a path")
        return self


class KubeconfigCheck(CheckModel):
    """A kubeconfig on a node: its credentials are tried from there, against this cluster."""

    example: ClassVar[str] = """
node: k8s-master
path: /home/jane/.kube/config
user: jane
groups: [developers]
can: [{verb: list, resource: pods, namespace: shop}]
cannot: [{verb: delete, resource: nodes}]
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a file that looks right, whose certificate the API server does not accept",
        "a file that works, but as the administrator",
        "a file that works because it trusts any server",
    )
    untold: ClassVar[tuple[str, ...]] = ("node", "insecure")

    node: str
    path: str
    context: str = ""
    """The current one without it."""
    user: Expected = None
    """Who the API server takes it for: a certificate's common name, a token's user."""
    groups: list[str] = []
    """Groups that the user must be in."""
    namespace: Expected = None
    """That the context works in; `default` when it names none."""
    server: Expected = None
    """The URL; any that leads to this cluster will do without it."""
    insecure: bool = False
    """Whether it may leave the server's certificate unverified."""
    can: list[Access] = []
    cannot: list[Access] = []
