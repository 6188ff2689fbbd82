"""As whom the API server is asked: what checks of permissions and of admission share."""

from typing import Self

from pydantic import model_validator

from labs.checks.model import CheckModel


class Subject(CheckModel):
    """A user with groups, or a service account with the groups that it has by itself."""

    user: str = ""
    """A name as the API server knows it; every user is also in `system:authenticated`."""
    groups: list[str] = []
    """Of the user."""
    service_account: str = ""
    """`NAMESPACE/NAME` instead of a user; it must exist."""

    @model_validator(mode="after")
    def _is_one_subject(self) -> Self:
        if self.user and self.service_account:
            raise ValueError("give a user or a service_account")
        if self.groups and not self.user:
            raise ValueError("groups are those of a user")
        if self.service_account and self.service_account.count("/") != 1:
            raise ValueError("a service account is written NAMESPACE/NAME")
        return self
