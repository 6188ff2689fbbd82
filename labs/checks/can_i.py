"""`can_i`: what the API server allows somebody, and what not."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from labs.checks.model import CheckModel
from labs.checks.subject import Subject


class Permission(CheckModel):
    """Verbs on one resource, or on one URL path."""

    verbs: list[str] = Field(min_length=1)
    resource: str = ""
    """With its API group and subresource: `pods`, `pods/log`, `deployments.apps/scale`; `*` is
    everything in every group."""
    namespace: str = ""
    """Without it: in all namespaces, or of a resource that is in none."""
    name: str = ""
    """Of one object; without it, of any."""
    path: str = ""
    """Instead of a resource: a URL path such as `/metrics`."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if bool(self.resource) == bool(self.path):
            raise ValueError("give a resource or a path")
        if self.path and (self.namespace or self.name):
            raise ValueError("a path has no namespace and no name")
        return self


class Through(CheckModel):
    """What must give the permission; "" stands for any."""

    kind: Literal["", "RoleBinding", "ClusterRoleBinding"] = ""
    name: str = ""
    """Of the binding."""
    role_kind: Literal["", "Role", "ClusterRole"] = ""
    role: str = ""


class CanICheck(Subject):
    """A matrix of what a user or service account may do, answered by the API server's own
    authorizers (SubjectAccessReview), however the rules are written."""

    example: ClassVar[str] = """
service_account: shop/bot
allowed:
  - {verbs: [get, list], resource: pods, namespace: shop}
  - {verbs: [patch], resource: deployments.apps/scale, namespace: shop}
denied:
  - {verbs: [delete], resource: pods, namespace: shop}
  - {verbs: [get, list], resource: pods, namespace: default}
  - {verbs: ["*"], resource: "*"}
through: {kind: RoleBinding, name: bot}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "cluster-admin, or a rule of stars, where a few verbs were asked",
        "the right resource in the wrong API group",
        "pods where pods/log was asked, and the other way round",
        "a binding whose subject is in another namespace",
        "a service account that does not exist",
        "an API server that allows everything, or nothing",
    )
    untold: ClassVar[tuple[str, ...]] = ("resource", "kind", "role_kind", "denied")

    allowed: list[Permission] = Field(min_length=1)
    """At least one: a denial counts only beside it. What all may do, `get` of `/version`, will do
    for somebody who is to have no permission."""
    denied: list[Permission] = []
    """What must be refused: samples of too much permission."""
    through: Through | None = None
    """By which binding, where the task names it."""

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if not self.user and not self.service_account:
            raise ValueError("give a user or a service_account")
        return self
