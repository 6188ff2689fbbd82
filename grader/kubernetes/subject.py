"""Users and service accounts as the API server knows them after authentication."""

from dataclasses import dataclass

from grader.kubernetes.objects import is_going
from grader.round import Round
from labs.checks.subject import Subject

AUTHENTICATED = "system:authenticated"


@dataclass(frozen=True, slots=True)
class Identity:
    """`user` is "" for ourselves, the administrator."""

    user: str
    groups: tuple[str, ...]
    title: str
    """For a sentence: `ServiceAccount shop/bot`, `jane`."""


def identity_of(subject: Subject) -> Identity:
    if subject.service_account:
        namespace, _, name = subject.service_account.partition("/")
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", AUTHENTICATED)
        title = f"ServiceAccount {subject.service_account}"
        return Identity(f"system:serviceaccount:{namespace}:{name}", groups, title)
    if not subject.user:
        return Identity("", (), "an administrator")
    implied = () if subject.user == "system:anonymous" else (AUTHENTICATED,)
    return Identity(
        subject.user, tuple(dict.fromkeys((*subject.groups, *implied))), f"user {subject.user}"
    )


def lacks_account(round_: Round, subject: Subject) -> str:
    """Why the service account cannot act, else "". Raises as `Api` does."""
    if not subject.service_account:
        return ""
    namespace, _, name = subject.service_account.partition("/")
    account = round_.object("ServiceAccount", name, namespace)
    if account is None:
        return f"there is no ServiceAccount {subject.service_account}"
    return f"ServiceAccount {subject.service_account} is being deleted" if is_going(account) else ""
