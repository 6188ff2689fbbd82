"""`audit`: what the API server writes into its audit log."""

from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from labs.checks.model import CheckModel


class AuditedAction(BaseModel):
    """A harmless request that we make ourselves, and the level at which it must be logged."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )

    verb: Literal["get", "list", "watch", "create", "update", "patch", "delete"] = "get"
    """Writing ones are dry runs on a name that nothing has."""
    resource: str = ""
    """As `kubectl` has it: `secrets`, `deployments.apps`, `pods/log`."""
    namespace: str = ""
    path: str = ""
    """Instead of a resource: `/healthz`, asked for with `get`."""
    level: Literal["None", "Metadata", "Request", "RequestResponse"]
    """Exactly this one; `None`: it is not logged at all."""
    stages: list[str] = []
    """The stages that are logged, no other; without them any will do."""

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if bool(self.resource) == bool(self.path):
            raise ValueError("names either a resource or a path")
        return self


class AuditCheck(CheckModel):
    """The API server logs requests at these levels. Its own flags say where the log is."""

    example: ClassVar[str] = """
actions:
  - {resource: secrets, namespace: prod, level: Metadata, stages: [ResponseComplete]}
  - {verb: create, resource: deployments.apps, namespace: prod, level: RequestResponse}
  - {verb: list, resource: configmaps, namespace: dev, level: None}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a policy file that the running API server does not read",
        "a log inside the container, which no node keeps",
        "Secrets logged with their content, by a rule that stands before the right one",
        "nothing logged at all, where some of it is not to be logged",
    )
    untold: ClassVar[tuple[str, ...]] = ("verb", "resource")

    actions: list[AuditedAction]

    @model_validator(mode="after")
    def _has_a_control(self) -> Self:
        if all(action.level == "None" for action in self.actions):
            raise ValueError("needs an action that is logged: silence alone proves nothing")
        return self
