"""`admission`: what the API server does with objects that somebody would make."""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from labs.checks.model import CheckModel, Expectations
from labs.checks.subject import Subject


class Try(CheckModel):
    """One object that is made for trial, and what must become of it."""

    manifest: dict[str, Any]
    """With `apiVersion` and `kind`; the name gets a token behind it, so that it is never taken."""
    verdict: Literal["accepted", "rejected"]
    by: str = ""
    """Of what is rejected: a name that must stand in the message, as a whole word: that of the
    quota, the policy, the webhook, or `PodSecurity`."""
    message: str = ""
    """Of what is rejected: a regular expression that fits the message."""
    expect: Expectations = {}
    """Of what is accepted: the object as it comes back, with its defaults."""
    keep_name: bool = False
    """The manifest's name as it is: where a policy judges names."""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if not self.manifest.get("kind") or not self.manifest.get("apiVersion"):
            raise ValueError("a manifest has a kind and an apiVersion")
        if self.verdict == "rejected" and not (self.by or self.message):
            raise ValueError("what is rejected says by or message: other errors are no refusal")
        if self.verdict == "rejected" and self.expect:
            raise ValueError("what is rejected does not come back")
        if self.verdict == "accepted" and (self.by or self.message):
            raise ValueError("what is accepted has no message")
        return self

    def kind_and_namespace(self, namespace: str) -> tuple[str, str]:
        metadata = self.manifest.get("metadata") or {}
        return str(self.manifest["kind"]), str(metadata.get("namespace") or namespace)


class AdmissionCheck(Subject):
    """Objects are made for trial (a dry run on the server; nothing stays) and are accepted, with
    the defaults that they should get, or rejected, by whom they should."""

    example: ClassVar[str] = """
namespace: shop
tries:
  - verdict: accepted
    manifest:
      apiVersion: v1
      kind: Pod
      metadata: {name: bare}
      spec: {containers: [{name: main, image: "nginx:1.22"}]}
    expect:
      spec.containers[name=main].resources.limits.cpu: 200m
  - verdict: rejected
    message: maximum cpu usage per Container is 1
    manifest:
      apiVersion: v1
      kind: Pod
      metadata: {name: greedy}
      spec:
        containers: [{name: main, image: "nginx:1.22", resources: {limits: {cpu: "2"}}}]
"""
    catches: ClassVar[tuple[str, ...]] = (
        "policies that exist and refuse nothing",
        "policies that refuse everything",
        "a refusal by something else: a taken name, another policy, missing permission",
        "a webhook that only fails to answer",
        "limits and quotas in another namespace, or on another type",
    )
    untold: ClassVar[tuple[str, ...]] = ("tries", "groups")

    namespace: str = ""
    """Where the objects are made, unless a manifest says otherwise."""
    tries: list[Try] = Field(min_length=1)
    """Beside each that is rejected, another of its kind must be accepted in the same namespace."""

    @model_validator(mode="after")
    def _has_controls(self) -> Self:
        places = [(one.verdict, one.kind_and_namespace(self.namespace)) for one in self.tries]
        for verdict, place in places:
            if verdict == "rejected" and ("accepted", place) not in places:
                kind, namespace = place
                where = f" in {namespace}" if namespace else ""
                raise ValueError(f"a refusal counts beside a {kind} that is accepted{where}")
        return self
